import { CloisterError } from '../../shared/errors.ts';
import type { EngineHandle } from '../engine/index.ts';
import type { TrustDeps } from '../models/index.ts';

/** Milliseconds. An engine that is well answers in two. */
const answersWithin = 1_000;
/** Milliseconds after an answer for which a model is taken to be in memory still; the engine keeps it for five minutes. */
const staysFor = 60_000;

type Asked = Pick<EngineHandle, 'status' | 'client'>;

async function loadedNow(engine: Asked): Promise<readonly { readonly name: string }[]> {
  if (engine.status().state !== 'ready') return [];
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new CloisterError('timeout', 'The engine does not answer.')), answersWithin).unref();
  });
  const loaded = engine.client().then((client) => client.loaded());
  loaded.catch(() => undefined);
  return Promise.race([loaded, late]);
}

/**
 * Which models the engine holds in memory, for whoever decides what is hashed before a load. It is never started for the question,
 * and asked only when it could have let go of the model: since another was loaded, it was started anew, or a minute passed.
 */
export function createLoadedModels(engine: Asked, now: () => number): TrustDeps['engine'] {
  const answered = new Map<string, { readonly at: number; readonly restarts: number }>();
  return {
    async isLoaded(name) {
      const { state, restarts } = engine.status();
      const last = answered.get(name);
      if (state === 'ready' && last !== undefined && last.restarts === restarts && now() - last.at < staysFor)
        return true;
      answered.delete(name);
      // One that does not answer is busy loading or in trouble: its models count as not loaded, and are hashed.
      return (await loadedNow(engine).catch(() => [])).some((model) => model.name === name);
    },
    noteLoaded(name) {
      // Another model that comes in may have pushed out any.
      if (!answered.has(name)) answered.clear();
      answered.set(name, { at: now(), restarts: engine.status().restarts });
    },
    async unload(name) {
      answered.delete(name);
      if ((await loadedNow(engine)).some((model) => model.name === name)) await (await engine.client()).unload(name);
    },
  };
}
