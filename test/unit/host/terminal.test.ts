import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { OfflineProof } from '../../../electron/egress/index.ts';
import { answerAsText } from '../../../electron/host/terminal/commands/ask.ts';
import { entryAsText } from '../../../electron/host/terminal/commands/audit.ts';
import { proofAsText } from '../../../electron/host/terminal/commands/prove-offline.ts';
import { confirm } from '../../../electron/host/terminal/confirm.ts';
import { exitCodeOf } from '../../../electron/host/terminal/exit-codes.ts';
import { createOutput, onOneLine, printable, shortened } from '../../../electron/host/terminal/output.ts';
import { wrap } from '../../../electron/host/terminal/wrap.ts';
import { modelEntry } from '../../../electron/models/passports/record.ts';
import { counted } from '../../../shared/counted.ts';
import { CloisterError, errorCodes } from '../../../shared/errors.ts';

const streams = (isTerminal = false) => ({ out: new PassThrough(), err: new PassThrough(), isTerminal });
const said = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';

describe('foreign text in a terminal', () => {
  const reordering = [
    '\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069',
  ]; // prettier-ignore

  it('cannot turn the order of a line: every bidirectional control is shown instead', () => {
    const every = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));
    const kept = every.filter((character) => /\p{Bidi_Control}/u.test(character));
    expect(kept).toEqual(reordering);
    for (const character of kept) expect(printable(`invoice${character}fdp.exe`)).toBe('invoice\ufffdfdp.exe');
  });

  it('commands nothing: no escape, no carriage return, no bell, no C1 control', () => {
    expect(printable('a\u001b[2Jb\rc\u0007d\u009b31me')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffd31me');
  });

  it('stays as it is where it is text', () => {
    const text = 'Größe: 3 €\n\tשלום عليكم 日本 👩‍🚀 “quoted”';
    expect(printable(text)).toBe(text);
  });

  it('as a name begins no line of its own', () => {
    expect(onOneLine('a.txt\nindexed   b.txt\t1 page')).toBe('a.txt\ufffdindexed   b.txt\ufffd1 page');
  });

  it('is shown in an error too', () => {
    const to = streams();
    createOutput(to, false).error(new CloisterError('not_found', 'There is no “\u202etxt.exe\u001b[0m”.'));
    expect(said(to.err)).toBe('There is no “\ufffdtxt.exe\ufffd[0m”.\n  (not_found)\n');
  });
});

describe('an error', () => {
  const shown = (error: CloisterError): string => {
    const to = streams();
    createOutput(to, false).error(error);
    return said(to.err);
  };

  it('says what to do in a terminal, where a window has other ways', () => {
    const windows = 'Type it to unlock.';
    expect(shown(new CloisterError('passphrase_needed', windows))).toMatch(/Add --passphrase-file FILE\.\n/);
    expect(shown(new CloisterError('vault_absent', windows))).toMatch(/Run: cloister init\n/);
    expect(shown(new CloisterError('profile_in_use', windows))).toMatch(/wait until that command has ended\.\n/);
  });

  it('keeps its own sentence otherwise, and has one in any case', () => {
    expect(shown(new CloisterError('not_found', 'There is no “Hose”.'))).toBe('There is no “Hose”.\n  (not_found)\n');
    expect(shown(new CloisterError('busy'))).toMatch(/^Something else is being done/);
  });
});

describe('a long text', () => {
  it('is cut after a word, and says so', () => {
    expect(shortened('one two three', 13)).toBe('one two three');
    expect(shortened('one two three', 12)).toBe('one two…');
    expect(shortened('onetwothree', 5)).toBe('onetw…');
    expect(shortened('日本語日本語', 4)).toBe('日本語日…');
    expect(shortened('ab😀cd', 3)).toBe('ab…');
  });
});

describe('a long line', () => {
  const sentence = 'You may work from home up to three days a week.';

  it.each([
    [sentence, 30, 0, 'You may work from home up to\nthree days a week.'],
    [`> ${sentence}`, 30, 0, '> You may work from home up to\n> three days a week.'],
    [`   ${sentence}`, 30, 0, '   You may work from home up\n   to three days a week.'],
    [`ok    ${sentence}`, 34, 6, 'ok    You may work from home up to\n      three days a week.'],
    [`ok    ${sentence}`, 28, 6, 'ok    You may work from home\nup to three days a week.'],
    [
      'Run: /a/folder/with/a/very/long/name/cloister --help',
      24,
      0,
      'Run:\n/a/folder/with/a/very/long/name/cloister\n--help',
    ],
    [`short\n\n${sentence}`, 30, 0, 'short\n\nYou may work from home up to\nthree days a week.'],
  ])('goes on below its own beginning: %j in %i columns, below %i', (text, columns, hanging, expected) => {
    expect(wrap(text, columns, hanging)).toBe(expected);
  });

  it('stays whole where no terminal is, or one in which nothing fits', () => {
    for (const columns of [undefined, 0, 10, sentence.length]) expect(wrap(sentence, columns)).toBe(sentence);
  });

  it('is broken in what is said and in what went wrong, not in what is read by programs', () => {
    const narrow = (stream: PassThrough) => Object.assign(stream, { columns: 30 });
    const to = { out: narrow(new PassThrough()), err: narrow(new PassThrough()), isTerminal: true };
    createOutput(to, false).note(sentence);
    createOutput(to, false).error(new CloisterError('not_found', sentence));
    const broken = 'You may work from home up to\nthree days a week.\n';
    expect(said(to.err)).toBe(`${broken}${broken}  (not_found)\n`);
    createOutput(to, true).result({ sentence }, () => '');
    expect(said(to.out)).toBe(`${JSON.stringify({ sentence })}\n`);
  });

  it('of progress ends before the edge, where it could not be cleared any more', () => {
    const to = { out: new PassThrough(), err: Object.assign(new PassThrough(), { columns: 30 }), isTerminal: true };
    createOutput(to, false).progress(sentence);
    expect(said(to.err)).toBe(sentence.slice(0, 29));
  });
});

describe('long work', () => {
  it.each([
    [false, false, 'at work 2\nat work 4\n'],
    [false, true, ''],
    [true, false, 'at work 2\nat work 4\n'],
    [true, true, 'at work 2\nat work 4\n'],
  ])('says every ten seconds that it goes on (json %s, terminal %s)', (json, isTerminal, expected) => {
    vi.useFakeTimers();
    try {
      const to = streams(isTerminal);
      const output = createOutput(to, json);
      for (const step of [1, 2, 3, 4]) {
        vi.advanceTimersByTime(6_000);
        output.stillAtWork(() => `at work ${step}`);
      }
      expect(said(to.err)).toBe(expected);
      expect(said(to.out)).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('numbers in sentences', () => {
  it('have their word in the right form', () => {
    expect([0, 1, 2].map((value) => counted(value, 'entry', 'entries'))).toEqual(['0 entries', '1 entry', '2 entries']);
    expect([1, 12].map((value) => counted(value, 'passage'))).toEqual(['1 passage', '12 passages']);
  });

  it('of an answer too', () => {
    const answer = {
      text: 'So.',
      citations: [],
      abstained: false,
      model: null,
      promptTokens: null,
      answerTokens: null,
      stopReason: null,
      milliseconds: 1,
    };
    const left = (dropped: number): string =>
      answerAsText({ ...answer, dropped }, (text) => text)
        .split('\n')
        .at(-1) ?? '';
    expect(left(1)).toBe('  1 sentence left out, which no passage supports.');
    expect(left(2)).toBe('  2 sentences left out, which no passage supports.');
  });
});

describe('exit codes', () => {
  it('are there for every error, and never say that all went well', () => {
    for (const code of errorCodes) expect([1, 2, 3], code).toContain(exitCodeOf(code));
  });

  it.each([
    ['bad_request', 2],
    ['audit_broken', 1],
    ['cancelled', 1],
    ['locked', 3],
    ['engine_untrusted', 3],
    ['not_available', 3],
  ] as const)('%s is %i', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });
});

it('a proof that fails says why, on one line', () => {
  const proof = {
    ok: false,
    reason: '2 packets went over an interface that is not loopback.',
    covered: [],
    notCovered: ['The window.'],
    attempts: [],
    at: '2026-01-01T00:00:00.000Z',
  };
  const text = proofAsText(proof as unknown as OfflineProof, (text) => text);
  expect(text.split('\n')).toEqual([`NOT PROVEN. ${proof.reason}`, '  not covered  The window.']);
});

describe('asking at the terminal', () => {
  const ask = (typed: string | null, signal = new AbortController().signal) => {
    const input = new PassThrough();
    const to = streams();
    const answer = confirm({ streams: to, signal }, input, 'Go on?');
    if (typed === null) input.end();
    else input.write(typed);
    return answer.then((word) => ({ word, asked: said(to.err) }));
  };

  it.each([
    ['yes\n', 'yes'],
    [' YES \n', 'yes'],
    ['no\n', 'no'],
    ['y\n', null],
    ['\n', null],
    ['yes please\n', null],
    [null, null],
  ])('%j is %s', async (typed, expected) => {
    const { word, asked } = await ask(typed);
    expect(word).toBe(expected);
    expect(asked).toContain('Go on? (yes or no)');
  });

  it('has no answer when it is stopped', async () => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 20);
    expect((await ask('', stopping.signal)).word).toBeNull();
  });
});

describe('an entry of the record', () => {
  const model = { name: 'tiny:latest', digest: `sha256:${'a'.repeat(64)}` };
  const actor = { subject: 'ana', session: 's', origin: 'cli' } as const;
  const shown = (action: 'brought' | 'changed', why: string | null): string =>
    entryAsText({ index: 7, at: '2026-01-02T03:04:05.000Z', ...modelEntry(action, model, actor, why) });

  it('says what became of a model, and why', () => {
    expect(shown('brought', 'tiny.gguf')).toMatch(/ {2}cli {5}model {4}brought {2}tiny:latest: tiny\.gguf$/);
    expect(shown('changed', null)).toMatch(/changed {2}tiny:latest$/);
  });
});
