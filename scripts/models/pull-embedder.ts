import type { ModelStore } from '../../electron/models/index.ts';

export async function pullEmbedder(_store: ModelStore, _report: (text: string) => void): Promise<boolean> {
  return false;
}
