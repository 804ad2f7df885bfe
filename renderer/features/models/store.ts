import { create } from 'zustand';
import type { Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { readRules } from './rules.ts';

interface Models {
  /** Null while they were not read yet. */
  readonly installed: readonly InstalledModel[] | null;
  readonly hardware: Hardware | null;
  /** Where models lie; null while it was not read yet. */
  readonly folder: string | null;
  readonly candidates: readonly Candidate[] | null;
  /** Installed models, judged by their own headers. */
  readonly fits: readonly Candidate[];
  readonly failure: Failure | null;
}

const start: Models = {
  installed: null,
  hardware: null,
  folder: null,
  candidates: null,
  fits: [],
  failure: null,
};

export const useModels = create<Models>(() => start);

export const resetList = (): void => useModels.setState(start, true);

export async function readInstalled(): Promise<void> {
  const result = await attempt('models.list', {});
  useModels.setState(
    result.ok
      ? { installed: result.value.models, folder: result.value.folder, failure: null }
      : { failure: result.error },
  );
}

export async function readModels(): Promise<void> {
  await Promise.all([readInstalled(), readRules()]);
  const result = await attempt('models.recommend', {});
  if (result.ok) {
    const { hardware, candidates, installed: fits } = result.value;
    useModels.setState({ hardware, candidates, fits });
  } else useModels.setState({ failure: result.error });
}

/** The name without the tag that is meant when none is said. */
export const bare = (name: string): string => name.replace(/:latest$/, '');

/** Chat models that may run. */
export const chatModels = (installed: readonly InstalledModel[] | null): readonly InstalledModel[] =>
  (installed ?? []).filter((model) => model.kind === 'chat' && model.state === 'approved');
