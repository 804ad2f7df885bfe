import { resolve } from 'node:path';
import type { Passport } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Digest } from '../digests.ts';
import { fingerprint, signingKeys, toPem } from '../signing/keys.ts';
import type { ModelStore, PullProgress } from '../types.ts';
import { writeBundle } from './write-bundle.ts';

export interface BundlingDeps {
  readonly store: Pick<ModelStore, 'find' | 'manifest'> & { readonly place: (digest: Digest) => string };
  readonly passport: (name: string) => Promise<Passport>;
  /** The vault's `model-signing` key. Throws `locked`. */
  readonly signingSeed: () => Buffer;
}

export interface BundleOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

export interface Bundled {
  readonly name: string;
  readonly digest: string;
  readonly state: 'approved';
  readonly path: string;
  /** Whose bundle it is: SHA-256 of each public key for `models.publishers`, and the keys themselves for other programs. */
  readonly keys: readonly {
    readonly method: 'ed25519' | 'model-signing';
    readonly key: string;
    readonly publicKey: string;
  }[];
}

/** Only what may run here is handed on. Throws `model_missing`, `model_blocked`, `model_changed`, `conflict`, `disk_full`, `locked`. */
export async function bundleModel(
  { store, passport, signingSeed }: BundlingDeps,
  given: string,
  out: string,
  options: BundleOptions,
): Promise<Bundled> {
  const model = await store.find(given);
  if (model === null) throw new CloisterError('model_missing', `The model ${given} is not installed.`);
  if (model.state !== 'approved')
    throw new CloisterError(
      'model_blocked',
      `${model.name} is not approved here, so it is not handed on. Approve it first.`,
    );
  const keys = signingKeys(signingSeed());
  const path = resolve(out);
  const manifest = await store.manifest(model.name);
  await writeBundle(
    path,
    { name: model.name, manifest, passport: await passport(model.name), keys, place: (digest) => store.place(digest) },
    options,
  );
  return {
    name: model.name,
    digest: model.digest,
    state: 'approved',
    path,
    keys: [
      { method: 'ed25519', key: fingerprint(keys.ed25519), publicKey: toPem(keys.ed25519) },
      { method: 'model-signing', key: fingerprint(keys.ecdsa), publicKey: toPem(keys.ecdsa) },
    ],
  };
}
