import { z } from 'zod';
import { cacheType } from './cache-type.ts';
import { method } from './define.ts';
import { isoTime, nothing, sha256 } from './common.ts';
import { vaultStatus } from './vault.ts';

export const engineState = z.enum(['stopped', 'starting', 'ready', 'degraded', 'stopping', 'failed']);
/** `namespace`: sealed in a network namespace. `port`: on a random loopback port, on this computer only. */
export const cageKind = z.enum(['namespace', 'port']);

export const engineStatus = z.strictObject({
  state: engineState,
  cage: cageKind.nullable(),
  /** Why the weaker cage is in use, when it is. */
  cageReason: z.string().nullable(),
  version: z.string().nullable(),
  sha256: sha256.nullable(),
  path: z.string().nullable(),
  /** `trusted`: remembered and unchanged. `unknown`: never approved. `changed`: differs from what was approved. */
  trust: z.enum(['trusted', 'unknown', 'changed', 'missing']),
  /** Why it failed or is degraded; no prompt and no path of a document is ever in it. */
  reason: z.string().nullable(),
  restarts: z.number().int(),
  loaded: z.array(z.strictObject({ name: z.string(), bytes: z.number(), gpuBytes: z.number() })),
});

export const egressStatus = z.strictObject({
  open: z.boolean(),
  /** Connections the broker made since the start, and those it refused. */
  made: z.number().int(),
  refused: z.number().int(),
});

export const recordStatus = z.strictObject({
  size: z.number().int(),
  /** Null while not checked since the unlock. */
  verified: z.boolean().nullable(),
  checkedAt: isoTime.nullable(),
});

export const appStatus = z.strictObject({
  vault: vaultStatus,
  engine: engineStatus,
  egress: egressStatus,
  /** Null while locked. */
  record: recordStatus.nullable(),
  /** Models that were found changed since the unlock, and are out of use; null while locked. */
  models: z.strictObject({ changed: z.array(z.string()) }).nullable(),
  memory: z.strictObject({ totalBytes: z.number(), freeBytes: z.number() }),
  host: z.enum(['electron', 'chromium', 'terminal']),
  platform: z.enum(['linux', 'darwin', 'win32']),
  version: z.string(),
});

export const check = z.strictObject({
  id: z.string(),
  status: z.enum(['ok', 'warn', 'fail']),
  summary: z.string(),
  fix: z.string().optional(),
});

/** Minutes without a person's input after which the vault locks by itself. */
export const idleLock = z.enum(['off', '5', '15', '60']);

/** What a person may change. */
export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark', 'contrast']),
  guideSeen: z.boolean(),
  idleLock,
  cacheType,
});

/** As they hold: `idleLock` is never longer than the organisation allows, which stands beside it. */
export const shownSettings = settings.extend({
  idleLockAtMost: idleLock.exclude(['off']).nullable(),
  /** The organisation decides about `cacheType`. */
  cacheTypeLocked: z.boolean(),
});

export const appContract = {
  'app.status': method({ input: nothing, output: appStatus, errors: [], whileLocked: true }),
  'app.doctor': method({
    input: nothing,
    output: z.strictObject({ checks: z.array(check) }),
    errors: [],
    whileLocked: true,
  }),
  'engine.start': method({
    input: nothing,
    output: engineStatus,
    errors: ['engine_missing', 'engine_untrusted', 'engine_changed', 'engine_too_old', 'engine_failed'],
  }),
  'engine.stop': method({ input: nothing, output: engineStatus, errors: [] }),
  /** Trust on first use: the page sends back the hash that was shown, so a swap in between is refused. */
  'engine.trust': method({
    input: z.strictObject({ sha256 }),
    output: engineStatus,
    errors: ['engine_missing', 'engine_changed', 'engine_too_old'],
  }),
  'egress.attempts': method({
    input: nothing,
    output: z.strictObject({
      attempts: z.array(
        z.strictObject({ at: isoTime, host: z.string(), purpose: z.string(), allowed: z.boolean(), bytes: z.number() }),
      ),
    }),
    errors: [],
  }),
  /** The page tells now and then that a person types, points or reads on; it has no other meaning. */
  'app.active': method({ input: nothing, output: nothing, errors: [] }),
  'settings.get': method({ input: nothing, output: shownSettings, errors: [] }),
  'settings.set': method({ input: settings.partial(), output: shownSettings, errors: [] }),
};
