import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Script } from './scripted-engine.ts';

/** Node's place inside the cage; where namespaces are refused, this process's own Node is named. */
const nodeOf = { namespace: '/cloister/runtime/node', port: process.execPath } as const;

/**
 * Writes a scripted stand-in that the real cage and the real supervisor run as they run Ollama: `bin/ollama` with
 * `--version` and `serve`, `lib/ollama/…` beside it. Answers with the path of the binary.
 */
export async function installScriptedEngine(
  prefix: string,
  script: Partial<Script> = {},
  cage: keyof typeof nodeOf = 'namespace',
): Promise<string> {
  const library = join(prefix, 'lib', 'ollama');
  const binary = join(prefix, 'bin', 'ollama');
  await mkdir(library, { recursive: true, mode: 0o755 });
  await mkdir(join(prefix, 'bin'), { recursive: true, mode: 0o755 });
  await copyFile(join(import.meta.dirname, 'scripted-engine.ts'), join(library, 'scripted-engine.ts'));
  await writeFile(join(library, 'script.json'), JSON.stringify(script));
  const lines = [
    `#!${nodeOf[cage]} --no-warnings`,
    `const home = require('node:path').join(${cage === 'namespace' ? "'/cloister/engine'" : JSON.stringify(prefix)}, 'lib', 'ollama');`,
    `const script = JSON.parse(require('node:fs').readFileSync(home + '/script.json', 'utf8'));`,
    `import(home + '/scripted-engine.ts').then((engine) => engine.runScriptedBinary(script, process.argv.slice(2)));`,
  ];
  await writeFile(binary, `${lines.join('\n')}\n`, { mode: 0o755 });
  return binary;
}
