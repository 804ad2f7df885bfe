import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { engineEnvironment } from './cage/environment.ts';
import { engineFiles, inside, namespaceArguments } from './cage/namespace-arguments.ts';
import type { CageProbe } from './cage/probe.ts';
import { runtimeBinds, type Runtime } from './cage/runtime.ts';
import { parseVersion, type Fingerprint } from './find/index.ts';

const execute = promisify(execFile);
const patience = 10_000;

/** `ollama --version` asks a running server first; nothing listens on the discard port. */
const nobody = '127.0.0.1:9';

async function inNamespace(
  probe: Extract<CageProbe, { kind: 'namespace' }>,
  runtime: Runtime,
  engine: Fingerprint,
): Promise<string> {
  const { arguments: brought } = await runtimeBinds(runtime);
  const environment = engineEnvironment({
    home: inside.home,
    temporary: inside.temporary,
    models: inside.home,
    listen: nobody,
  });
  const variables = Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]);
  const cage = namespaceArguments(probe.host, [...brought, ...engineFiles(engine), ...variables]);
  const { stdout, stderr } = await execute(probe.bubblewrap, [...cage, '--', inside.engine, '--version'], {
    env: {},
    timeout: patience,
  });
  return stdout + stderr;
}

async function inPrivateFolder(engine: Fingerprint): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'cloister-'));
  try {
    const env = engineEnvironment({ home, temporary: home, models: home, listen: nobody });
    const { stdout, stderr } = await execute(engine.binary.path, ['--version'], {
      env,
      cwd: home,
      timeout: patience,
      windowsHide: true,
    });
    return stdout + stderr;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * Asks a binary for its version, inside the cage where there is one: it is not trusted yet. Null when it does not run
 * or is no Ollama.
 */
export async function readVersion(probe: CageProbe, runtime: Runtime, engine: Fingerprint): Promise<string | null> {
  try {
    return parseVersion(
      probe.kind === 'namespace' ? await inNamespace(probe, runtime, engine) : await inPrivateFolder(engine),
    );
  } catch {
    return null;
  }
}
