import type { AppStatus, Check, EngineStatus } from '../../../shared/contract/types.ts';
import { before, hash, minute } from './base.ts';

export type EngineScene = 'sealed' | 'port' | 'missing' | 'unknown' | 'changed' | 'failed' | 'stopped' | 'starting';

export function engineOf(scene: EngineScene, loaded: boolean): EngineStatus {
  const base: EngineStatus = {
    state: 'ready',
    cage: 'namespace',
    cageReason: null,
    version: '0.32.15',
    sha256: hash('engine'),
    path: '/usr/local/bin/ollama',
    trust: 'trusted',
    reason: null,
    restarts: 0,
    loaded: loaded ? [{ name: 'qwen3:8b', bytes: 5.6e9, gpuBytes: 5.6e9 }] : [],
  };
  switch (scene) {
    case 'sealed':
      return base;
    case 'port':
      return { ...base, cage: 'port', cageReason: 'Bubblewrap is not installed on this system.' };
    case 'missing':
      return {
        ...base,
        state: 'stopped',
        cage: null,
        version: null,
        sha256: null,
        path: null,
        trust: 'missing',
        loaded: [],
      };
    case 'unknown':
    case 'changed':
      return { ...base, state: 'stopped', cage: null, trust: scene, loaded: [] };
    case 'failed':
      return {
        ...base,
        state: 'failed',
        cage: null,
        reason: 'It ended four times within a minute (exit code 134).',
        restarts: 4,
        loaded: [],
      };
    case 'stopped':
    case 'starting':
      return { ...base, state: scene, cage: null, loaded: [] };
  }
}

export const statusOf = (vault: AppStatus['vault'], engine: EngineStatus, changed: string[] = []): AppStatus => ({
  vault,
  engine,
  egress: { open: false, made: 0, refused: 2 },
  record: vault.state === 'unlocked' ? { size: 1204, verified: true, checkedAt: before(3 * minute) } : null,
  models: vault.state === 'unlocked' ? { changed } : null,
  memory: { totalBytes: 32e9, freeBytes: 18.4e9 },
  host: 'chromium',
  platform: 'linux',
  version: '0.1.0',
});

export const checks: Check[] = [
  { id: 'hardware', status: 'ok', summary: '8 cores, 32 GB memory, NVIDIA RTX 4060 with 8 GB.' },
  { id: 'engine', status: 'ok', summary: 'Ollama 0.32.15, unchanged since you approved it.' },
  { id: 'cage', status: 'ok', summary: 'Bubblewrap 0.8 with a network namespace of its own.' },
  { id: 'keychain', status: 'ok', summary: 'Secret Service (GNOME Keyring).' },
  { id: 'swap', status: 'warn', summary: 'Swap is not encrypted.', fix: 'Encrypt the swap partition, or turn it off.' },
  {
    id: 'models',
    status: 'fail',
    summary: 'No chat model is installed.',
    fix: 'See Models for what fits this computer.',
  },
];
