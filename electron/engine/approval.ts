import { realpath } from 'node:fs/promises';
import { CloisterError } from '../../shared/errors.ts';
import {
  findEngine,
  fingerprintEngine,
  isTooOld,
  lowestVersion,
  missingFixes,
  type EnginePolicy,
  type Fingerprint,
  type FoundEngine,
  type TrustedEngine,
  type TrustFile,
} from './find/index.ts';

export interface Approval {
  /** What there is, trusted or not. Throws `engine_missing`, `engine_too_old`. */
  look(): Promise<FoundEngine>;
  /** What may run. Throws also `engine_untrusted`, `engine_changed`. */
  trusted(): Promise<FoundEngine>;
  /** Approves what `look` found when it still has this hash. */
  approve(sha256: string): Promise<void>;
  /** Approves the binary at a path, and prefers it from now on. */
  approveFile(path: string): Promise<void>;
  /** The last thing found, for showing. */
  readonly last: () => FoundEngine | null;
}

interface ApprovalParts {
  readonly trustFile: TrustFile;
  readonly policy: EnginePolicy | undefined;
  readonly readVersion: (engine: Fingerprint) => Promise<string | null>;
}

/** What to do where a path is not one of Ollama. */
const givePath =
  'Give the path of the program ollama itself, such as /usr/local/bin/ollama, or let Cloister obtain one: npm run setup';

/** An engine as it is remembered once it is approved. */
export function memoryOf(found: Omit<FoundEngine, 'source' | 'trust'>): TrustedEngine {
  return {
    path: found.path,
    version: found.version,
    sha256: found.fingerprint.binary.sha256,
    companions: found.fingerprint.companions,
    approvedAt: new Date().toISOString(),
    by: found.by,
    files: [found.fingerprint.binary, ...found.fingerprint.libraries],
  };
}

function refuse(found: FoundEngine): never {
  const detail = { version: found.version, sha256: found.fingerprint.binary.sha256 };
  if (found.trust === 'changed') {
    throw new CloisterError(
      'engine_changed',
      'The engine is not the one that was approved. If you updated it, approve it again.',
      { detail },
    );
  }
  throw new CloisterError(
    'engine_untrusted',
    `Ollama ${found.version} was found but never approved. Compare its hash and approve it.`,
    { detail },
  );
}

const changedMeanwhile = (): CloisterError =>
  new CloisterError('engine_changed', 'The engine changed since its hash was shown. Look at it again.');

/** Remembered as it is now, unless it is remembered so already: later starts then need not read the files again. */
async function remember(parts: ApprovalParts, found: FoundEngine): Promise<void> {
  const memory = memoryOf(found);
  const known = (await parts.trustFile.read()).find((engine) => engine.path === found.path);
  const asKnown =
    known !== undefined &&
    JSON.stringify({ ...known, approvedAt: '' }) === JSON.stringify({ ...memory, approvedAt: '' });
  if (!asKnown)
    await parts.trustFile.remember(known === undefined ? memory : { ...memory, approvedAt: known.approvedAt });
}

export function createApproval(parts: ApprovalParts): Approval {
  let last: FoundEngine | null = null;
  const look = async (): Promise<FoundEngine> => {
    try {
      return (last = await findEngine(parts));
    } catch (error) {
      last = null;
      throw error;
    }
  };
  return {
    look,
    last: () => last,
    trusted: async () => {
      const found = await look();
      if (found.trust !== 'trusted') refuse(found);
      await remember(parts, found);
      return found;
    },
    approve: async (sha256) => {
      const shown = last;
      const found = await look();
      const swapped =
        shown !== null && (shown.path !== found.path || shown.fingerprint.companions !== found.fingerprint.companions);
      if (swapped || found.fingerprint.binary.sha256 !== sha256) throw changedMeanwhile();
      if (parts.policy?.sha256 !== undefined && parts.policy.sha256 !== sha256) refuse(found);
      await parts.trustFile.remember(memoryOf({ ...found, by: 'user' }));
      await look();
    },
    approveFile: async (given) => {
      const path = await realpath(given).catch(() => null);
      if (path === null) throw new CloisterError('engine_missing', `There is no such file. ${givePath}`);
      if (parts.policy !== undefined && parts.policy.path !== path) {
        throw new CloisterError('forbidden', 'Your organisation chose the engine; another cannot be approved.');
      }
      const fingerprint = await fingerprintEngine(path);
      const version = await parts.readVersion(fingerprint);
      if (version === null)
        throw new CloisterError('engine_missing', `This file is no Ollama that runs here. ${givePath}`);
      if (isTooOld(version)) {
        const lacks = missingFixes(version).join(', ');
        throw new CloisterError(
          'engine_too_old',
          `Ollama ${version} is too old: it lacks the fixes for ${lacks}. Install ${lowestVersion} or newer.`,
          { detail: { version, lowest: lowestVersion, lacks } },
        );
      }
      await parts.trustFile.remember(memoryOf({ path, version, fingerprint, by: 'user' }));
      await look();
    },
  };
}
