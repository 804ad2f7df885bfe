import { CloisterError } from '../../shared/errors.ts';
import { createEngine, type EngineDeps } from '../engine/index.ts';
import type { StartTrial } from '../models/types.ts';

/**
 * Engines in which models are tried before anybody approves them: the same cage and the same supervisor as the usual one, with
 * nothing in sight but the files of that model. Nobody but the trial holds the client, and the trial ends it.
 */
export function createTrialEngines(deps: Omit<EngineDeps, 'models' | 'beside'>): StartTrial {
  return async (models, files, signal) => {
    const engine = createEngine({ ...deps, models, beside: { name: 'trial', files } });
    const end = (): Promise<void> => engine.dispose();
    const stop = (): void => void end();
    const isStopped = (): boolean => signal.aborted;
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const client = await engine.client();
      return { client, version: await client.version(), end };
    } catch (thrown) {
      await end();
      throw isStopped() ? new CloisterError('cancelled', 'The trial was stopped.') : thrown;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}
