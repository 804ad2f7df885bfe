import type { InstalledModel, Passport } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { bundleModel, type Bundled, type BundleOptions } from './bundle/bundle-model.ts';
import type { ModelChecker } from './check/create-checker.ts';
import type { Digest } from './digests.ts';
import { createImports, type Imports, type RunImport } from './import/create-imports.ts';
import { importModel, type ImportDeps } from './import/import-model.ts';
import type { Arrival, ModelActor } from './passports/types.ts';
import type { ModelStore } from './types.ts';

/** What it takes to bring models from files, and to hand them on. */
export interface CarryDeps {
  readonly checker: ModelChecker;
  /** The vault's `model-signing` key. Throws `locked`. */
  readonly signingSeed: () => Buffer;
}

interface Around {
  readonly store: Pick<ModelStore, 'incoming' | 'prepare' | 'holds' | 'find' | 'manifest'> & {
    readonly place: (digest: Digest) => string;
  };
  readonly publishers: ImportDeps['publishers'];
  readonly passport: (name: string) => Promise<Passport>;
  readonly admit: (arrival: Arrival, by: ModelActor | undefined) => Promise<InstalledModel>;
}

export interface Carry {
  /** Brings a GGUF file or a bundle into quarantine, checked; then it is admitted or waits. One at a time; the others wait. */
  import(path: string, options?: Parameters<RunImport>[1]): Promise<InstalledModel>;
  /** Those under way, waiting and ended. */
  readonly imports: Omit<Imports, 'bring'>;
  /** Writes an approved model with all that belongs to it into one signed file. */
  bundle(name: string, out: string, options?: BundleOptions): Promise<Bundled>;
}

const notHere = (): CloisterError => new CloisterError('not_available', 'Models cannot be brought from files here.');

export function createCarry(deps: CarryDeps | undefined, { store, publishers, passport, admit }: Around): Carry {
  const run: RunImport = async (path, options) => {
    if (deps === undefined) throw notHere();
    const bring = (arrival: Arrival): Promise<InstalledModel> => admit(arrival, options.by);
    return importModel({ store, checker: deps.checker, publishers, admit: bring }, path, options);
  };
  const imports = createImports(run);
  return {
    imports,
    import: (path, options = {}) => imports.bring(path, options),
    async bundle(name, out, options = {}) {
      if (deps === undefined) throw notHere();
      return bundleModel({ store, passport, signingSeed: deps.signingSeed }, name, out, options);
    },
  };
}
