import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { eventNames, methodNames } from '../../../shared/contract/names.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'dist/preload.cjs');

/** Runs the built preload with the two parts of Electron that it may use; touching any other fails. */
function runPreload() {
  const exposed: [string, unknown][] = [];
  const read: string[] = [];
  const ipcRenderer = { invoke: vi.fn(async () => 'answer'), on: vi.fn(), removeListener: vi.fn() };
  const watched = (name: string, value: object): object =>
    new Proxy(value, {
      get: (target, key) => (read.push(`${name}.${String(key)}`), Reflect.get(target, key) as unknown),
    });
  const electron = watched('electron', {
    contextBridge: watched('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => exposed.push([name, api]),
    }),
    ipcRenderer: watched('ipcRenderer', ipcRenderer),
  });
  const required: string[] = [];
  const require = (name: string): unknown => {
    required.push(name);
    return electron;
  };
  runInNewContext(readFileSync(built, 'utf8'), { require, module: { exports: {} }, exports: {} });
  const api = exposed[0]?.[1] as {
    invoke: Record<string, (...values: unknown[]) => unknown>;
    on: (...values: unknown[]) => () => void;
  };
  return { exposed, read, required, ipcRenderer, api };
}

describe('the built preload', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build.ts'), 'preload'], { stdio: 'pipe' });
  });

  it('is small and brings nothing along', () => {
    expect(statSync(built).size).toBeLessThan(8 * 1024);
    expect(runPreload().required).toEqual(['electron']);
  });

  it('exposes the bridge and nothing else', () => {
    const { exposed, api } = runPreload();
    expect(exposed.map(([name]) => name)).toEqual(['cloister']);
    expect(Object.keys(api)).toEqual(['invoke', 'on']);
    expect(Object.keys(api.invoke)).toEqual([...methodNames]);
    expect([api, api.invoke].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('uses invoke, on and removeListener of Electron, and no more', async () => {
    const { api, read } = runPreload();
    for (const name of methodNames) await api.invoke[name]?.({});
    for (const name of eventNames) api.on(name, () => undefined)();
    expect([...new Set(read)].sort()).toEqual([
      'contextBridge.exposeInMainWorld',
      'electron.contextBridge',
      'electron.ipcRenderer',
      'ipcRenderer.invoke',
      'ipcRenderer.on',
      'ipcRenderer.removeListener',
    ]);
  });

  it('calls each method on its own channel with one input', async () => {
    const { api, ipcRenderer } = runPreload();
    for (const name of methodNames) {
      expect(await api.invoke[name]?.({ a: 1 }, 'more')).toBe('answer');
      expect(ipcRenderer.invoke).toHaveBeenLastCalledWith(`call:${name}`, { a: 1 });
    }
  });

  it('never hands Electron’s event to the page, and takes its listener away again', () => {
    const { api, ipcRenderer } = runPreload();
    const heard = vi.fn();
    const leave = api.on('app.changed', heard);
    const [channel, hear] = ipcRenderer.on.mock.calls[0] as [string, (...values: unknown[]) => void];
    hear({ sender: 'secret' }, { sequence: 1 });
    expect([channel, heard.mock.calls]).toEqual(['news:app.changed', [[{ sequence: 1 }]]]);
    leave();
    expect(ipcRenderer.removeListener).toHaveBeenCalledWith('news:app.changed', hear);
    expect(() => api.on('ipc-anything', heard)).toThrow();
  });
});
