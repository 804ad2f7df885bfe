import type { Citation } from '../../../shared/contract/types.ts';
import { coverageOf, rarity, stemsIn, weighWords, type WordWeights } from '../search/weights.ts';
import type { Span } from '../split/sentences.ts';
import type { SearchHit } from '../types.ts';
import { namedWords } from './named-words.ts';
import { passageOf } from './passage.ts';
import { formOf, quotableParts, type Form } from './passage-sentences.ts';

/** A quote with its neighbours, in characters. */
const longestQuote = 420;

/** A neighbour is quoted too when it holds at least this share of what the best sentence holds. */
const joins = 0.4;

/** A sentence that holds less of the question than this, or is to say why or how, is quoted with its neighbours: the answer is often the next one. */
const answersItself = 0.5;
const wantsMore =
  /^\s*(?:why|how(?! (?:many|much|long|old|often|far|big|high|tall|deep|wide))|what (?:did|does|do|happen))\b/iu;

/** How much a place further down the list costs against a better fitting sentence. */
const rankShare = 0.3;

/** What a name counts in a sentence of a document that holds it anyway, against any other word. */
const nameInSentence = 0.3;

/** What is left of a quote's worth in a document that holds none of the names, where another holds all. */
const wrongDocument = 0.35;

/** A quote worth less than this share of the best one is padding. */
const worthShowing = 0.45;

interface Part {
  readonly span: Span;
  readonly stems: ReadonlySet<string>;
  readonly form: Form;
}

interface Quoted {
  readonly hit: SearchHit;
  readonly span: Span;
  readonly worth: number;
}

/**
 * For each passage the sentences that answer the question best, in order of worth; what is worth much less than the best
 * is left out. No model takes part: words of the question, weighted by their rarity among the passages' sentences, the
 * names that say which document is meant. Offsets are exact.
 */
export function quotePassages(question: string, hits: readonly SearchHit[]): Citation[] {
  const parts = hits.map((hit) => partsOf(hit.text));
  const weights = weightsAmong(question, parts.flat());
  const names = namedWords(question);
  const named: WordWeights = new Map([...weights].filter(([word]) => names.has(word)));
  const inSentence: WordWeights = new Map(
    [...weights].map(([word, weight]) => [word, names.has(word) ? weight * nameInSentence : weight]),
  );
  const documents = documentFits(named, hits);
  const quoted = hits
    .flatMap((hit, rank) =>
      bestOf(hit, rank, parts[rank] ?? [], { weights: inSentence, isOpen: wantsMore.test(question) }),
    )
    .map((one) => ({ ...one, worth: one.worth * (documents.get(one.hit.documentId) ?? 1) }))
    .sort((a, b) => b.worth - a.worth);
  const least = (quoted[0]?.worth ?? 0) * worthShowing;
  return quoted.filter(({ worth }) => worth >= least).map(({ hit, span }, at) => citationOf(hit, span, at + 1));
}

const partsOf = (text: string): Part[] =>
  quotableParts(text).map((span) => {
    const own = text.slice(span.start, span.end);
    return { span, stems: stemsIn(own), form: formOf(own) };
  });

function weightsAmong(question: string, parts: readonly Part[]): WordWeights {
  const counts = new Map<string, number>();
  for (const { stems } of parts) for (const word of stems) counts.set(word, (counts.get(word) ?? 0) + 1);
  // A word that stands in none of them tells nothing of which is better.
  const words = [...weighWords(question, () => 1).keys()].filter((word) => counts.has(word));
  return new Map(words.map((word) => [word, rarity(parts.length, counts.get(word) ?? 0)]));
}

/** For each document 1 when its passages hold as many of the names as any other's, less when they hold fewer. */
function documentFits(names: WordWeights, hits: readonly SearchHit[]): ReadonlyMap<string, number> {
  const byDocument = Map.groupBy(hits, (hit) => hit.documentId);
  const held = new Map(
    [...byDocument].map(([id, own]) => [
      id,
      coverageOf(names, stemsIn(own.map((hit) => `${hit.document} ${hit.text}`).join('\n'))),
    ]),
  );
  const most = Math.max(0, ...held.values());
  return new Map(
    [...held].map(([id, share]) => [id, most === 0 ? 1 : wrongDocument + ((1 - wrongDocument) * share) / most]),
  );
}

interface Sought {
  readonly weights: WordWeights;
  readonly isOpen: boolean;
}

function bestOf(hit: SearchHit, rank: number, parts: readonly Part[], { weights, isOpen }: Sought): Quoted[] {
  const scores = parts.map(({ stems }) => coverageOf(weights, stems));
  const best = scores.indexOf(Math.max(...scores));
  const first = parts[best];
  if (first === undefined) return [];
  const worth = (scores[best] ?? 0) * (1 - rankShare) + rankShare / (1 + rank / 3);
  const isWhole = !isOpen && (scores[best] ?? 0) >= answersItself;
  return [{ hit, span: widened(parts, scores, best, isWhole), worth }];
}

/** With the sentences after it, then those before it, for as long as all is short enough; or with one alike neighbour. */
function widened(parts: readonly Part[], scores: readonly number[], best: number, isWhole: boolean): Span {
  let [from, to] = [best, best];
  const spanOf = (): Span => ({ start: parts[from]?.span.start ?? 0, end: parts[to]?.span.end ?? 0 });
  const belongs = (at: number, length: number): boolean => {
    const [own, other] = [parts[best], parts[at]];
    if (own === undefined || other === undefined || length > longestQuote) return false;
    if (own.form === 'sentence' && !isWhole) return other.form === 'sentence';
    return (scores[best] ?? 0) > 0 && (scores[at] ?? 0) >= (scores[best] ?? 0) * joins && from === to;
  };
  while (belongs(to + 1, (parts[to + 1]?.span.end ?? 0) - spanOf().start)) to += 1;
  while (belongs(from - 1, spanOf().end - (parts[from - 1]?.span.start ?? 0))) from -= 1;
  return spanOf();
}

const citationOf = (hit: SearchHit, span: Span, number: number): Citation => ({
  number,
  passage: passageOf(hit),
  quote: hit.text.slice(span.start, span.end),
  start: hit.start + span.start,
  end: hit.start + span.end,
  support: 'exact',
});
