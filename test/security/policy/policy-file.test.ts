import { chmodSync, chownSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyCheck, readPolicy, type Policy } from '../../../electron/policy/index.ts';
import { policyKeys, policyRegistry } from '../../../shared/policy/registry.ts';

const me = process.getuid!();
let folder: string;
let path: string;

const read = (owner = me): Promise<Policy> => readPolicy({ path, owner });
const write = (content: unknown, mode = 0o644): void => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
};
const valid = { version: 1, policy: { 'models.allowPull': false, 'models.registryHosts': ['registry.example.org'] } };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-policy-'));
  chmodSync(folder, 0o755);
  path = join(folder, 'policy.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function expectStrictest(policy: Policy): void {
  expect(policy.file).toBe('refused');
  expect(policy.reason).toMatch(/\.$/);
  for (const key of policyKeys) {
    expect(policy.value(key)).toEqual(policyRegistry[key].strictest);
    expect(policy.source(key)).toBe('strictest');
  }
  expect(policyCheck(policy)).toMatchObject({ id: 'policy', status: 'fail' });
}

describe('the policy file', () => {
  it('that is absent leaves the usual values', async () => {
    const policy = await read();
    expect(policy.file).toBe('absent');
    for (const { key, value, source } of policy.effective()) {
      expect(value).toEqual(policyRegistry[key].usual);
      expect(source).toBe('usual');
    }
    expect(policyCheck(policy).status).toBe('ok');
  });

  it('that is in order sets what it names and nothing else', async () => {
    write(valid);
    const policy = await read();
    expect(policy.file).toBe('read');
    expect(policy.value('models.allowPull')).toBe(false);
    expect(policy.value('models.registryHosts')).toEqual(['registry.example.org']);
    expect(policy.source('models.allowPull')).toBe('policy');
    expect(policy.value('models.verification')).toBe('always');
    expect(policy.source('models.verification')).toBe('usual');
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['another version', { ...valid, version: 2 }],
    ['an unknown name', { version: 1, policy: { 'models.alowPull': false } }],
    ['an unknown part', { ...valid, extra: true }],
    ['a wrong type', { version: 1, policy: { 'models.allowPull': 'no' } }],
    ['a host that is a URL', { version: 1, policy: { 'models.registryHosts': ['https://x'] } }],
    ['a path that is relative', { version: 1, policy: { 'engine.path': 'ollama' } }],
    ['a list', []],
    ['too much', `${JSON.stringify(valid)}${' '.repeat(300_000)}`],
  ])('with %s means the strictest values', async (_, content) => {
    write(content);
    expectStrictest(await read());
  });

  it.each([0o664, 0o646, 0o666, 0o777])('of mode %o means the strictest values', async (mode) => {
    write(valid, mode);
    expectStrictest(await read());
  });

  it('of another owner means the strictest values', async () => {
    write(valid);
    expectStrictest(await read(me + 1));
    if (me === 0) {
      chownSync(path, 1000, 1000);
      expectStrictest(await read(0));
    }
  });

  it('in a folder that others may write means the strictest values', async () => {
    write(valid);
    chmodSync(folder, 0o777);
    expectStrictest(await read());
  });

  it('that is a link means the strictest values, even to a good file', async () => {
    const good = join(folder, 'good.json');
    writeFileSync(good, JSON.stringify(valid), { mode: 0o644 });
    symlinkSync(good, path);
    expectStrictest(await read());
    rmSync(path);
    linkSync(good, path);
    expect((await read()).file).toBe('read');
  });

  it('that is a folder, a pipe or unreadable means the strictest values', async () => {
    mkdirSync(path);
    expectStrictest(await read());
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    expectStrictest(await read());
  });
});
