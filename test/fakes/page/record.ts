import type { AuditEntry } from '../../../shared/contract/types.ts';
import { before, hash, minute } from './base.ts';

export function auditEntries(size: number): AuditEntry[] {
  const kinds = ['ask', 'search', 'chat', 'unlock', 'ingest'];
  return Array.from({ length: size }, (_, at) => {
    const index = size - 1 - at;
    const refused = index % 23 === 7;
    const asks = index % 5 < 3;
    return {
      index,
      at: before(at * 17 * minute),
      requestId: `r${hash(`request${index}`).slice(0, 24)}`,
      kind: kinds[index % 5] ?? 'ask',
      origin: index % 11 === 3 ? 'cli' : 'page',
      subject: 'ana',
      session: hash(`session${Math.floor(index / 40)}`).slice(0, 32),
      model: asks ? 'qwen3:8b' : null,
      modelDigest: asks ? hash('qwen') : null,
      promptHmac: asks ? hash(`prompt${index}`) : null,
      answerHmac: asks && !refused ? hash(`answer${index}`) : null,
      documents: asks ? ['lease', 'mail'].slice(0, index % 3) : [],
      decision: refused ? 'refused' : index % 31 === 12 ? 'interrupted' : 'allowed',
      stage: refused ? 'fit' : null,
      code: refused ? 'model_too_large' : null,
      durationMs: 40 + ((index * 137) % 9000),
      promptTokens: asks ? 900 + (index % 700) : null,
      answerTokens: asks && !refused ? 40 + (index % 300) : null,
    };
  });
}

export const root = hash('root');
