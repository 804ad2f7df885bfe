import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../electron/audit/types.ts';
import { createInferencePath } from '../../../electron/inference/index.ts';
import type { InferenceEvent, InferenceRequest } from '../../../electron/inference/types.ts';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { aModel, work } from './work.ts';

/** Asks where nothing is found, with these models installed. */
async function askInVain(given: Partial<InferenceRequest>, installed: readonly InstalledModel[]) {
  const entries: AuditRecord[] = [];
  const scopes = ['chat', 'documents.query:c1'] as const;
  const path = createInferencePath({
    sessions: {
      verify: async () => ({ subject: 'ana', session: 's', origin: 'page', scopes, client: null, models: null }),
    },
    documents: { search: async () => ({ hits: [], ms: 1, used: 'keyword' }) as never },
    models: {
      store: { find: async (name: string) => installed.find((model) => model.name === name) ?? null },
      defaultChatModel: async () => installed[0] ?? null,
    } as never,
    engine: { client: () => Promise.reject(new Error('not asked')), report: async () => null },
    audit: {
      begin: async () => undefined,
      append: async (entry) => (entries.push(entry), { ...entry, index: 0, at: '' }),
      keyedHash: () => 'hash',
    },
    now: () => 0,
  });
  const { request } = work({ collectionId: 'c1', ...given });
  const events: InferenceEvent[] = [];
  const thrown = await (async () => {
    for await (const event of path.run(request, new AbortController().signal)) events.push(event);
  })().catch((error: unknown) => error);
  const answer = events.flatMap((event) => (event.type === 'answer' ? [event.answer] : []))[0];
  return { thrown, answer, entry: entries[0] };
}

describe('a question that the documents do not answer', () => {
  it.each([
    ['no chat model', {}, []],
    ['no model of that name', { model: 'absent' }, [aModel({})]],
  ] as const)('is refused where there is %s', async (_name, given, installed) => {
    const { thrown, answer, entry } = await askInVain({ mode: 'generate', ...given }, installed);
    expect(thrown).toMatchObject({ code: 'model_missing' });
    expect(answer).toBeUndefined();
    expect(entry).toMatchObject({ decision: 'refused', stage: 'choose-model', code: 'model_missing' });
  });

  it('asks no model, and names none in answer and entry', async () => {
    const { thrown, answer, entry } = await askInVain({ mode: 'generate' }, [aModel({})]);
    expect(thrown).toBeUndefined();
    expect(answer).toMatchObject({ abstained: true, model: null });
    expect(entry).toMatchObject({ decision: 'allowed', stage: null, model: null, modelDigest: null });
  });

  it.each(['quotes', 'search'] as const)('needs no model for %s', async (mode) => {
    const { thrown, answer } = await askInVain({ mode }, []);
    expect(thrown).toBeUndefined();
    expect(answer).toMatchObject({ abstained: true, model: null });
  });
});
