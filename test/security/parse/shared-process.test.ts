import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createParser } from '../../../electron/documents/parse/index.ts';
import { limits } from '../../../electron/documents/parse/limits.ts';
import type { Parser, ParserRun } from '../../../electron/documents/types.ts';
import { detailOf } from '../../../shared/errors.ts';
import { node, reasonOf } from '../../fixtures/documents/parse.ts';

const run = promisify(execFile);

async function ask(
  reader: Pick<Parser, 'parse'>,
  action: string,
  argument = 'x',
  signal?: AbortSignal,
): Promise<string> {
  return (await reader.parse({ name: `file.${action}`, bytes: Buffer.from(argument) }, signal)).text;
}

const reasonFor = (thrown: unknown): string => String(detailOf(thrown)?.['reason']);

describe.each(['namespace', 'permissions'] as const)(
  'a process that reads several files of a run, held by %s',
  (kind) => {
    let folder: string;
    let parser: Parser;
    let reader: ParserRun;

    const make = (options: Partial<Parameters<typeof createParser>[0]> = {}): Parser =>
      createParser({
        entry: join(folder, 'parser.mjs'),
        node,
        environment: {},
        keepReady: 200,
        ...(kind === 'permissions' ? { bubblewrap: null } : {}),
        ...options,
      });

    /** Programs that were started with this test's own parser. */
    const processes = async (): Promise<number> => {
      const { stdout } = await run('ps', ['-eo', 'args=']);
      return stdout.split('\n').filter((line) => line.includes(folder)).length;
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cloister-shared-'));
      copyFileSync(join(import.meta.dirname, 'hostile-parser.mjs'), join(folder, 'parser.mjs'));
      parser = make();
      reader = parser.openRun();
    });

    afterEach(async () => {
      reader.close();
      await parser.dispose();
      await expect.poll(processes, { timeout: 10_000 }).toBe(0);
      rmSync(folder, { recursive: true });
    });

    it('is the same for the files of one run, and another for each other run and for a file outside of one', async () => {
      const other = parser.openRun();
      const mine = [await ask(reader, 'who'), await ask(reader, 'who')];
      const theirs = [await ask(other, 'who'), await ask(other, 'who')];
      const alone = [await ask(parser, 'who'), await ask(parser, 'who')];
      other.close();
      expect(new Set(mine).size).toBe(1);
      expect(new Set(theirs).size).toBe(1);
      expect(new Set([...mine, ...theirs, ...alone]).size).toBe(4);
    });

    it('is never shared where policy says so', async () => {
      const strict = make({ isolation: 'file' });
      const own = strict.openRun();
      expect(await ask(own, 'who')).not.toBe(await ask(own, 'who'));
      own.close();
      await strict.dispose();
    });

    it('brings nothing of a file into another run, nor into a file outside of one', async () => {
      const other = parser.openRun();
      await ask(reader, 'remember', 'planted words');
      expect(await ask(reader, 'recall')).toBe('kept: planted words');
      expect(await ask(other, 'recall')).toBe('kept: ');
      expect(await ask(parser, 'recall')).toBe('kept: ');
      reader.close();
      expect(await ask(other, 'recall')).toBe('kept: ');
      other.close();
      const later = parser.openRun();
      expect(await ask(later, 'recall')).toBe('kept: ');
      later.close();
    });

    it.each([0, 20, 300])('cannot answer for the next file before it is asked (%i ms after its own)', async (delay) => {
      for (let round = 0; round < 3; round += 1) {
        // Both answers can come in one piece: then this file has failed too, by its own doing.
        const own = await ask(reader, 'ahead', String(delay)).catch(reasonFor);
        expect(own).toMatch(/^(mine|junk)$/);
        if (round > 0) await wait(delay);
        expect(await ask(reader, 'txt', 'the second file')).toBe('the second file');
      }
    });

    it('costs the file in hand alone when it answers twice', async () => {
      expect(await ask(reader, 'txt', 'the first file')).toBe('the first file');
      expect(await reasonOf(ask(reader, 'twice'))).toBe('junk');
      expect(await ask(reader, 'txt', 'the third file')).toBe('the third file');
    });

    it('costs no file when it crashes at its third, or hoards memory and denies it', async () => {
      const crashing: string[] = [];
      for (let file = 0; file < 7; file += 1) crashing.push(await ask(reader, 'crashatthird'));
      expect(crashing).toEqual(['file 1', 'file 2', 'file 1', 'file 2', 'file 1', 'file 2', 'file 1']);
      const hoarding: number[] = [];
      for (let file = 0; file < 8; file += 1) hoarding.push(Number((await ask(reader, 'hoard')).replace('hoard ', '')));
      expect(Math.max(...hoarding)).toBeLessThan(8);
      expect(hoarding.filter((count) => count === 1).length).toBeGreaterThan(1);
    });

    it.each([
      ['says that it holds much', 'swollen', 'x', true],
      ['refuses a file', 'ownwords', 'x', false],
    ] as const)('is given up when it %s', async (_, action, argument, reads) => {
      const before = await ask(reader, 'who');
      const outcome = await reasonOf(ask(reader, action, argument));
      expect(outcome === 'no failure').toBe(reads);
      expect(await ask(reader, 'who')).not.toBe(before);
    });

    it(`is given up after ${limits.shared.files} files`, async () => {
      const seen: string[] = [];
      for (let file = 0; file < limits.shared.files + 1; file += 1) seen.push(await ask(reader, 'who'));
      expect(new Set(seen.slice(0, -1)).size).toBe(1);
      expect(new Set(seen).size).toBe(2);
    });

    it('costs the file in hand alone when it is cancelled', async () => {
      const [before, cancel] = [await ask(reader, 'who'), new AbortController()];
      const hanging = reasonOf(ask(reader, 'hang', 'x', cancel.signal));
      const beside = ask(reader, 'txt', 'beside it');
      await wait(200);
      cancel.abort();
      expect(await hanging).toBe('cancelled');
      expect(await beside).toBe('beside it');
      expect(await ask(reader, 'txt', 'after it')).toBe('after it');
      expect(await ask(reader, 'who')).not.toBe(before);
    });

    it('ends when its run is over, when it idles, and with the parser', async () => {
      await ask(reader, 'who');
      await wait(300);
      expect(await processes()).toBeGreaterThan(0);
      reader.close();
      parser.rest();
      await expect.poll(processes, { timeout: 10_000 }).toBe(0);

      const idle = parser.openRun();
      const first = await ask(idle, 'who');
      await expect.poll(processes, { timeout: limits.shared.idleMilliseconds + 10_000 }).toBe(0);
      expect(await ask(idle, 'who')).not.toBe(first);

      await parser.dispose();
      await expect.poll(processes, { timeout: 10_000 }).toBe(0);
      expect(await reasonOf(ask(idle, 'who'))).toBe('cancelled');
    }, 40_000);
  },
);
