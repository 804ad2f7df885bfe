import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';
import { chatHandlers } from './chats.ts';
import { documentHandlers } from './documents.ts';
import { gatewayHandlers } from './gateway.ts';
import { downloadHandlers } from './downloads.ts';
import { evaluationHandlers } from './evaluation.ts';
import { governanceHandlers } from './governance.ts';
import { modelFileHandlers } from './model-files.ts';
import { modelHandlers } from './models.ts';
import { vaultHandlers } from './vault.ts';

export type { HandlerDeps } from './deps.ts';

/** Every method of the contract exactly once; a missing one does not compile. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    ...vaultHandlers(deps),
    ...documentHandlers(deps),
    ...chatHandlers(deps),
    ...governanceHandlers(deps),
    ...modelHandlers(deps),
    ...evaluationHandlers(deps),
    ...downloadHandlers(deps),
    ...modelFileHandlers(deps),
    ...gatewayHandlers(deps),
  } satisfies Handlers;
}
