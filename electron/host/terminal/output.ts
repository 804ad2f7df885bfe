import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { codeOf, detailOf } from '../../../shared/errors.ts';
import { sentenceOf } from './words.ts';
import { wrap } from './wrap.ts';

/** `columns`: the width of a terminal, as it is now; undefined for anything else. */
type Stream = Writable & { readonly columns?: number | undefined };

export type Prose = (text: string, hanging?: number) => string;

export interface Streams {
  readonly out: Stream;
  readonly err: Stream;
  /** Of `err`. */
  readonly isTerminal: boolean;
}

/** Where results and words go: with `--json` one document (or lines) on stdout, everything for people on stderr. */
export interface Output {
  readonly json: boolean;
  /** The one result of a command. `people` prints it when `--json` is not given. */
  result(value: unknown, people: () => string): void;
  /** One JSON object a line; `people` prints it otherwise. */
  line(value: unknown, people: () => string | null): void;
  /** Breaks sentences for stdout at the terminal's width, as `wrap` does; where stdout is no terminal they stay as they are. */
  readonly prose: Prose;
  /** A word on the way, for people. Never on stdout. */
  note(text: string): void;
  /** A progress bar that redraws itself on a terminal and stays silent elsewhere. */
  progress(text: string | null): void;
  /** The same where nothing is redrawn, also with `--json`: a line on stderr every ten seconds. */
  stillAtWork(text: () => string): void;
  error(thrown: unknown): void;
}

/** Milliseconds between two lines about the same long work. */
const quiet = 10_000;

export function createOutput(streams: Streams, json: boolean): Output {
  let drawn = false;
  let lastSaid = performance.now();
  const clear = (): void => {
    if (drawn) streams.err.write('\r\u001b[2K');
    drawn = false;
  };
  const print = (stream: Writable, text: string): void => {
    lastSaid = performance.now();
    clear();
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    json,
    result(value, people) {
      print(streams.out, json ? JSON.stringify(value) : people());
    },
    line(value, people) {
      if (json) {
        print(streams.out, JSON.stringify(value));
        return;
      }
      const text = people();
      if (text !== null) print(streams.out, text);
    },
    prose: (text, hanging) => wrap(text, streams.out.columns, hanging),
    note(text) {
      print(streams.err, wrap(text, streams.err.columns));
    },
    progress(text) {
      if (json || !streams.isTerminal) return;
      clear();
      if (text === null) return;
      // What goes over the edge could not be cleared again.
      streams.err.write(text.slice(0, (streams.err.columns ?? 101) - 1));
      drawn = true;
    },
    stillAtWork(text) {
      if ((streams.isTerminal && !json) || performance.now() - lastSaid < quiet) return;
      print(streams.err, text());
    },
    error(thrown) {
      const code = codeOf(thrown);
      const message = sentenceOf(thrown);
      const detail = detailOf(thrown);
      const error = { code, message, correlationId: randomUUID(), ...(detail === undefined ? {} : { detail }) };
      if (json) print(streams.out, JSON.stringify({ error }));
      else print(streams.err, `${wrap(printable(message), streams.err.columns)}\n  (${code})`);
    },
  };
}

/** `[#####.....]  42 % …` in 20 characters. */
export function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * 20);
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}

export function bytesForPeople(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** The beginning of a long text, to the end of a word, with what says that there is more. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length);
  const space = cut.lastIndexOf(' ');
  // A text without spaces is cut anywhere but within a character.
  return `${space > length / 2 ? cut.slice(0, space) : cut.replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * What a terminal obeys: C0 and C1 control characters but tab and line feed, and Unicode's bidirectional controls
 * (UAX #9, section 2), which turn the order of what follows on the line.
 */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text (passages, answers): its control characters are shown, never obeyed. */
export const printable = (text: string): string => text.replace(obeyed, '\ufffd');

/** The same for names, which have no line ends of their own: one that has cannot begin a line of ours. */
export const onOneLine = (text: string): string => printable(text).replace(/[\t\n]/g, '\ufffd');
