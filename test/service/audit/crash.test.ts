import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { record } from '../../unit/audit/log-in-memory.ts';
import { openAuditVault } from './audit-vault.ts';

const kills = 8;
let folder: string;
let profile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-audit-'));
  profile = join(folder, 'profile');
  await (await openAuditVault(profile, 'create')).close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets a process write for a while, kills it, and gives the last size that it said. */
async function writeAndKill(milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), profile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child.stdout, 'data');
  await wait(milliseconds);
  child.kill('SIGKILL');
  await once(child, 'close');
  return Number(said.trim().split('\n').at(-1));
}

const anchored = async (): Promise<number> => {
  const kept = JSON.parse(await readFile(`${profile}.keychain`, 'utf8')) as Record<string, string>;
  const note = Object.entries(kept).find(([account]) => account.endsWith('audit-checkpoint'))?.[1];
  return Number(note?.split('\n')[1]);
};

it(`verifies after each of ${kills} kills at random moments, with nothing lost that was answered`, async () => {
  let interrupted = 0;
  let behind = 0;
  for (let kill = 0; kill < kills; kill++) {
    // Around the second at which the keychain is written.
    const said = await writeAndKill(kill % 2 === 0 ? Math.random() * 400 : 900 + Math.random() * 250);
    const kept = await anchored();
    const opened = await openAuditVault(profile, 'unlock');
    const { log, warnings } = opened;
    const { size } = log.status();
    expect(warnings).toEqual([]);
    expect(size).toBeGreaterThanOrEqual(said);
    expect(kept).toBeLessThanOrEqual(size);
    if (kept < said) behind += 1;
    expect(await log.verify()).toMatchObject({ ok: true, size, anchoredBy: 'keychain' });
    interrupted += (await log.list({ limit: 3 })).filter((entry) => entry.decision === 'interrupted').length;
    await opened.close();
    expect(await anchored()).toBe(size);
  }
  // The kills hit what they are meant to hit: each a request that never ends, some one more.
  expect(behind).toBeGreaterThan(0);
  expect(interrupted).toBeGreaterThanOrEqual(kills);
}, 240_000);

it('finds the whole encrypted file put back to an older state', async () => {
  await cp(join(profile, 'audit.db'), join(folder, 'older.db'));
  const now = await openAuditVault(profile, 'unlock');
  await now.log.append(record());
  await now.close();
  await cp(join(folder, 'older.db'), join(profile, 'audit.db'));
  const later = await openAuditVault(profile, 'unlock');
  expect(await later.log.verify()).toMatchObject({ ok: false, anchoredBy: 'keychain', firstBad: null });
  await expect(later.log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
  await later.close();
});
