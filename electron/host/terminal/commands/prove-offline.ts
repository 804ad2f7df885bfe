import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proveOffline as prove, type OfflineProof } from '../../../egress/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine, type Prose } from '../output.ts';

/** Characters before what is covered, and what is not. */
const besideCovered = 15;

export const proofAsText = ({ ok, reason, covered, notCovered, attempts }: OfflineProof, prose: Prose): string =>
  [
    ok
      ? 'Nothing left: the main job ran and no packet left its namespace.'
      : prose(`NOT PROVEN. ${onOneLine(reason ?? '')}`),
    ...covered.map((line) => prose(`  covered      ${line}`, besideCovered)),
    ...notCovered.map((line) => prose(`  not covered  ${line}`, besideCovered)),
    ...attempts.map((attempt) => `  attempt      ${JSON.stringify(attempt)}`),
  ].join('\n');

/**
 * Runs the main job (read, embed, ask, record) in a network namespace of its own and counts every packet. Says what it does
 * not cover. The job uses a temporary vault, so nothing of the person's is touched.
 */
export async function proveOffline(context: CommandContext, options: { seconds?: number }): Promise<ExitCode> {
  const application = await context.unlocked();
  const profile = await mkdtemp(join(tmpdir(), 'cloister-proof-'));
  const { node, cli } = application.ports.entries;
  try {
    context.output.note('Running the main job in a network namespace of its own, counting packets…');
    const report = await prove({
      command: node,
      args: [cli, 'sample', '--json', '--profile', join(profile, 'profile')],
      seconds: options.seconds ?? 300,
      signal: context.signal,
      sign: (message: Uint8Array) => application.rooms.audit.sign(message),
    });
    context.output.result(report, () => proofAsText(report, context.output.prose));
    return report.ok ? 0 : 1;
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}
