import { describe, expect, it } from 'vitest';
import { createBatch } from '../../../renderer/features/chats/batch.ts';
import { cutMarkers } from '../../../renderer/features/chats/citations.ts';
import { waysOf } from '../../../renderer/features/chats/defaults.ts';
import { excerptOf } from '../../../renderer/features/chats/excerpt.ts';
import { groupByTime, groupName } from '../../../renderer/features/chats/group.ts';
import { showLink } from '../../../renderer/features/chats/links.ts';
import { newSentences } from '../../../renderer/features/chats/sentences.ts';
import {
  applyProgress,
  emptyDraft,
  withMessage,
  withoutFinished,
  type Progress,
} from '../../../renderer/features/chats/store.ts';
import { conversations, emptyCollection, message, tenancy } from '../../fakes/page-data.ts';

describe('grouping talks by time', () => {
  const now = new Date(2026, 10, 20, 1, 0);
  it.each([
    ['earlier today', new Date(2026, 10, 20, 0, 5), 'today'],
    ['three hours ago, which was yesterday', new Date(2026, 10, 19, 22, 0), 'yesterday'],
    ['a clock set wrong', new Date(2026, 10, 21, 9, 0), 'today'],
    ['two days ago', new Date(2026, 10, 18, 12, 0), 'week'],
    ['seven days ago', new Date(2026, 10, 13, 12, 0), 'month'],
    ['a year ago', new Date(2025, 10, 20), 'earlier'],
  ])('%s', (_name, then, wanted) => expect(groupName(then.toISOString(), now)).toBe(wanted));

  it('puts the newest first and leaves out empty groups', () => {
    const at = (id: string, day: number) => ({
      id,
      title: id,
      updatedAt: new Date(2026, 10, day).toISOString(),
      messages: 1,
    });
    const groups = groupByTime([at('old', 1), at('b', 20), at('a', 19)], now);
    expect(groups.map((group) => [group.name, group.conversations.map((one) => one.id)])).toEqual([
      ['today', ['b']],
      ['yesterday', ['a']],
      ['month', ['old']],
    ]);
  });
});

describe('gathering events between frames', () => {
  it('hands over once a frame, in order, and nothing twice', () => {
    const frames: (() => void)[] = [];
    const handed: (readonly number[])[] = [];
    const batch = createBatch<number>(
      (run) => frames.push(run),
      (items) => handed.push(items),
    );
    batch.add(1);
    batch.add(2);
    expect(frames).toHaveLength(1);
    frames.shift()?.();
    batch.add(3);
    batch.flush();
    frames.shift()?.();
    expect(handed).toEqual([[1, 2], [3]]);
  });

  const progress = (part: Partial<Progress>): Progress => ({
    sequence: 1,
    requestId: 'r',
    conversationId: 'c',
    messageId: 'm',
    stage: 'generating',
    delta: '',
    message: null,
    ...part,
  });

  it('adds deltas to the text and forgets an answer that is finished', () => {
    const live = applyProgress({}, [
      progress({ stage: 'loading' }),
      progress({ delta: 'a' }),
      progress({ delta: 'b' }),
    ]);
    expect(live['m']).toEqual({ requestId: 'r', conversationId: 'c', stage: 'generating', text: 'ab' });
    expect(
      applyProgress(live, [progress({ stage: 'done', message: message({ id: 'm', role: 'assistant', text: 'ab' }) })]),
    ).toEqual({});
  });

  it('starts anew when the same message is answered again', () => {
    const live = applyProgress({}, [progress({ delta: 'old' }), progress({ requestId: 'r2', delta: 'new' })]);
    expect(live['m']?.text).toBe('new');
  });

  it('lets go of an answer whose last event was lost, once the talk says it is finished', () => {
    const live = applyProgress({}, [progress({ delta: 'a' })]);
    const kept = (state: 'streaming' | 'complete') => [message({ id: 'm', role: 'assistant', text: 'ab', state })];
    expect(withoutFinished(live, kept('streaming'))).toEqual(live);
    expect(withoutFinished(live, kept('complete'))).toEqual({});
  });

  it('puts a message over its older self, else at the end', () => {
    const talk = conversations[0]!;
    const changed = message({ id: 'n2', role: 'assistant', text: 'changed' });
    expect(withMessage(talk, changed).messages.map((one) => one.text)).toEqual([talk.messages[0]!.text, 'changed']);
    expect(withMessage(talk, { ...changed, id: 'new' }).messages).toHaveLength(3);
  });
});

describe('numbers in brackets', () => {
  it.each([
    ['three months [1].', ['three months', 1, '.']],
    ['both [1][2]', ['both', 1, 2]],
    ['in the year [2021] and [0]', ['in the year [2021] and [0]']],
    ['none', ['none']],
  ])('%s', (text, wanted) => expect(cutMarkers(text, 99)).toEqual(wanted));
});

describe('links are shown, never opened', () => {
  it.each([
    ['words and target', 'the law', 'https://example.org/a', 'https://example.org/a', true],
    ['an address that is its own words', 'https://example.org', 'https://example.org/', null, true],
    [
      'an address that only looks like it',
      'https://bank.example',
      'https://evil.example',
      'https://evil.example',
      true,
    ],
    ['a script', 'click', 'javascript:alert(1)', 'javascript:alert(1)', true],
    ['direction marks', 'x', 'https://a.example/\u202egpj.exe', 'https://a.example/gpj.exe', true],
    ['a place in the text', 'note', '#user-content-fn-1', null, false],
    ['nothing', 'x', '', null, false],
  ])('%s', (_name, words, href, target, copyable) => expect(showLink(words, href)).toEqual({ target, copyable }));
});

describe('how a question will be answered', () => {
  const means = { chatModel: true, collections: [tenancy], conversationCollection: undefined };
  it('answers from documents when there are documents and a model', () => {
    expect(waysOf(emptyDraft, means)).toMatchObject({
      mode: 'generate',
      collectionId: 'tenancy',
      quotesForWant: false,
    });
  });
  it('takes quotes for want of a model, and says so', () => {
    expect(waysOf(emptyDraft, { ...means, chatModel: false })).toMatchObject({
      mode: 'quotes',
      quotesForWant: true,
      blocked: { chat: 'model', generate: 'model' },
    });
  });
  it('does not say so when quotes were chosen by hand', () => {
    expect(waysOf({ ...emptyDraft, mode: 'quotes' }, { ...means, chatModel: false }).quotesForWant).toBe(false);
  });
  it('talks alone without documents', () => {
    expect(waysOf(emptyDraft, { ...means, collections: [emptyCollection] })).toMatchObject({
      mode: 'chat',
      collectionId: null,
    });
  });
  it('asks the documents of the talk, unless others or none were chosen', () => {
    const other = { ...tenancy, id: 'other' };
    const both = { ...means, collections: [tenancy, other], conversationCollection: 'other' };
    expect(waysOf(emptyDraft, both).collectionId).toBe('other');
    expect(waysOf({ ...emptyDraft, collectionId: 'tenancy' }, both).collectionId).toBe('tenancy');
    expect(waysOf({ ...emptyDraft, collectionId: null }, both)).toMatchObject({ collectionId: null, mode: 'chat' });
  });
  it('knows when nothing can answer, and when it is too early to know', () => {
    expect(waysOf(emptyDraft, { chatModel: false, collections: [], conversationCollection: undefined }).nothing).toBe(
      true,
    );
    expect(waysOf(emptyDraft, { chatModel: null, collections: null, conversationCollection: undefined })).toMatchObject(
      { waiting: true, nothing: false },
    );
  });
});

describe('a passage around the words that answer', () => {
  const text = `${'before '.repeat(60)}THE WORDS${' after'.repeat(60)}`;
  const start = 1000 + text.indexOf('THE');
  it('marks the words by their offsets and shortens the rest at words', () => {
    const excerpt = excerptOf({ start: 1000, text }, { start, end: start + 9, quote: 'THE WORDS' }, false);
    expect(excerpt.words).toBe('THE WORDS');
    expect(excerpt.before).toMatch(/^… before .* $/);
    expect(excerpt.after).toMatch(/^ after .*after …$/);
    expect(excerpt.cut).toBe(true);
  });
  it('gives all of it when asked', () => {
    const { before, words, after } = excerptOf({ start: 1000, text }, { start, end: start + 9, quote: '' }, true);
    expect(before + words + after).toBe(text);
  });
  it('marks nothing where the words do not stand', () => {
    expect(excerptOf({ start: 0, text: 'abc' }, { start: 0, end: 3, quote: 'xyz' }, false).words).toBe('');
  });

  it('shows nothing that hides, and leaves the citation as it is', () => {
    const text = 'Pay\u200b to user\u202etxt.exe\u202c by\u{e0069}\u{e0067} Friday.';
    const start = text.indexOf('user');
    const end = text.indexOf(' by');
    const quote = text.slice(start, end);
    const { before, words, after } = excerptOf({ start: 50, text }, { start: 50 + start, end: 50 + end, quote }, true);
    expect([before, words, after]).toEqual(['Pay to ', 'usertxt.exe', ' by Friday.']);
    expect(quote).toBe('user\u202etxt.exe\u202c');
  });
});

describe('speaking a growing answer', () => {
  it('says whole sentences once, without their marks', () => {
    const first = newSentences('You **may** end it [1]. The land', 0);
    expect(first.text).toBe('You may end it .');
    expect(newSentences('You **may** end it [1]. The landlord too.\n', first.to).text).toBe('The landlord too.');
    expect(newSentences('You **may** end it [1]. The land', first.to).text).toBe('');
  });
});
