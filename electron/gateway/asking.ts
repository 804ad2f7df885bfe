import { randomUUID } from 'node:crypto';
import { counted } from '../../shared/counted.ts';
import { CloisterError } from '../../shared/errors.ts';
import type { Answer, ClientConversation, InferenceEvent, InferencePath, Piece } from '../inference/types.ts';

/** One request on its way: who sent it and what ends it. */
export interface Asking {
  readonly token: string;
  readonly path: Pick<InferencePath, 'run'>;
  /** Aborted when the client leaves or the gateway stops. */
  readonly signal: AbortSignal;
  /** Milliseconds without a token. */
  readonly patience: number;
}

type Step = ({ readonly type: 'piece' } & Piece) | { readonly type: 'end'; readonly answer: Answer };

/** The answer to a conversation, piece by piece, and its end. Throws the refusing code, and `timeout` when no token comes. */
export async function* converse(asking: Asking, model: string, conversation: ClientConversation): AsyncGenerator<Step> {
  const request = { ...requestOf(asking), mode: 'chat', question: '', history: [], model, conversation } as const;
  for await (const event of steady(asking, (signal) => asking.path.run(request, signal))) {
    if (event.type === 'answer') yield { type: 'end', answer: event.answer };
    else if (event.type === 'delta') {
      const { text, thinking, toolCalls } = event;
      yield { type: 'piece', text, thinking, toolCalls };
    }
  }
}

export async function embedTexts(
  asking: Asking,
  model: string,
  texts: readonly string[],
): Promise<{ vectors: readonly Float32Array[]; answer: Answer }> {
  const request = { ...requestOf(asking), mode: 'embed', question: '', history: [], model, texts } as const;
  let vectors: readonly Float32Array[] = [];
  for await (const event of steady(asking, (signal) => asking.path.run(request, signal))) {
    if (event.type === 'vectors') vectors = event.vectors;
    if (event.type === 'answer') return { vectors, answer: event.answer };
  }
  throw new CloisterError('engine_failed', 'The engine stopped answering. Try again.');
}

const requestOf = ({ token }: Asking) => ({ id: randomUUID(), token, origin: 'gateway' as const });

/** What shows that the request still waits in line, and not for the engine. */
const waitsInLine = (event: InferenceEvent): boolean =>
  event.type === 'stage' && (event.stage === 'authenticate' || event.stage === 'authorise' || event.stage === 'budget');

/** The same events; ended with `timeout` when none comes for too long. The time that the reader takes does not count. */
async function* steady(
  { signal, patience }: Asking,
  run: (signal: AbortSignal) => AsyncIterable<InferenceEvent>,
): AsyncGenerator<InferenceEvent> {
  const late = new AbortController();
  const words = `The model has written nothing for ${counted(Math.round(patience / 1000), 'second')}, so the answer was ended.`;
  let timer: NodeJS.Timeout | undefined;
  const rewind = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), patience);
  };
  try {
    for await (const event of run(AbortSignal.any([signal, late.signal]))) {
      clearTimeout(timer);
      yield event;
      // In line it is not the model that keeps anybody waiting.
      if (!waitsInLine(event)) rewind();
    }
  } catch (thrown) {
    if (late.signal.aborted && !signal.aborted) throw new CloisterError('timeout', words, { cause: thrown });
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}
