import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publisherList, signer, writeList } from '../../fixtures/publisher-list.ts';
import { createCommandLine, type CommandLine } from './cli.ts';

const labs = signer();
let cli: CommandLine;
beforeAll(async () => {
  cli = await createCommandLine();
  writeFileSync(join(cli.folder, 'labs.pub'), labs.publicKey);
});
afterAll(() => cli.remove());

const file = (): string => join(cli.folder, 'publishers.json');
const usual = { name: 'Ollama library', registry: 'registry.ollama.ai/library', key: null, from: 'usual' };

describe('publishers on the command line', () => {
  it('are the usual ones, also without a vault, where no list can be taken', async () => {
    const shown = await cli.run('models', 'publishers', 'show');
    expect([shown.code, shown.json]).toEqual([0, { publishers: [usual], list: null, locked: false, problem: null }]);
    writeList(file(), labs);
    const ran = await cli.run('models', 'publishers', 'import', file(), '--key', join(cli.folder, 'labs.pub'));
    expect([ran.code, (ran.json['error'] as { code: string }).code]).toEqual([3, 'vault_absent']);
  });

  it('are those of a signed list, once it is taken, and an older one is refused with the reason', async () => {
    expect((await cli.run('init')).code).toBe(0);
    writeList(file(), labs, publisherList({ sequence: 3 }));
    expect((await cli.run('models', 'publishers', 'import', file())).code).toBe(2);
    const taken = await cli.run('models', 'publishers', 'import', file(), '--key', join(cli.folder, 'labs.pub'));
    expect(taken.code).toBe(0);
    expect(taken.json).toMatchObject({
      publishers: [usual, { name: 'Example Labs', from: 'person' }],
      list: { from: 'person', sequence: 3, key: labs.fingerprint },
    });
    writeList(file(), labs, publisherList({ sequence: 2 }));
    const older = await cli.run('models', 'publishers', 'import', file());
    expect(older.code).toBe(1);
    expect(older.json).toMatchObject({ error: { code: 'forbidden', detail: { problem: 'older' } } });
    expect((await cli.run('models', 'publishers', 'show')).json).toEqual(taken.json);
    const doctor = (await cli.run('doctor')).json as { checks: { id: string; status: string }[] };
    expect(doctor.checks).toContainEqual(expect.objectContaining({ id: 'publishers', status: 'ok' }));
    expect((await cli.run('audit', 'list')).out).toContain('"stage":"publishers"');
    expect((await cli.run('audit', 'verify')).json).toMatchObject({ ok: true });
  });

  it('stay locked up with the vault', async () => {
    expect((await cli.runLocked('models', 'publishers', 'show')).code).toBe(3);
  });
});
