import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../shared/contract/types.ts';
import type { Ran } from '../../service/terminal/cli.ts';
import { buildParser } from '../../fixtures/documents/parse.ts';
import { openKeyring, type Keyring } from './support/keyring.ts';
import {
  aftermathOf,
  killWithList,
  processesKeeping,
  untilModelsAreLoaded,
  type Aftermath,
} from './support/processes.ts';
import {
  createTrial,
  filesIn,
  isLong,
  leftIn,
  officeFiles,
  readContents,
  removeTrial,
  reports,
  samples,
  type Contents,
  type Trial,
} from './support/trial.ts';

const rounds = isLong ? 50 : 3;
const passphrase = 'a passphrase that is killed often';
const collection = 'Papers';
const documents = [...filesIn(samples), ...(isLong ? [...reports, ...officeFiles] : reports.slice(0, 1))];
/** By this round all documents have been handed over; the rest kill the embedding, and reading the diary anew. */
const allHandedOver = Math.ceil(rounds * 0.6);

type Phase = 'unlocking' | 'reading' | 'embedding' | 'finished';

interface Round {
  readonly number: number;
  /** Milliseconds after its start at which it was killed. */
  readonly at: number;
  readonly phase: Phase;
  readonly aftermath: Aftermath;
  /** Processes that still have anything to do with the profile. */
  readonly holding: readonly string[];
  /** The very next commands, in the order in which they were given. */
  readonly next: readonly { readonly command: string; readonly code: number | null; readonly said: string }[];
  readonly record: { readonly ok: unknown; readonly size: number; readonly anchoredBy: unknown };
  readonly searches: number;
  readonly said: readonly { readonly path: string; readonly status: string }[];
  readonly before: Contents;
  readonly after: Contents;
  readonly left: readonly string[];
}

let trial: Trial;
let keyring: Keyring;
const seen: Round[] = [];
const said = (round: Round): string => `round ${round.number}, killed after ${round.at} ms while ${round.phase}`;

/** Gives a round its share of documents, and one that changes each time, so that there is always something to read. */
function handOver(round: number): void {
  const upTo = Math.ceil((documents.length * Math.min(round, allHandedOver)) / allHandedOver);
  const from = Math.ceil((documents.length * Math.min(round - 1, allHandedOver)) / allHandedOver);
  for (const path of documents.slice(from, upTo)) copyFileSync(path, join(trial.originals, basename(path)));
  const diary = join(trial.originals, 'Diary.md');
  if (round === 1) writeFileSync(diary, '# Diary\n');
  appendFileSync(diary, `\n## Day ${round}\n\nThe harbour was calm on day ${round}, and nothing at all was lost.\n`);
}

const ingest = ['ingest', '--collection', collection] as const;

/** Waits for a moment to kill: at the start, at any time of a usual run, or while passages are being embedded. */
async function momentOf(number: number, child: ChildProcess): Promise<void> {
  const turn = isLong ? number % 10 : number * 4 - 4;
  if (turn < 4) return wait(Math.random() * 2_000);
  if (turn < 7) return wait(Math.random() * (isLong ? 12_000 : 5_000));
  await untilModelsAreLoaded(child, 1);
  return wait(Math.random() * 6_000);
}

/** Starts taking in, kills at a moment, and tells what it had said by then. */
async function killDuringIngest(
  number: number,
): Promise<Pick<Round, 'at' | 'phase' | 'said'> & { below: Promise<Aftermath> }> {
  const child = trial.start(...ingest, trial.originals);
  const ended = once(child, 'exit');
  child.stderr.resume();
  const lines: Record<string, unknown>[] = [];
  const reading = createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const began = performance.now();
  await Promise.race([momentOf(number, child), ended]);
  const at = Math.round(performance.now() - began);
  const isOver = child.exitCode !== null;
  const list = isOver ? [] : await killWithList(child.pid!);
  await ended;
  const below = aftermathOf(list);
  reading.close();
  const files = lines.flatMap(({ path, status }) =>
    typeof path === 'string' && typeof status === 'string' ? [{ path, status }] : [],
  );
  const handedOver = filesIn(trial.originals).length;
  const running = files.length === 0 ? 'unlocking' : files.length < handedOver ? 'reading' : 'embedding';
  return { at, said: files, below, phase: isOver ? 'finished' : running };
}

/** The commands that come right after a kill, another one first each time. */
async function goOn(number: number): Promise<Pick<Round, 'next' | 'record'>> {
  const commands = [
    ['collections', 'list'],
    ['audit', 'verify'],
    ['search', 'harbour', '--collection', collection, '--mode', 'keyword'],
  ];
  const next: { command: string; code: number | null; said: string }[] = [];
  const ran: Record<string, Ran> = {};
  for (let turn = 0; turn < commands.length; turn += 1) {
    const command = commands[(number + turn) % commands.length]!;
    const name = command[0]!;
    ran[name] = await trial.run(...command);
    next.push({ command: command.slice(0, 2).join(' '), code: ran[name].code, said: ran[name].out.slice(0, 300) });
  }
  const { ok, size, anchoredBy } = ran['audit']!.json;
  return { next, record: { ok, size: Number(size), anchoredBy } };
}

async function play(number: number, before: Contents, searches: number): Promise<Round> {
  handOver(number);
  const { below, ...killed } = await killDuringIngest(number);
  const afterwards = await goOn(number);
  const aftermath = await below;
  const holding = await processesKeeping(trial.folder);
  const after = await readContents(trial, passphrase, collection);
  return { number, ...killed, ...afterwards, aftermath, holding, searches, before, after, left: leftIn(trial) };
}

const key = ({ path, status, pages, chunks, embedded, bytes }: LedgerEntry): string =>
  JSON.stringify({ path, status, pages, chunks, embedded, bytes });

const figures = ({ ledger }: Contents): { documents: number; pages: number; chunks: number } => ({
  documents: ledger.filter(({ status }) => status === 'indexed').length,
  pages: ledger.reduce((sum, { pages }) => sum + pages, 0),
  chunks: ledger.reduce((sum, { chunks }) => sum + chunks, 0),
});

const nothing: Contents = { problems: [], ledger: [], documents: 0, chunks: 0, embedded: 0 };

beforeAll(async () => {
  await buildParser();
  // The key comes from the passphrase; the record is anchored in the keychain all the same.
  keyring = await openKeyring();
  trial = await createTrial({ passphrase, environment: keyring.environment });
  expect((await trial.run('init')).code).toBe(0);
  expect((await trial.run('collections', 'create', collection)).code).toBe(0);
  let before = nothing;
  for (let number = 1; number <= rounds; number += 1) {
    const round = await play(number, before, number);
    seen.push(round);
    before = round.after;
  }
}, 60 * 60_000);

afterAll(async () => {
  await keyring.end();
  await removeTrial(trial);
});

describe(`the command line, killed with -9 ${rounds} times while it takes in ${documents.length + 1} documents`, () => {
  it('was killed at work, not only before or after', () => {
    expect(seen.filter(({ phase }) => phase !== 'finished').length).toBeGreaterThan(rounds / 2);
  });

  it('leaves no process behind: engine, keeper, sandbox, parser and keychain helper end with it', () => {
    for (const round of seen) {
      expect(round.aftermath.left, said(round)).toEqual([]);
      expect(round.holding, said(round)).toEqual([]);
    }
  });

  it('stands in the way of no later command', () => {
    for (const round of seen) for (const { command, code, said: out } of round.next) expect([command, code], `${said(round)}: ${out}`).toEqual([command, 0]); // prettier-ignore
  });

  it('has a record that holds, is anchored in the keychain, and keeps every entry', () => {
    for (const round of seen) {
      expect(round.record, said(round)).toMatchObject({ ok: true, anchoredBy: 'keychain' });
      // The search of this round may stand after the check of the record.
      expect(round.record.size, said(round)).toBeGreaterThanOrEqual(round.searches - 1);
    }
  });

  it('loses nothing that was indexed, or that it said was', () => {
    for (const round of seen) {
      const now = new Map(round.after.ledger.map((entry) => [entry.path, entry]));
      for (const entry of round.before.ledger.filter(({ name }) => name !== 'Diary.md')) {
        const kept = now.get(entry.path);
        expect(kept, `${said(round)}: ${entry.path}`).toMatchObject({
          status: entry.status,
          pages: entry.pages,
          chunks: entry.chunks,
        });
        expect(kept?.embedded, `${said(round)}: ${entry.path}`).toBeGreaterThanOrEqual(entry.embedded);
      }
      for (const { path, status } of round.said)
        expect(now.get(path)?.status, `${said(round)}: ${path}`).toBe(status === 'unchanged' ? 'indexed' : status);
    }
  });

  it('has no document twice, and no passage without its document', () => {
    for (const { after, ...round } of seen) {
      const paths = after.ledger.map(({ path }) => path);
      expect(new Set(paths).size, said({ after, ...round })).toBe(paths.length);
      expect(after.documents).toBe(after.ledger.filter(({ status }) => status === 'indexed').length);
      expect(after.chunks).toBe(after.ledger.reduce((sum, { chunks }) => sum + chunks, 0));
    }
  });

  it('has databases without a damaged page or a broken index', () => {
    for (const round of seen) expect(round.after.problems, said(round)).toEqual([]);
  });

  it('finishes at last with the very ledger of a profile that was never killed', { timeout: 30 * 60_000 }, async () => {
    handOver(rounds);
    const last = await trial.run(...ingest, trial.originals);
    expect(last.code, last.err).toBe(0);
    expect(last.json['summary']).toMatchObject({ pending: 0 });
    const fresh = await createTrial({ passphrase });
    try {
      await fresh.run('init');
      const unbroken = await fresh.run(...ingest, trial.originals);
      expect(unbroken.code, unbroken.err).toBe(0);
      const [killed, spared] = [
        await readContents(trial, passphrase, collection),
        await readContents(fresh, passphrase, collection),
      ];
      expect(killed.ledger.map(key)).toEqual(spared.ledger.map(key));
      expect(figures(killed)).toEqual(figures(spared));
      const hits = async (one: Trial) => {
        const ran = await one.run('search', 'engine failure at night', '--collection', collection, '--mode', 'keyword');
        return (ran.json['hits'] as { path: string; start: number; end: number }[])
          .map(({ path, start, end }) => `${path} ${start}-${end}`)
          .sort();
      };
      expect(await hits(trial)).toEqual(await hits(fresh));
      report(killed);
    } finally {
      await removeTrial(fresh);
    }
  });

  it('leaves nothing in the folders for temporary things', () => {
    expect(leftIn(trial)).toEqual([]);
  });
});

/** The long form is run for its figures. */
function report(whole: Contents): void {
  if (!isLong) return;
  const count = (phase: Phase): number => seen.filter((round) => round.phase === phase).length;
  const gone = seen.flatMap(({ aftermath }) => aftermath.goneAfter ?? []).sort((a, b) => a - b);
  const line = {
    kills: seen.length - count('finished'),
    unlocking: count('unlocking'),
    reading: count('reading'),
    embedding: count('embedding'),
    finished: count('finished'),
    roundsThatEmbedded: seen.filter(({ before, after }) => after.embedded > before.embedded).length,
    goneAfter: { median: gone[Math.floor(gone.length / 2)], worst: gone.at(-1) },
    ...figures(whole),
    embedded: whole.embedded,
    entries: seen.at(-1)?.record.size,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
