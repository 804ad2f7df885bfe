import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Passport } from '../../../shared/contract/types.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { tinyChat } from '../models/support.ts';
import { createCommandLine, type CommandLine } from './cli.ts';

let cli: CommandLine;
const store = (): string => join(cli.profile, 'models');

async function put(name: string, seed: number, template?: string): Promise<void> {
  mkdirSync(store(), { recursive: true, mode: 0o700 });
  const file = join(cli.folder, 'w.gguf');
  writeFileSync(file, tinyChat({ seed }));
  await installModel(store(), name, file, template === undefined ? {} : { template });
  rmSync(file);
}

const states = async (): Promise<Record<string, string>> => {
  const { models } = (await cli.run('models', 'list')).json as unknown as { models: { name: string; state: string }[] };
  return Object.fromEntries(models.map(({ name, state }) => [name, state]));
};

const changes = async (): Promise<string[]> =>
  (await cli.run('audit', 'list')).out.split('\n').filter((line) => line.includes('"stage":"changed"'));

beforeAll(async () => {
  cli = await createCommandLine();
});
afterAll(() => cli.remove());

describe('models on the command line', () => {
  it('are all in quarantine without a vault, and nothing can be decided', async () => {
    await put('tiny', 7, '{{ .Prompt }}\nfirst');
    expect(await states()).toMatchObject({ 'tiny:latest': 'quarantined' });
    const ran = await cli.run('models', 'approve', 'tiny');
    expect([ran.code, (ran.json['error'] as { code: string }).code]).toEqual([3, 'vault_absent']);
  });

  it('run once somebody approved them, and the passport says who', async () => {
    expect((await cli.run('init')).code).toBe(0);
    expect(await states()).toMatchObject({ 'tiny:latest': 'quarantined' });
    const approved = await cli.run('models', 'approve', 'tiny', '--reason', 'Read its card.');
    expect(approved.code).toBe(0);
    expect(approved.json).toMatchObject({
      name: 'tiny:latest',
      state: 'approved',
      source: { kind: 'found' },
      approvals: [{ action: 'quarantined' }, { action: 'approved', self: true, reason: 'Read its card.' }],
    });
    expect(await states()).toMatchObject({ 'tiny:latest': 'approved' });
    expect((await cli.run('models', 'passport', 'tiny')).json).toEqual(approved.json);
  });

  it('show what a new version changes in the template, and go back in one step', async () => {
    const first = (await cli.run('models', 'passport', 'tiny')).json as unknown as Passport;
    await put('tiny', 8, '{{ .Prompt }}\nsecond');
    const shown = (await cli.run('models', 'passport', 'tiny')).json as unknown as Passport;
    expect(shown).toMatchObject({ state: 'quarantined', source: { kind: 'found' } });
    expect(shown.digest).not.toBe(first.digest);
    expect(shown.template?.diff).toBe('  {{ .Prompt }}\n- first\n+ second');
    // What was approved was put back, and runs on.
    expect(await states()).toMatchObject({ 'tiny:latest': 'approved' });
    const said = await cli.run('models', 'verify', 'tiny');
    expect(said.code).toBe(1);
    expect(said.json).toMatchObject({ results: [{ ok: false, problem: 'manifest' }] });
    expect((await cli.run('models', 'verify', 'tiny')).code).toBe(0);
    expect((await cli.run('models', 'approve', 'tiny')).json).toMatchObject({
      digest: shown.digest,
      state: 'approved',
      previous: [{ digest: first.digest }],
    });
    expect((await cli.run('models', 'rollback', 'tiny')).json).toMatchObject({
      digest: first.digest,
      state: 'approved',
    });
  });

  it('whose manifest was broken or deleted are put right, and it is said once and written down', async () => {
    const manifest = join(store(), 'manifests/registry.ollama.ai/library/tiny/latest');
    const approved = readFileSync(manifest);
    for (const become of ['{', null]) {
      const before = (await changes()).length;
      if (become === null) rmSync(manifest);
      else writeFileSync(manifest, become);
      const ran = await cli.run('models', 'verify', 'tiny');
      expect(ran.code).toBe(1);
      expect(ran.json).toMatchObject({ results: [{ ok: false, problem: 'manifest' }] });
      expect(await changes()).toHaveLength(before + 1);
      expect(readFileSync(manifest)).toEqual(approved);
      expect((await cli.run('models', 'verify', 'tiny')).code).toBe(0);
    }
  });

  it('keep what each check of their files found', async () => {
    const passport = (await cli.run('models', 'passport', 'tiny')).json as unknown as Passport;
    expect(passport.verifications.map(({ ok, problem }) => [ok, problem])).toEqual(
      expect.arrayContaining([
        [true, null],
        [false, 'manifest'],
      ]),
    );
  });

  it('verify byte for byte, and end with 1 where one differs', async () => {
    const whole = await cli.run('models', 'verify', 'tiny');
    expect(whole.code).toBe(0);
    expect(whole.json).toMatchObject({ results: [{ name: 'tiny:latest', ok: true }] });
    const passport = (await cli.run('models', 'passport', 'tiny')).json as unknown as Passport;
    const { digest } = passport.layers.find((layer) => layer.role === 'weights')!;
    const file = join(store(), 'blobs', digest.replace(':', '-'));
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 4, 5000);
    writeFileSync(file, bytes);
    const ran = await cli.run('models', 'verify');
    expect(ran.code).toBe(1);
    const { results } = ran.json as unknown as { results: { name: string; ok: boolean; layers: { ok: boolean }[] }[] };
    expect(results.find(({ name }) => name === 'tiny:latest')).toMatchObject({ ok: false });
    expect(results.find(({ name }) => name === 'tiny:latest')?.layers.filter((layer) => !layer.ok)).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
    expect(await states()).toMatchObject({ 'tiny:latest': 'quarantined' });
    expect((await cli.run('models', 'approve', 'tiny')).code).toBe(1);
    const child = cli.start('chat', '--model', 'tiny');
    child.stdin.end('hello\n');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
  });

  it('are blocked with a reason, removed, and each of it is in the record', async () => {
    expect((await cli.run('models', 'block', 'tiny')).code).toBe(2);
    expect((await cli.run('models', 'block', 'tiny', '--reason', 'It differs.')).json).toMatchObject({
      state: 'blocked',
      reason: 'It differs.',
    });
    expect((await cli.run('models', 'remove', 'tiny')).code).toBe(0);
    expect(await states()).not.toHaveProperty('tiny:latest');
    const listed = await cli.run('audit', 'list');
    for (const stage of ['approved', 'changed', 'blocked', 'removed'])
      expect(listed.out).toContain(`"stage":"${stage}"`);
    expect((await cli.run('audit', 'verify')).json).toMatchObject({ ok: true });
  });
});
