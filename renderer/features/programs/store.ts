import { create } from 'zustand';
import type { ClientToken, GatewayStatus } from '../../../shared/contract/types.ts';
import { ask, attempt, failureOf, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { announce } from '../../ui/index.ts';

interface ProgramsState {
  /** Null while it was not read yet. */
  readonly status: GatewayStatus | null;
  readonly tokens: readonly ClientToken[];
  readonly failure: Failure | null;
  readonly working: boolean;
}

const start: ProgramsState = { status: null, tokens: [], failure: null, working: false };

export const usePrograms = create<ProgramsState>(() => start);

export const resetPrograms = (): void => usePrograms.setState(start, true);

export async function readPrograms(): Promise<void> {
  try {
    const status = await ask('gateway.status', {});
    const { tokens } = await ask('gateway.tokens', {});
    usePrograms.setState({ status, tokens, failure: null });
  } catch (thrown) {
    usePrograms.setState({ failure: failureOf(thrown) });
  }
}

async function turn(method: 'gateway.start' | 'gateway.stop'): Promise<void> {
  usePrograms.setState({ working: true, failure: null });
  const result = await attempt(method, {});
  usePrograms.setState({ working: false, ...(result.ok ? { status: result.value } : { failure: result.error }) });
  if (!result.ok) return;
  announce(result.value.url === null ? t.programs.closed : `${t.programs.open}: ${result.value.url}`);
  await readPrograms();
}

export const openDoor = (): Promise<void> => turn('gateway.start');
export const shutDoor = (): Promise<void> => turn('gateway.stop');

export interface Wanted {
  readonly name: string;
  readonly scopes: string[];
  /** Seconds. */
  readonly lifetime: number;
}

/** The token, or why there is none. */
export async function makeToken(wanted: Wanted): Promise<{ token: string } | { failure: Failure }> {
  const result = await attempt('gateway.issue', wanted);
  if (!result.ok) return { failure: result.error };
  await readPrograms();
  return { token: result.value.token };
}

export async function revoke({ id, name }: ClientToken): Promise<void> {
  const result = await attempt('gateway.revoke', { id });
  if (result.ok) {
    usePrograms.setState({ tokens: result.value.tokens, failure: null });
    announce(t.programs.revoked(name));
  } else {
    usePrograms.setState({ failure: result.error });
  }
}
