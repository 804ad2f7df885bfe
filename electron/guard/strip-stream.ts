import { stripInvisible } from '../../shared/strip-invisible.ts';

/** `stripInvisible` for a text that comes in pieces: what is given out, joined, is what it would make of the whole. */
export interface InvisibleStripper {
  /** What is certain by now. A character whose fate hangs on what follows waits for it. */
  push(piece: string): string;
  /** The rest. */
  end(): string;
}

/** The rules look back over a picture, its modifier and what joins them: never further than these. */
const lookedBack = 3;

const hides = (character: string): boolean => stripInvisible(character) === '';

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

const withoutHalf = (text: string): number =>
  isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;

/**
 * Where the characters begin that may yet stay or go: half a character, and all before it that hides when it stands alone. The
 * first `hidden` units are known to.
 */
function undecidedFrom(text: string, hidden: number): number {
  let from = withoutHalf(text);
  for (const character of charactersBefore(text, from)) {
    if (from <= hidden) return 0;
    if (!hides(character)) return from;
    from -= character.length;
  }
  return from;
}

/** The last characters that show, with what hangs on them. */
function contextOf(text: string): string {
  let from = text.length;
  let shown = 0;
  for (const character of charactersBefore(text, from)) {
    from -= character.length;
    if (!hides(character) && ++shown === lookedBack) break;
  }
  return text.slice(from);
}

/** Whole characters, from the last one back. */
function* charactersBefore(text: string, end: number): Generator<string> {
  for (let at = end; at > 0;) {
    const low = text.charCodeAt(at - 1);
    const pair = low >= 0xdc00 && low <= 0xdfff && at > 1 && isHighSurrogate(text.charCodeAt(at - 2));
    yield text.slice(at - (pair ? 2 : 1), at);
    at -= pair ? 2 : 1;
  }
}

export function createInvisibleStripper(): InvisibleStripper {
  let context = '';
  let waiting = '';
  const give = (text: string): string => {
    const given = stripInvisible(context + text).slice(stripInvisible(context).length);
    context = contextOf(context + given);
    return given;
  };
  return {
    push(piece) {
      const text = waiting + piece;
      const from = undecidedFrom(text, withoutHalf(waiting));
      waiting = text.slice(from);
      return from === 0 ? '' : give(text.slice(0, from));
    },
    end() {
      const text = waiting;
      waiting = '';
      return give(text);
    },
  };
}
