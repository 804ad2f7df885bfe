import { randomUUID } from 'node:crypto';
import type { InferenceEvent, InferenceRequest } from '../inference/types.ts';
import type { SearchHit } from '../documents/types.ts';
import type { Application, SearchInput } from './application.ts';
import type { BuiltRooms } from './create-rooms.ts';

/** Searches and questions of the doors, as requests of the one inference path. */
export function createQuestions(rooms: BuiltRooms): Pick<Application, 'search' | 'searchMany' | 'ask'> {
  const request = async (
    door: 'page' | 'cli',
    given: Pick<InferenceRequest, 'mode' | 'question'> & Partial<InferenceRequest>,
  ): Promise<InferenceRequest> => ({
    history: [],
    ...given,
    id: randomUUID(),
    origin: door,
    token: await rooms.sessions.tokenFor(door),
  });

  const search = async (input: SearchInput, door: 'page' | 'cli', signal: AbortSignal) => {
    const started = performance.now();
    let hits: readonly SearchHit[] = [];
    let used: SearchInput['mode'] = input.mode;
    const asked = await request(door, {
      mode: 'search',
      question: input.query,
      collectionId: input.collectionId,
      k: input.k,
      searchMode: input.mode,
    });
    for await (const event of rooms.path.run(asked, signal)) {
      if (event.type !== 'hits') continue;
      hits = event.hits;
      used = event.used;
    }
    return { hits, ms: performance.now() - started, used };
  };

  return {
    search,
    async *searchMany({ queries, ...common }, door, signal) {
      for (const query of queries) yield (await search({ ...common, query }, door, signal)).hits;
    },
    async *ask(input, door, signal): AsyncGenerator<InferenceEvent> {
      yield* rooms.path.run(await request(door, input), signal);
    },
  };
}
