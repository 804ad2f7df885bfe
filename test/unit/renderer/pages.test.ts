import { describe, expect, it } from 'vitest';
import { commandOf, keysFor, shortcuts } from '../../../renderer/app/shortcuts.ts';
import { resolveTheme } from '../../../renderer/app/theme.ts';
import { createSequenceWatch } from '../../../renderer/bridge/index.ts';
import {
  applyDocumentsProgress,
  countByFilter,
  matchesFilter,
  useDocuments,
} from '../../../renderer/features/documents/store.ts';
import { piecesOf } from '../../../renderer/features/documents/upload.ts';
import { strengthOf } from '../../../renderer/features/first-run/strength.ts';
import { barOf, exampleOf, freeMemory, rowsOf } from '../../../renderer/features/models/rows.ts';
import { filterEntries, merge } from '../../../renderer/features/record/store.ts';
import { interleave } from '../../../renderer/features/search/find.ts';
import { engineLook, recordLook } from '../../../renderer/features/status/looks.ts';
import { markBlock } from '../../../renderer/features/viewer/marks.ts';
import {
  auditEntries,
  candidates,
  chatModel,
  citations,
  embedder,
  engineOf,
  hardware,
  installedFits,
  ledger,
  tenancy,
} from '../../fakes/page-data.ts';

describe('lost events', () => {
  it('are noticed from the second number on', () => {
    const watch = createSequenceWatch();
    expect([7, 8, 10, 11, 9, 12].map((sequence) => watch.gapBefore(sequence))).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the status strip', () => {
  it('says sealed only of a running engine inside a network namespace', () => {
    for (const scene of ['port', 'missing', 'unknown', 'changed', 'failed', 'stopped', 'starting'] as const) {
      expect(engineLook(engineOf(scene, false)).words).not.toMatch(/sealed|no network/i);
    }
    expect(engineLook(engineOf('sealed', false)).words).toBe('Engine sealed, no network');
    expect(engineLook({ ...engineOf('sealed', false), state: 'degraded' }).words).not.toMatch(/sealed/);
  });

  it('calls a record verified only when it was', () => {
    const record = { size: 1204, checkedAt: null };
    expect(recordLook({ ...record, verified: null }).words).toBe('Record 1,204 · not checked');
    expect(recordLook({ ...record, verified: true }).words).toBe('Record 1,204 · verified');
    expect(recordLook({ ...record, verified: false })).toMatchObject({
      words: 'Record 1,204 · broken',
      tone: 'tone-bad',
    });
  });
});

describe('keys', () => {
  const press = (key: string, part = {}) => ({ key, mod: false, shift: false, alt: false, typing: false, ...part });
  it.each([
    ['new chat', press('n', { mod: true }), 'new-chat'],
    ['palette while typing', press('K', { mod: true, typing: true }), 'palette'],
    ['a letter', press('n'), null],
    ['slash', press('/'), 'composer'],
    ['slash while typing', press('/', { typing: true }), null],
    ['a foreign combination', press('n', { mod: true, alt: true }), null],
    ['back', press('F6', { shift: true }), 'previous-region'],
    ['the conversation below', press('ArrowDown', { alt: true, typing: true }), 'next-talk'],
  ])('%s', (_name, given, wanted) => expect(commandOf(given)).toBe(wanted));

  it('are written as the system writes them, each once', () => {
    expect([keysFor('Mod+K', true), keysFor('Mod+K', false)]).toEqual(['⌘K', 'Ctrl+K']);
    expect(new Set(shortcuts.map((one) => one.keys)).size).toBe(shortcuts.length);
  });
});

describe('themes', () => {
  it.each([
    ['system', true, false, 'dark'],
    ['system', false, false, 'light'],
    ['system', false, true, 'contrast'],
    ['light', true, true, 'light'],
    ['contrast', false, false, 'contrast'],
  ] as const)('%s, dark %s, more contrast %s', (theme, dark, moreContrast, wanted) =>
    expect(resolveTheme(theme, { dark, moreContrast }).theme).toBe(wanted),
  );
});

describe('strength of a passphrase', () => {
  it.each([
    ['short', 'weak'],
    ['password1', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['Sommer2026!', 'weak'],
    ['lamp orchard violin', 'fair'],
    ['lamp orchard violin gravel', 'good'],
    ['lamp orchard violin gravel peach tundra', 'strong'],
    ['kX7#pQ2!vL9&zR4$', 'strong'],
  ])('%s is %s', (passphrase, wanted) => expect(strengthOf(passphrase)).toBe(wanted));
});

describe('documents', () => {
  const state = { ...useDocuments.getState(), collections: [tenancy], selected: 'tenancy', entries: ledger(0) };
  const entry = { ...ledger(0)[0]!, status: 'parsing' as const, chunks: 0 };
  const progress = {
    sequence: 1,
    collectionId: 'tenancy',
    entry,
    collection: { ...tenancy, chunks: 901 },
    done: 3,
    total: 9,
    finished: false,
  };

  it('takes events into the figures, the ledger and the run', () => {
    const next = applyDocumentsProgress(state, [progress]);
    expect(next.collections?.[0]?.chunks).toBe(901);
    expect(next.entries).toHaveLength(8);
    expect(next.entries?.find((one) => one.path === entry.path)?.status).toBe('parsing');
    expect(next.runs?.['tenancy']).toEqual({
      done: 3,
      total: 9,
      current: 'Lease agreement.pdf',
      cut: false,
      finished: false,
    });
  });
  it('knows a run that was stopped', () => {
    expect(
      applyDocumentsProgress(state, [{ ...progress, entry: null, finished: true }]).runs?.['tenancy'],
    ).toMatchObject({ cut: true, finished: true });
  });
  it('leaves a finished run alone when embeddings arrive after it', () => {
    const over = applyDocumentsProgress(state, [{ ...progress, done: 9, finished: true }]);
    const later = applyDocumentsProgress({ ...state, ...over }, [{ ...progress, entry: null, done: 0, total: 0 }]);
    expect(later.runs?.['tenancy']).toMatchObject({ done: 9, total: 9, finished: true });
  });
  it('shows a file that was handed over, and starts no run for it', () => {
    const waiting = { ...ledger(0)[0]!, path: 'new.pdf', status: 'waiting' as const };
    const next = applyDocumentsProgress(state, [{ ...progress, entry: waiting, done: 0, total: 0, finished: true }]);
    expect(next.entries?.at(-1)).toEqual(waiting);
    expect(next.runs).toEqual({});
  });
  it('starts no run when only embeddings arrive, and mixes no other collection in', () => {
    const embedded = applyDocumentsProgress(state, [{ ...progress, entry: null, done: 0, total: 0 }]);
    expect(embedded.runs).toEqual({});
    const other = applyDocumentsProgress(state, [
      { ...progress, collectionId: 'x', collection: { ...tenancy, id: 'x' }, entry: { ...entry, path: '/new' } },
    ]);
    expect(other.entries).toHaveLength(8);
    expect(other.collections).toHaveLength(2);
  });
  it('counts each state once', () => {
    expect(countByFilter(ledger(0))).toEqual({ all: 8, ready: 4, working: 0, failed: 2, skipped: 1, removed: 1 });
    expect(ledger(0).filter((one) => matchesFilter(one, 'failed'))).toHaveLength(2);
  });
  it('cuts a file into pieces without a gap, and an empty one into one', () => {
    expect(piecesOf(9, 4)).toEqual([
      { offset: 0, end: 4 },
      { offset: 4, end: 8 },
      { offset: 8, end: 9 },
    ]);
    expect(piecesOf(8, 4)).toHaveLength(2);
    expect(piecesOf(0, 4)).toEqual([{ offset: 0, end: 0 }]);
  });
});

describe('models', () => {
  it('lists what is installed first, each model once', () => {
    const names = rowsOf([chatModel, embedder], candidates).map((row) => row.name);
    expect(names.slice(0, 2)).toEqual(['qwen3:8b', 'all-minilm']);
    expect(new Set(names).size).toBe(names.length);
    expect(rowsOf([embedder], candidates)[0]?.candidate).toBeNull();
    const [known, own] = rowsOf([chatModel, embedder], candidates, installedFits);
    expect(known).toMatchObject({ title: 'Qwen 3, 8 billion', candidate: { licence: 'Apache-2.0', fits: 'gpu' } });
    expect(own).toMatchObject({ name: 'all-minilm', candidate: { context: 512, fits: 'gpu' } });
  });
  it('names one to begin with: the balanced one of what is proposed, or the only one', () => {
    expect(exampleOf(candidates)).toBe('llama3.2:3b');
    const only = candidates.map((one) => ({ ...one, role: one.role === 'small' ? one.role : null }));
    expect(exampleOf(only)).toBe('llama3.2:1b');
    expect(exampleOf([])).toBe('qwen3:1.7b');
  });
  it('measures against the graphics card where its memory is known', () => {
    expect(freeMemory(hardware)).toBe(6.9e9);
    expect(freeMemory({ ...hardware, gpus: [] })).toBe(18.4e9);
    expect(freeMemory({ ...hardware, gpus: [{ ...hardware.gpus[0]!, freeBytes: null }] })).toBe(18.4e9);
  });
  it('draws shares of what is free, and never more than the bar', () => {
    const fits = barOf({ weights: 4, kv: 1, overhead: 1 }, 10);
    expect(fits).toEqual({ weights: 40, kv: 10, overhead: 10, free: 100 });
    const large = barOf({ weights: 30, kv: 5, overhead: 5 }, 10);
    expect(large.weights + large.kv + large.overhead).toBeCloseTo(100);
    expect(large.free).toBeCloseTo(25);
  });
});

describe('the record', () => {
  const entries = auditEntries(60);
  it('is merged newest first, each entry once', () => {
    const merged = merge(entries.slice(0, 20), entries.slice(15, 40));
    expect(merged.map((one) => one.index)).toEqual(entries.slice(0, 40).map((one) => one.index));
  });
  it('is filtered by all words and the outcome', () => {
    expect(filterEntries(entries, 'ASK page', 'all').every((one) => one.kind === 'ask' && one.origin === 'page')).toBe(
      true,
    );
    const refused = filterEntries(entries, '', 'refused');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((one) => one.code === 'model_too_large')).toBe(true);
    expect(filterEntries(entries, 'nowhere', 'all')).toEqual([]);
  });
});

describe('search and source', () => {
  it('takes passages of several collections by turns', () => {
    const [a, b, c] = citations.map((one) => one.passage);
    expect(interleave([[a!, b!], [c!]], 8)).toEqual([a, c, b]);
    expect(interleave([[a!, b!], [c!]], 2)).toEqual([a, c]);
  });
  it('marks the part of a block that is wanted, and nothing else', () => {
    const block = { start: 100, end: 110, text: '0123456789' };
    const marked = (start: number, end: number) =>
      markBlock(block, { start, end })
        .filter((piece) => piece.marked)
        .map((piece) => piece.text);
    expect(marked(103, 106)).toEqual(['345']);
    expect(marked(90, 104)).toEqual(['0123']);
    expect(marked(108, 400)).toEqual(['89']);
    expect(marked(110, 120)).toEqual([]);
    expect(markBlock(block, null)).toEqual([{ text: '0123456789', marked: false }]);
  });
});
