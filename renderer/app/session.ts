import { create } from 'zustand';
import type { AppStatus, Settings, ShownSettings, VaultStatus } from '../../shared/contract/types.ts';
import { ask, attempt, failureOf, listen, type Failure } from '../bridge/index.ts';
import { tellFailure } from '../ui/index.ts';

interface Session {
  readonly status: AppStatus | null;
  /** Why the application could not be asked at all. */
  readonly failure: Failure | null;
  /** Null until unlocked. */
  readonly settings: ShownSettings | null;
  /** Outlives the lock: a dark room stays dark. */
  readonly theme: Settings['theme'];
}

export const useSession = create<Session>(() => ({ status: null, failure: null, settings: null, theme: 'system' }));

const adoptSettings = (settings: ShownSettings): void => useSession.setState({ settings, theme: settings.theme });

/** Reads the state of the application. `app.changed` keeps it fresh afterwards. */
export async function readStatus(): Promise<void> {
  const result = await attempt('app.status', {});
  useSession.setState(result.ok ? { status: result.value, failure: null } : { failure: result.error });
}

export function followStatus(signal: AbortSignal): void {
  listen('app.changed', {
    signal,
    hear: ({ status }) => useSession.setState({ status, failure: null }),
    gap: () => void readStatus(),
  });
  void readStatus();
}

/** After creating, unlocking or locking: the answer carries the vault, the rest is read anew. */
export async function adoptVault(vault: VaultStatus): Promise<void> {
  useSession.setState(({ status }) => (status === null ? {} : { status: { ...status, vault } }));
  await readStatus();
}

export async function readSettings(): Promise<void> {
  useSession.setState({ failure: null });
  const result = await attempt('settings.get', {});
  if (result.ok) adoptSettings(result.value);
  // Locked again meanwhile: the lock screen comes by itself.
  else if (result.error.code !== 'locked') useSession.setState({ failure: result.error });
}

/** Shows the change at once and takes it back when it could not be kept. */
export async function saveSettings(change: Partial<Settings>): Promise<void> {
  const before = useSession.getState().settings;
  if (before !== null) adoptSettings({ ...before, ...change });
  try {
    adoptSettings(await ask('settings.set', change));
  } catch (thrown) {
    if (before !== null) adoptSettings(before);
    tellFailure(failureOf(thrown));
  }
}

export async function lockNow(): Promise<void> {
  const result = await attempt('vault.lock', {});
  if (result.ok) await adoptVault(result.value);
  else tellFailure(result.error);
}

export const engineServes = (status: AppStatus | null): boolean =>
  status?.engine.state === 'ready' || status?.engine.state === 'degraded';
