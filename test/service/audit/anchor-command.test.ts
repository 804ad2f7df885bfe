import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const cli = join(import.meta.dirname, '../../../dist/cli.js');
let folder = '';

interface Ran {
  readonly code: number;
  readonly json: Record<string, unknown>;
  readonly said: string;
}

/**
 * Runs `cloister` commands one after the other in one desktop session with a real gnome-keyring. A step is the arguments
 * of a command, or a line of shell that begins with `!`.
 */
async function inSession(steps: readonly (readonly string[] | string)[]): Promise<Ran[]> {
  const lines = steps.map((step, index) => {
    if (typeof step === 'string')
      return `${step}\n:>"$OUT/${index}.out"; :>"$OUT/${index}.err"; echo 0 >"$OUT/${index}.code"`;
    const args = step.map((arg) => `'${arg}'`).join(' ');
    return `"$NODE" "$CLI" --profile "$PROFILE" ${args} >"$OUT/${index}.out" 2>"$OUT/${index}.err" </dev/null; echo $? >"$OUT/${index}.code"`;
  });
  const script = [
    'printf "testpw\\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1',
    ...lines,
  ].join('\n');
  const home = join(folder, 'home');
  const env = { PATH: process.env['PATH'], HOME: home, NODE: process.execPath, CLI: cli, PROFILE: join(folder, 'profile'), OUT: folder }; // prettier-ignore
  const child = spawn('dbus-run-session', ['--', 'sh', '-c', script], { env, stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  return Promise.all(
    steps.map(async (_, index) => {
      const out = await read(`${index}.out`);
      let json: Record<string, unknown> = {};
      try {
        json = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      } catch {
        // A command that speaks to people.
      }
      return { code: Number(await read(`${index}.code`)), json, said: out + (await read(`${index}.err`)) };
    }),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-anchor-'));
  for (const name of ['home', 'documents']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'documents/note.txt'), 'The ferry leaves at nine.');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('goes on after a backup was put back: refused, shown, accepted, recorded', { timeout: 180_000 }, async () => {
  const search = ['--json', 'search', 'ferry', '--collection', 'House', '--mode', 'keyword'];
  const seen = await inSession([
    ['--json', 'init', '--keychain'],
    ['--json', 'ingest', join(folder, 'documents/note.txt'), '--collection', 'House'],
    search,
    'cp -a "$PROFILE" "$OUT/backup"',
    search,
    search,
    'rm -r "$PROFILE"; mv "$OUT/backup" "$PROFILE"',
    search,
    ['--json', 'doctor'],
    ['audit', 'verify'],
    ['--json', 'audit', 'anchor'],
    search,
    ['audit', 'anchor', '--accept'],
    search,
    ['--json', 'audit', 'verify'],
    ['--json', 'audit', 'list', '--limit', '2'],
    ['--json', 'audit', 'anchor'],
  ]);
  for (const each of seen.slice(0, 6)) expect(each.code, each.said).toBe(0);
  const [refused, doctor, verify, shown, still, accepted, after, verified, list, again] = seen.slice(7);

  expect(refused).toMatchObject({
    code: 1,
    json: { error: { code: 'audit_broken', message: expect.stringContaining('cloister audit anchor') as string } },
  });
  const checks = doctor?.json['checks'] as { id: string; status: string; fix?: string }[];
  expect(checks.find(({ id }) => id === 'record')).toMatchObject({
    status: 'fail',
    fix: expect.stringContaining('cloister audit anchor') as string,
  });
  expect(verify?.said).toContain('cloister audit anchor');

  expect(shown).toMatchObject({
    code: 1,
    json: { accepted: false, present: { size: 1 }, remembered: { size: 3 }, doubt: { kind: 'anchor' } },
  });
  expect(still?.code).toBe(1);

  expect(accepted?.code, accepted?.said).toBe(0);
  expect(accepted?.said).toMatch(/remembered by the keychain +3 entries, root [0-9a-f]{64}/);
  expect(accepted?.said).toMatch(/present in the profile +1 entry, root [0-9a-f]{64}/);
  expect(after?.code, after?.said).toBe(0);
  expect(verified?.json).toMatchObject({ ok: true, size: 3, anchoredBy: 'keychain' });
  expect(list?.json).toMatchObject({
    kind: 'record.anchored-anew',
    origin: 'cli',
    note: expect.stringContaining('3 entries') as string,
  });
  expect(again).toMatchObject({ code: 0, json: { accepted: false, doubt: null } });
});
