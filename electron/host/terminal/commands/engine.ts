import type { EngineStatus } from '../../../../shared/contract/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `address`: the socket's or the port's name while it runs; absent otherwise. */
const asJson = (status: EngineStatus) => ({
  state: status.state,
  version: status.version,
  sha256: status.sha256,
  cage: status.cage,
  trust: status.trust,
  path: status.path,
  ...(status.reason === null ? {} : { reason: status.reason }),
  ...(status.cageReason === null ? {} : { cageReason: status.cageReason }),
});

const asText = (status: EngineStatus): string =>
  [
    `Engine    ${status.state}${status.version === null ? '' : `, Ollama ${status.version}`} (${status.trust})`,
    `File      ${status.path ?? 'none found'}`,
    `SHA-256   ${status.sha256 ?? '-'}`,
    `Cage      ${status.cage === 'namespace' ? 'sealed, no network' : status.cage === 'port' ? `on this computer only: ${status.cageReason ?? ''}` : '-'}`,
    ...(status.reason === null ? [] : [`Reason    ${status.reason}`]),
  ].join('\n');

export async function engineStatus(context: CommandContext): Promise<ExitCode> {
  const { engine } = (await context.application()).rooms;
  const status = await engine.inspect();
  context.output.result(asJson(status), () => asText(status));
  return 0;
}

/** Approves the given binary: its version and SHA-256 are remembered, and any change asks again. */
export async function engineTrust(context: CommandContext, file: string): Promise<ExitCode> {
  const { engine } = (await context.application()).rooms;
  const status = await engine.trustFile(file);
  context.output.result(asJson(status), () => `Approved.\n${asText(status)}`);
  return 0;
}
