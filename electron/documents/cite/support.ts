import type { Span } from '../split/sentences.ts';
import type { SearchHit } from '../types.ts';
import { claimsOf, numbersIn, type Claims } from './claims.ts';
import { findNormalised, normaliseText } from './normalise.ts';
import { quotableParts } from './passage-sentences.ts';
import { quotation } from './quotations.ts';

/** Share of a sentence's words of content that must stand in the passages it cites. */
const enoughWords = 0.6;

/** A passage that holds less of a sentence than this does not carry it, even beside another. */
const carries = 0.34;

/** From so much overlap on, two sentences speak of the same thing, and must both affirm it or both deny it. */
const sameMatter = 0.7;

/** Shorter quotations are words set apart (“normal”), not somebody's words. */
const shortestQuotation = 12;

export interface Support {
  readonly hit: SearchHit;
  readonly support: 'exact' | 'paraphrased';
  /** Within the passage's text. */
  readonly span: Span;
}

/** Where a sentence rests in the passages it cites; empty when they do not carry it. */
export function supportFor(sentence: string, cited: readonly SearchHit[]): Support[] {
  if (cited.length === 0) return [];
  const whole = wholeSentence(sentence, cited);
  if (whole !== null) return [whole];
  const quotations = quotationsIn(sentence);
  const quoted = quotations.map((quotation) => firstExact(quotation, cited));
  if (quoted.some((found) => found === null)) return [];
  const claims = claimsOf(sentence);
  if (!holdsAll(claims, cited)) return [];
  const exact = quoted.filter((found) => found !== null);
  if (exact.length > 0) return exact;
  return cited.flatMap((hit) => paraphrase(claims, hit) ?? []);
}

const quotationsIn = (sentence: string): string[] =>
  [...sentence.matchAll(quotation)]
    .map((match) => (match[1] ?? '').trim())
    .filter((words) => words.length >= shortestQuotation);

function wholeSentence(sentence: string, cited: readonly SearchHit[]): Support | null {
  const bare = sentence.replace(/^[\s"“„«>*_-]+|[\s"”“».!?,;:*_]+$/gu, '');
  return bare.length < shortestQuotation ? null : firstExact(bare, cited);
}

function firstExact(words: string, cited: readonly SearchHit[]): Support | null {
  const bare = words.replace(/[\s.,;:…]+$/gu, '');
  for (const hit of cited) {
    const [place] = findNormalised(normaliseText(hit.text, 'left out'), bare);
    if (place !== undefined) return { hit, support: 'exact', span: place };
  }
  return null;
}

/** Numbers and names must all be there, and most of the words. */
function holdsAll(claims: Claims, cited: readonly SearchHit[]): boolean {
  const text = cited.map((hit) => `${hit.document}\n${hit.text}`).join('\n');
  const there = claimsOf(text);
  const numbers = numbersIn(text);
  if (![...claims.numbers].every((number) => numbers.has(number))) return false;
  if (![...claims.names].every((name) => there.words.has(name))) return false;
  return claims.words.size > 0 && share(claims.words, there.words) >= enoughWords;
}

function paraphrase(claims: Claims, hit: SearchHit): Support | null {
  if (share(claims.words, claimsOf(hit.text).words) < carries) return null;
  const best = bestPart(claims, hit);
  if (best === null) return null;
  const { span, overlap, negated } = best;
  // A denial needs a denial; an assertion only must not stand beside a denial of the same.
  if (negated !== claims.negated && (claims.negated || overlap >= sameMatter)) return null;
  return { hit, support: 'paraphrased', span };
}

function bestPart(claims: Claims, hit: SearchHit): { span: Span; overlap: number; negated: boolean } | null {
  const parts = quotableParts(hit.text).map((span) => {
    const own = claimsOf(hit.text.slice(span.start, span.end));
    const numbers = [...claims.numbers].filter((number) => own.numbers.has(number)).length;
    return { span, overlap: share(claims.words, own.words), negated: own.negated, numbers };
  });
  return parts.toSorted((a, b) => b.overlap + b.numbers / 4 - (a.overlap + a.numbers / 4))[0] ?? null;
}

function share(wanted: ReadonlySet<string>, held: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let found = 0;
  for (const word of wanted) if (held.has(word)) found += 1;
  return found / wanted.size;
}
