import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findBubblewrap, readHostLayout } from './host-layout.ts';
import { namespaceArguments, type HostLayout } from './namespace-arguments.ts';
import { runtimeBinds, type Runtime } from './runtime.ts';

const execute = promisify(execFile);

export type CageProbe =
  | { readonly kind: 'namespace'; readonly bubblewrap: string; readonly host: HostLayout }
  | { readonly kind: 'port'; readonly reason: string };

/** A sentence for doctor out of what bubblewrap says when the system refuses. */
export function whyRefused(words: string): string {
  if (/uid map|new namespace|Operation not permitted|Creating new/i.test(words)) {
    return 'this system refuses unprivileged namespaces (a container, or AppArmor; see docs/threat-model.md)';
  }
  if (/Unknown option/i.test(words)) return 'the installed bubblewrap is too old';
  return 'bubblewrap failed to build the cage';
}

/** Builds the real cage around a program that does nothing: only that shows whether the engine can be sealed in. */
export async function probeCage(runtime: Runtime, platform: NodeJS.Platform = process.platform): Promise<CageProbe> {
  if (platform !== 'linux') return { kind: 'port', reason: 'only Linux offers network namespaces to programs' };
  const bubblewrap = await findBubblewrap();
  if (bubblewrap === null) return { kind: 'port', reason: 'bubblewrap is not installed (sudo apt install bubblewrap)' };
  try {
    const host = await readHostLayout(bubblewrap);
    const { arguments: brought, command } = await runtimeBinds(runtime);
    const cage = namespaceArguments(host, brought);
    await execute(bubblewrap, [...cage, '--', command, '--version'], { env: {}, timeout: 10_000 });
    return { kind: 'namespace', bubblewrap, host };
  } catch (error) {
    const words = (error as { stderr?: unknown }).stderr;
    return { kind: 'port', reason: whyRefused(typeof words === 'string' ? words : '') };
  }
}
