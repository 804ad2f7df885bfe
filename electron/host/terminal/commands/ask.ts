import { counted } from '../../../../shared/counted.ts';
import { CloisterError, codeOf } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import type { Answer } from '../../../inference/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { printable, type Prose } from '../output.ts';
import { requireCollection } from './collections.ts';
import { attachmentOf, placeAsText } from './place.ts';

export interface AskOptions {
  readonly collection: string;
  readonly model?: string;
  readonly quotes?: boolean;
  /** Tokens at most. */
  readonly context?: number;
}

export const answerAsJson = (answer: Answer) => ({
  answer: answer.text,
  citations: answer.citations.map((citation) => ({
    document: citation.passage.document,
    documentId: citation.passage.documentId,
    path: citation.passage.path,
    page: citation.passage.page,
    ...attachmentOf(citation.passage),
    start: citation.start,
    end: citation.end,
    quote: citation.quote,
    support: citation.support,
    number: citation.number,
  })),
  abstained: answer.abstained,
  dropped: answer.dropped,
  model: answer.model,
});

export function answerAsText(answer: Answer, prose: Prose): string {
  if (answer.abstained) return 'Your documents do not say.';
  const sources = answer.citations.map((citation) => {
    return `  [${citation.number}] ${placeAsText(citation.passage)} (${citation.support.replace('_', ' ')})`;
  });
  const dropped =
    answer.dropped === 0 ? [] : [`  ${counted(answer.dropped, 'sentence')} left out, which no passage supports.`];
  return [prose(printable(answer.text)), '', ...sources, ...dropped].join('\n');
}

/** The error for a missing chat model, with the best model that fits this computer. */
export async function suggestModel(application: Application, thrown: unknown): Promise<never> {
  if (codeOf(thrown) !== 'model_missing') throw thrown;
  const { candidates } = await application.rooms.models.fitting.recommend();
  const best =
    (['balanced', 'best', 'small'] as const)
      .map((role) => candidates.find((candidate) => candidate.role === role))
      .find((candidate) => candidate !== undefined) ?? candidates.find((candidate) => candidate.fits !== 'no');
  const said = thrown instanceof Error ? thrown.message : 'No chat model is installed.';
  const hint =
    best === undefined
      ? 'No model of the catalogue fits this computer.'
      : `Best for this computer: ${best.name}. ${best.reason}`;
  throw new CloisterError('model_missing', `${said} ${hint} Or ask with --quotes, which needs no model.`, {
    detail: { suggestion: best?.name ?? null },
  });
}

export async function ask(context: CommandContext, question: string, options: AskOptions): Promise<ExitCode> {
  if (options.quotes === true && options.model !== undefined) {
    throw new CloisterError('bad_request', 'Choose one: --model or --quotes.');
  }
  const application = await context.unlocked();
  const collection = await requireCollection(application, options.collection);
  const mode = options.quotes === true ? 'quotes' : 'generate';
  let answer: Answer | null = null;
  try {
    for await (const event of application.ask(
      { question, mode, collectionId: collection.id, model: options.model, contextTokens: options.context },
      'cli',
      context.signal,
    )) {
      if (event.type === 'stage') context.output.progress(`${event.stage}…`);
      if (event.type === 'answer') answer = event.answer;
    }
  } catch (thrown) {
    await suggestModel(application, thrown);
  } finally {
    context.output.progress(null);
  }
  if (answer === null) throw new CloisterError('engine_failed', 'The answer ended early. Ask again.');
  const whole = answer;
  context.output.result(answerAsJson(whole), () => answerAsText(whole, context.output.prose));
  return 0;
}
