import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { collect, createCommandLine, type CommandLine, type Ran } from './cli.ts';

const root = join(import.meta.dirname, '../../..');
const bubblewrap = ['/usr/bin/bwrap', '/bin/bwrap'].find((path) => existsSync(path));

let here: CommandLine;
let there: CommandLine;
let gguf: string;
let bundle: string;

beforeAll(async () => {
  [here, there] = [await createCommandLine(), await createCommandLine()];
  gguf = join(here.folder, 'tiny.gguf');
  bundle = join(here.folder, 'tiny.cloister');
  writeTinyChatModel(gguf, { name: 'Carried Model' });
  for (const cli of [here, there]) expect((await cli.run('init')).code).toBe(0);
});
afterAll(async () => {
  await here.remove();
  await there.remove();
});

/** The command line on a machine that has no network at all. */
function runOffline(cli: CommandLine, ...args: string[]): Promise<Ran> {
  const command = [process.execPath, join(root, 'dist/cli.js'), '--json', '--profile', cli.profile, '--passphrase-file', cli.passphraseFile]; // prettier-ignore
  const child = spawn(bubblewrap ?? '', ['--dev-bind', '/', '/', '--unshare-net', ...command, ...args], { cwd: root });
  child.stdin.end();
  return collect(child);
}

describe('models import and models bundle', () => {
  it('bring a file, with a line of its progress, and let nobody use it yet', async () => {
    const ran = await here.run('models', 'import', gguf);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.json).toMatchObject({ name: 'carried-model:latest', state: 'quarantined' });
    const digest = ran.json['digest'];
    const layers = ran.lines.slice(0, -1);
    expect(layers.length).toBeGreaterThan(0);
    for (const line of layers) expect(line).toMatchObject({ layer: expect.any(String) as string, total: 239_296 });
    const passport = await here.run('models', 'passport', 'carried-model');
    expect(passport.json).toMatchObject({
      digest,
      source: { kind: 'file', address: 'tiny.gguf' },
      architecture: 'llama',
    });
  });

  it('hand on nothing that is not approved, and what is approved with the keys that signed it', async () => {
    const refused = await here.run('models', 'bundle', 'carried-model', bundle);
    expect(refused.json).toMatchObject({ error: { code: 'model_blocked' } });
    expect(existsSync(bundle)).toBe(false);
    expect((await here.run('models', 'approve', 'carried-model')).code).toBe(0);
    const ran = await here.run('models', 'bundle', 'carried-model', bundle);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.json).toMatchObject({ name: 'carried-model:latest', state: 'approved', path: bundle });
    const again = await here.run('models', 'bundle', 'carried-model', bundle);
    expect(again.json).toMatchObject({ error: { code: 'conflict' } });
    const other = await here.run('models', 'bundle', 'carried-model', `${bundle}-2`);
    expect(other.json['keys']).toEqual(ran.json['keys']);
  });

  it.skipIf(bubblewrap === undefined)('carry it to an empty profile without a network', async () => {
    const ran = await runOffline(there, 'models', 'import', bundle);
    expect(ran.code, ran.err + ran.out).toBe(0);
    const [{ digest } = {}] = (await here.run('models', 'list')).json['models'] as { name: string; digest: string }[];
    expect(ran.json).toMatchObject({ name: 'carried-model:latest', state: 'quarantined' });
    const { publisher, source } = (await there.run('models', 'passport', 'carried-model')).json as {
      publisher: { listed: boolean; signature: unknown };
      source: unknown;
    };
    expect(digest).toBeDefined();
    expect(source).toMatchObject({ kind: 'bundle', address: 'tiny.cloister' });
    expect(publisher).toMatchObject({ listed: false, signature: { method: 'ed25519', ok: true } });
    expect((await there.run('models', 'verify', 'carried-model')).code).toBe(0);
  });

  it('refuse a bundle of which one byte was changed, and leave nothing of it', async () => {
    const changed = join(there.folder, 'changed.cloister');
    const bytes = readFileSync(bundle);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 60_000) ^ 1, bytes.length - 60_000);
    writeFileSync(changed, bytes);
    const ran = await there.run('models', 'import', changed, '--name', 'changed');
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({ error: { code: 'unsupported_type', detail: { problem: 'bundle_content' } } });
    const names = ((await there.run('models', 'list')).json['models'] as { name: string }[]).map(({ name }) => name);
    expect(names).not.toContain('changed:latest');
  });

  it('say what to do about a file that is no model', async () => {
    const page = join(here.folder, 'model.gguf');
    writeFileSync(page, '<!doctype html><html><body>Sign in to download this model</body></html>');
    const ran = await here.run('models', 'import', page);
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({ error: { code: 'unsupported_type', detail: { kind: 'text' } } });
  });
});

describe('an imported model', () => {
  it('can be talked to', async () => {
    const child = here.start('chat', '--model', 'carried-model');
    const ended = collect(child);
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      // More than a prompt: it writes letters without spaces, and never ends by itself.
      if (/[a-z.]{40}/.test(said)) child.kill('SIGINT');
    });
    child.stdin.write('hello\n');
    await ended;
    expect(said).toMatch(/[a-z.]{40}/);
  }, 120_000);
});
