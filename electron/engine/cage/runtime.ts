import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inside } from './namespace-arguments.ts';

/** The Node that runs the keeper, and the keeper. Electron can play Node when told to. */
export interface Runtime {
  readonly node: string;
  readonly keeper: string;
}

const isNode = (path: string): boolean => /^node(\.exe)?$/.test(basename(path));

/** Electron needs the files beside it; Node is one file (its libraries are the system's). */
export async function runtimeBinds(runtime: Runtime): Promise<{ arguments: string[]; command: string }> {
  const node = await realpath(runtime.node);
  const command = join(inside.runtime, basename(node));
  const brought = isNode(node) ? ['--ro-bind', node, command] : ['--ro-bind', dirname(node), inside.runtime];
  const electron = isNode(node) ? [] : ['--setenv', 'ELECTRON_RUN_AS_NODE', '1'];
  return { arguments: [...brought, ...electron], command };
}

/** For the keeper outside a namespace. */
export const keeperEnvironment = (runtime: Runtime): Record<string, string> =>
  isNode(runtime.node) ? {} : { ELECTRON_RUN_AS_NODE: '1' };

export const keeperArguments = (script: string): string[] => ['--no-warnings', '--max-old-space-size=64', script];
