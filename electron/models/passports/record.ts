import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '../../audit/types.ts';
import type { ModelActor } from './types.ts';

/** What the record says of a model that was brought, tried, decided about, or found changed. */
export type ModelAction =
  'brought' | 'approved' | 'blocked' | 'quarantined' | 'rolled-back' | 'removed' | 'changed' | 'evaluated';

/** An entry of the kind `model`: which action, on which manifest, by whom. `why` is a sentence of ours or the person's. */
export const modelEntry = (
  action: ModelAction,
  model: { name: string; digest: string },
  actor: ModelActor,
  why: string | null,
): AuditRecord => ({
  requestId: randomUUID(),
  kind: 'model',
  ...actor,
  model: model.name,
  modelDigest: model.digest,
  promptHmac: null,
  answerHmac: null,
  documents: [],
  decision: action === 'changed' ? 'refused' : 'allowed',
  stage: action,
  code: action === 'changed' ? 'model_changed' : null,
  durationMs: 0,
  promptTokens: null,
  answerTokens: null,
  ...(why === null ? {} : { note: why.slice(0, 500) }),
});

/** What the program does by itself. */
export const bySystem: ModelActor = { subject: 'Cloister', session: 'none', origin: 'system' };
