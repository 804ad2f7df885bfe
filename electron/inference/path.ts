import { CloisterError } from '../../shared/errors.ts';
import type { AuditLog } from '../audit/types.ts';
import type { Documents } from '../documents/types.ts';
import type { Engine } from '../engine/types.ts';
import type { Models } from '../models/types.ts';
import { asksModel } from './modes.ts';
import { createRunning } from './running.ts';
import { abstain } from './stages/abstain.ts';
import { authenticate, type TokenVerifier } from './stages/authenticate.ts';
import { authorise } from './stages/authorise.ts';
import { createBudget } from './stages/budget.ts';
import { chooseModel } from './stages/choose-model.ts';
import { embed } from './stages/embed.ts';
import { createFit } from './stages/fit.ts';
import { generate } from './stages/generate.ts';
import { inspectOutput } from './stages/inspect-output.ts';
import { inspectPrompt } from './stages/inspect-prompt.ts';
import { record } from './stages/record.ts';
import { retrieve } from './stages/retrieve.ts';
import { verify } from './stages/verify.ts';
import type { InferenceEvent, InferencePath, InferenceRequest, StageName, Work } from './types.ts';

export interface InferenceDeps {
  readonly sessions: TokenVerifier;
  readonly documents: Pick<Documents, 'search'>;
  readonly models: Models;
  readonly engine: Pick<Engine, 'client' | 'report'>;
  readonly audit: Pick<AuditLog, 'append' | 'begin' | 'keyedHash'>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

const newWork = (request: InferenceRequest, signal: AbortSignal, startedAt: number): Work => ({
  request,
  signal,
  startedAt,
  caller: null,
  question: '',
  history: [],
  conversation: null,
  texts: [],
  hits: [],
  searched: null,
  withheld: false,
  model: null,
  controlTokens: [],
  contextTokens: 0,
  text: '',
  answer: null,
  promptTokens: null,
  answerTokens: null,
  stopReason: null,
});

/** The one way from a question to an answer. Page, command line and gateway all come through here. */
export function createInferencePath(deps: InferenceDeps): InferencePath {
  const budget = createBudget();
  const fit = createFit(deps);
  const running = createRunning();

  async function* run(request: InferenceRequest, left: AbortSignal): AsyncGenerator<InferenceEvent> {
    const begun = running.begin(left);
    const { signal } = begun;
    // What cannot be recorded is not answered.
    const unrecorded = new AbortController();
    const work = newWork(request, AbortSignal.any([signal, unrecorded.signal]), deps.now());
    let stage: StageName = 'authenticate';
    let release: (() => void) | null = null;
    // A caller that leaves the loop early is a cancellation: `finally` still writes the entry.
    let thrown: unknown = new CloisterError('cancelled', 'Stopped.');
    const enter = (next: StageName): InferenceEvent => {
      signal.throwIfAborted();
      stage = next;
      return { type: 'stage', stage: next };
    };
    try {
      yield enter('authenticate');
      await authenticate(work, deps.sessions);
      yield enter('authorise');
      authorise(work);
      yield enter('budget');
      release = await budget.take(work);
      yield enter('inspect-prompt');
      inspectPrompt(work);
      // Written while the engine reads already. Nothing of an answer is shown before it is there.
      const { id: requestId, mode: kind, origin } = request;
      const noted = deps.audit.begin({ requestId, kind, origin, ...identity(work) });
      noted.catch((error: unknown) => unrecorded.abort(error));
      yield enter('retrieve');
      await retrieve(work, deps.documents);
      abstain(work);
      if (work.searched !== null) yield { type: 'hits', hits: work.hits, used: work.searched };
      // Also where the documents do not answer: that must not hide that no model could have.
      if (asksModel(request.mode)) {
        yield enter('choose-model');
        await chooseModel(work, deps.models);
      }
      // Not asked, so neither the answer nor the entry names it.
      if (work.withheld) work.model = null;
      else {
        yield enter('verify');
        await verify(work, deps.models.store);
        yield enter('fit');
        await fit.decide(work);
        yield enter('generate');
        if (request.mode === 'embed') {
          const vectors = await embed(work, deps.engine, deps.models);
          await noted;
          yield { type: 'vectors', vectors };
        } else {
          for await (const piece of fit.attempt(work, () => generate(work, deps.engine, deps.models))) {
            await noted;
            yield { type: 'delta', ...piece };
          }
        }
      }
      await noted;
      yield enter('inspect-output');
      const answer = inspectOutput(work, deps.now() - work.startedAt);
      thrown = undefined;
      yield { type: 'answer', answer };
    } catch (error) {
      thrown = unrecorded.signal.aborted ? unrecorded.signal.reason : error;
      if (signal.aborted) thrown = new CloisterError('cancelled', 'Stopped.', { cause: error });
      throw thrown;
    } finally {
      release?.();
      const outcome = { stage, thrown, milliseconds: deps.now() - work.startedAt };
      if (!begun.isGivenUp) await record(work, outcome, deps.audit).finally(() => begun.end());
    }
  }
  return { run, stopAll: () => running.stopAll() };
}

const identity = (work: Work) => ({
  subject: work.caller?.subject ?? 'unknown',
  session: work.caller?.session ?? 'unknown',
});
