import type { DatabaseClient } from '../../vault/types.ts';
import type { DocumentsOperations } from '../database.ts';
import type { Parser } from '../types.ts';

/** What taking in works with. */
export interface RunDeps {
  readonly database: DatabaseClient<DocumentsOperations>;
  readonly parser: Pick<Parser, 'parse' | 'openRun' | 'sandbox'>;
  readonly now: () => Date;
}
