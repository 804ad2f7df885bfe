import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { CloisterError, codeOf } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import type { AnswerMode } from '../../../../shared/contract/types.ts';
import type { Turn } from '../../../inference/types.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { onOneLine, printable } from '../output.ts';
import { answerAsText, suggestModel } from './ask.ts';
import { requireCollection } from './collections.ts';

export interface ChatOptions {
  readonly model?: string;
  readonly collection?: string;
  /** Tokens at most. */
  readonly context?: number;
}

/** Without a chat model a collection is still answered, by quotes; without either there is nothing to talk to. */
async function chooseMode(application: Application, options: ChatOptions): Promise<AnswerMode> {
  const model = options.model ?? (await application.rooms.models.defaultChatModel())?.name;
  if (model !== undefined) return options.collection === undefined ? 'chat' : 'generate';
  if (options.collection !== undefined) return 'quotes';
  return suggestModel(application, new CloisterError('model_missing', 'No chat model is installed yet.'));
}

/** One turn: streams what comes, then shows the checked answer with its sources. */
async function turn(
  context: CommandContext,
  application: Application,
  ask: {
    question: string;
    mode: AnswerMode;
    collectionId: string | undefined;
    model: string | undefined;
    contextTokens: number | undefined;
    history: Turn[];
  },
  signal: AbortSignal,
): Promise<string> {
  let text = '';
  for await (const event of application.ask(ask, 'cli', signal)) {
    if (event.type === 'delta' && ask.mode === 'chat') context.streams.out.write(printable(event.text));
    else if (event.type === 'stage') context.output.progress(`${event.stage}…`);
    else if (event.type === 'answer') {
      text = event.answer.text;
      context.output.progress(null);
      context.streams.out.write(ask.mode === 'chat' ? '\n' : `${answerAsText(event.answer, context.output.prose)}\n`);
    }
  }
  return text;
}

/**
 * A conversation in the terminal. Ctrl-C stops an answer; Ctrl-D or an empty “/quit” leaves. A script is told by the exit code how the
 * last question went.
 */
export async function chat(context: CommandContext, input: Readable, options: ChatOptions): Promise<ExitCode> {
  const application = await context.unlocked();
  const mode = await chooseMode(application, options);
  const collection = options.collection === undefined ? null : await requireCollection(application, options.collection);
  context.output.note(
    mode === 'quotes'
      ? `Answering with quotes from “${onOneLine(collection?.name ?? '')}”; no chat model is installed. Ctrl-D leaves.`
      : 'Ctrl-C stops an answer, Ctrl-D leaves.',
  );
  const history: Turn[] = [];
  let code: ExitCode = 0;
  const reader = createInterface({ input, output: context.streams.err, terminal: context.streams.isTerminal });
  let running: AbortController | null = null;
  reader.on('SIGINT', () => (running === null ? reader.close() : running.abort()));
  context.signal.addEventListener('abort', () => {
    running?.abort();
    reader.close();
  });
  const reading = { ended: false };
  reader.on('close', () => (reading.ended = true));
  reader.setPrompt('> ');
  reader.prompt();
  for await (const line of reader) {
    const question = line.trim();
    if (question === '/quit') break;
    if (question !== '') {
      running = new AbortController();
      try {
        const text = await turn(
          context,
          application,
          {
            ...{ question, mode, collectionId: collection?.id, history },
            model: options.model,
            contextTokens: options.context,
          },
          running.signal,
        );
        code = 0;
        history.push({ role: 'user', text: question }, { role: 'assistant', text });
      } catch (thrown) {
        if (codeOf(thrown) === 'locked') throw thrown;
        context.output.error(thrown);
        code = exitCodeOf(codeOf(thrown));
      }
      running = null;
    }
    // At the end of a piped input the reader is closed already while the last answer is written.
    if (reading.ended) break;
    reader.prompt();
  }
  reader.close();
  return context.streams.isTerminal ? 0 : code;
}
