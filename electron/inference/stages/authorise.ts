import { CloisterError } from '../../../shared/errors.ts';
import { readsDocuments } from '../modes.ts';
import type { Caller, Work } from '../types.ts';

/** Scopes a request needs: generation needs `chat`, vectors `embed`, reading a collection that collection's query scope. */
export function requiredScopes(request: Work['request']): string[] {
  const scopes: string[] = [];
  if (request.mode === 'chat' || request.mode === 'generate') scopes.push('chat');
  if (request.mode === 'embed') scopes.push('embed');
  if (readsDocuments(request.mode)) scopes.push(`documents.query:${request.collectionId ?? ''}`);
  return scopes;
}

/** `documents.query:*` stands for every collection; it is issued to the owner's own doors only. */
export function holds(caller: Caller, scope: string): boolean {
  if (caller.scopes.includes(scope)) return true;
  return scope.startsWith('documents.query:') && caller.scopes.includes('documents.query:*');
}

/** What the caller may do. A missing scope is named, its content is not. */
export function authorise(work: Work): void {
  const { caller, request } = work;
  if (readsDocuments(request.mode) && request.collectionId === undefined) {
    throw new CloisterError('bad_request', 'Choose a collection to ask.');
  }
  const missing = requiredScopes(request).find((scope) => caller === null || !holds(caller, scope));
  if (missing !== undefined) {
    throw new CloisterError('forbidden', 'This token does not allow that request.', { detail: { scope: missing } });
  }
}
