import { create } from 'zustand';
import type { Passport } from '../../../shared/contract/types.ts';
import type { Result } from '../../../shared/result.ts';
import { attempt, listen, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { announce, rescueFocus, tell, tellFailure } from '../../ui/index.ts';
import { bare, readInstalled, readModels, useModels } from './store.ts';

export type Decision = 'approve' | 'block' | 'remove' | 'rollback';

export interface VerifyRun {
  readonly done: number;
  readonly total: number;
}

interface Passports {
  readonly known: Readonly<Record<string, Passport>>;
  readonly failures: Readonly<Record<string, Failure>>;
  /** Checks of every byte that run now. */
  readonly running: Readonly<Record<string, VerifyRun>>;
  /** The model whose whole passport is shown. */
  readonly open: string | null;
  /** What is being asked before it is done. */
  readonly asking: { readonly name: string; readonly decision: Decision } | null;
}

const start: Passports = { known: {}, failures: {}, running: {}, open: null, asking: null };

export const usePassports = create<Passports>(() => start);

export const resetPassports = (): void => usePassports.setState(start, true);

export const openPassport = (name: string | null): void => usePassports.setState({ open: name });

export const askFor = (name: string, decision: Decision): void => usePassports.setState({ asking: { name, decision } });

export const askNothing = (): void => usePassports.setState({ asking: null });

const without = <Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

const adopt = (name: string, passport: Passport): void =>
  usePassports.setState(({ known, failures }) => ({
    known: { ...known, [name]: passport },
    failures: without(failures, name),
  }));

export async function readPassport(name: string): Promise<Passport | null> {
  const result = await attempt('models.passport', { name });
  if (result.ok) {
    adopt(name, result.value);
    return result.value;
  }
  usePassports.setState(({ failures }) => ({ failures: { ...failures, [name]: result.error } }));
  return null;
}

export function followVerifications(signal: AbortSignal): void {
  listen('models.verifying', {
    signal,
    hear: ({ name, done, total, finished }) => {
      usePassports.setState(({ running }) => ({
        running: finished ? without(running, name) : { ...running, [name]: { done, total } },
      }));
      if (finished) refresh(name);
    },
    // The end of a run may be among what was lost.
    gap: () => usePassports.setState({ running: {} }),
  });
}

function refresh(name: string): void {
  void readInstalled();
  if (usePassports.getState().known[name] !== undefined) void readPassport(name);
}

/** Hashes every byte of one model, or of all. */
export async function verify(name: string | null): Promise<void> {
  const names = name === null ? (useModels.getState().installed ?? []).map((one) => one.name) : [name];
  const waiting = Object.fromEntries(names.map((one) => [one, { done: 0, total: 0 }]));
  usePassports.setState(({ running }) => ({ running: { ...waiting, ...running } }));
  const result = await attempt('models.verify', name === null ? {} : { name });
  usePassports.setState(({ running }) => ({ running: names.reduce(without, running) }));
  for (const one of names) refresh(one);
  if (!result.ok) {
    tellFailure(result.error);
    return;
  }
  const { results } = result.value;
  const bad = results.filter((one) => !one.ok);
  for (const one of bad) tell('bad', t.passports.verifiedBad(bare(one.name)), t.passports.verifiedBadWords);
  if (bad.length > 0) return;
  announce(name === null ? t.passports.allGood(results.length) : t.passports.verifiedGood(bare(name)));
}

const words: Readonly<Record<Decision, (name: string) => string>> = {
  approve: t.passports.approved,
  block: t.passports.blocked,
  remove: t.passports.removed,
  rollback: t.passports.rolledBack,
};

/** Does what was decided. Answers why not; the question stays open then. */
export async function decide(
  decision: Decision,
  name: string,
  digest: string,
  reason: string,
): Promise<Failure | null> {
  const result = await ask(decision, name, digest, reason.trim());
  if (!result.ok) return result.error;
  usePassports.setState({ asking: null });
  if (decision === 'remove') {
    usePassports.setState(({ known, open }) => ({ known: without(known, name), open: open === name ? null : open }));
    rescueFocus('.model-name', 'main h1');
  } else adopt(name, result.value);
  announce(words[decision](bare(name)));
  await readModels();
  return null;
}

function ask(decision: Decision, name: string, digest: string, reason: string): Promise<Result<Passport>> {
  switch (decision) {
    case 'approve':
      return attempt('models.approve', { name, digest, ...(reason === '' ? {} : { reason }) });
    case 'block':
      return attempt('models.block', { name, reason });
    case 'remove':
      return attempt('models.remove', { name });
    case 'rollback':
      return attempt('models.rollback', { name });
  }
}
