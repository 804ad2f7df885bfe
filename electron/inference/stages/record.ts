import type { AuditLog, AuditRecord } from '../../audit/types.ts';
import { codeOf, type ErrorCode } from '../../../shared/errors.ts';
import type { StageName, Work } from '../types.ts';

/** Codes with which a stage of ours says no; every other ending is a failure on the way. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'bad_request',
  'unauthenticated',
  'forbidden',
  'budget',
  'busy',
  'too_large',
  'model_missing',
  'model_blocked',
  'model_changed',
  'model_too_large',
]);

export function decisionOf(thrown: unknown): AuditRecord['decision'] {
  if (thrown === undefined) return 'allowed';
  return refusals.has(codeOf(thrown)) ? 'refused' : 'failed';
}

/** Whatever was asked, as one text: a question by itself, what another program sent as its JSON. */
function promptOf({ question, conversation, texts }: Work['request']): string {
  if (conversation !== undefined) return JSON.stringify(conversation.messages);
  return texts === undefined ? question : JSON.stringify(texts);
}

/** The entry for one request: who, what with, how it ended. Prompt and answer only as keyed hashes. */
export function entryFor(
  work: Work,
  outcome: { stage: StageName | null; thrown: unknown; milliseconds: number },
  keyedHash: (content: string) => string,
): AuditRecord {
  const failed = outcome.thrown !== undefined;
  return {
    requestId: work.request.id,
    kind: work.request.mode,
    origin: work.request.origin,
    subject: work.caller?.subject ?? 'unknown',
    session: work.caller?.session ?? 'unknown',
    model: work.model?.name ?? work.request.model ?? null,
    modelDigest: work.model?.digest ?? null,
    promptHmac: keyedHash(promptOf(work.request)),
    answerHmac: work.text === '' ? null : keyedHash(work.text),
    documents: [...new Set(work.hits.map((hit) => hit.documentId))],
    decision: decisionOf(outcome.thrown),
    stage: failed ? outcome.stage : null,
    code: failed ? codeOf(outcome.thrown) : null,
    durationMs: Math.round(outcome.milliseconds),
    promptTokens: work.promptTokens,
    answerTokens: work.answerTokens,
  };
}

/** Writes the entry. When the record cannot be written the request fails: nothing goes unaccounted. */
export async function record(
  work: Work,
  outcome: { stage: StageName | null; thrown: unknown; milliseconds: number },
  audit: Pick<AuditLog, 'append' | 'keyedHash'>,
): Promise<void> {
  await audit.append(entryFor(work, outcome, (content) => audit.keyedHash(content)));
}
