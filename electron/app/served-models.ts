import type { ServedModel } from '../gateway/index.ts';
import type { Models } from '../models/types.ts';

/** The models that other programs may see: approved ones, with what their passports say. */
export async function servedModels({ store, passports }: Pick<Models, 'store' | 'passports'>): Promise<ServedModel[]> {
  const approved = (await store.list()).filter(({ state }) => state === 'approved');
  return Promise.all(
    approved.map(async ({ name, digest, size, kind }) => {
      const passport = await passports.passport(name);
      const { architecture: family, parameters, quantization, firstSeen: modifiedAt } = passport;
      return { name, digest, size, kind, family, parameters, quantization, modifiedAt };
    }),
  );
}
