import type { EngineSource } from './places.ts';
import type { EngineFile } from './fingerprint.ts';

/** An engine that was approved: by the person, by policy, or by set-up that obtained it. */
export interface TrustedEngine {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
  readonly companions: string;
  readonly approvedAt: string;
  readonly by: 'user' | 'policy' | 'setup';
  /** Identities and hashes as seen then: spares reading unchanged files again. */
  readonly files: readonly EngineFile[];
}

export type Trust = 'trusted' | 'unknown' | 'changed';

interface Hashes {
  readonly sha256: string;
  readonly companions: string;
}

const same = (left: Hashes, right: Hashes): boolean =>
  left.sha256 === right.sha256 && left.companions === right.companions;

/** What set-up wrote beside the engine that it obtained. */
export interface SetupStamp extends Hashes {
  readonly version: string;
  readonly how: 'release' | 'build' | 'adopted';
  readonly obtainedAt: string;
}

/**
 * Trust on first use. An engine seen before must have the same hashes; one never seen is trusted only when Cloister's
 * own set-up obtained exactly it, or when policy names its hash or its path.
 */
export function decideTrust(
  found: Hashes & { readonly source: EngineSource; readonly path: string },
  remembered: TrustedEngine | undefined,
  vouchers: {
    readonly stamp?: Hashes | undefined;
    readonly policy?: { path: string; sha256?: string | undefined } | undefined;
  },
): { readonly trust: Trust; readonly by: TrustedEngine['by'] } {
  const policy = vouchers.policy?.path === found.path ? vouchers.policy : undefined;
  if (policy?.sha256 !== undefined) {
    return { trust: policy.sha256 === found.sha256 ? 'trusted' : 'changed', by: 'policy' };
  }
  if (remembered !== undefined) return { trust: same(remembered, found) ? 'trusted' : 'changed', by: remembered.by };
  if (policy !== undefined) return { trust: 'trusted', by: 'policy' };
  if (vouchers.stamp !== undefined && same(vouchers.stamp, found)) return { trust: 'trusted', by: 'setup' };
  return { trust: 'unknown', by: 'user' };
}
