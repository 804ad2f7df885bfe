import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { buildBridge, type Subscribe } from '../../../electron/host/shared/index.ts';
import { contract, events } from '../../../shared/contract/index.ts';
import { eventNames, methodNames } from '../../../shared/contract/names.ts';

it('the names alone equal the contract', () => {
  expect([...methodNames].sort()).toEqual(Object.keys(contract).sort());
  expect([...eventNames].sort()).toEqual(Object.keys(events).sort());
});

describe('the bridge', () => {
  const invoke = vi.fn(async (method: string, input: unknown) => ({ method, input }));
  const leave = vi.fn();
  const subscribe = vi.fn<Subscribe>(() => leave);
  const bridge = buildBridge(methodNames, eventNames, invoke, subscribe);

  it('has one frozen function per method, and one to listen', () => {
    expect(Object.keys(bridge)).toEqual(['invoke', 'on']);
    expect(Object.keys(bridge.invoke)).toEqual([...methodNames]);
    expect([bridge, bridge.invoke, bridge.on].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('calls under the method’s own name, whatever else is passed', async () => {
    const call = bridge.invoke['vault.lock'] as unknown as (...values: unknown[]) => Promise<unknown>;
    expect(await call({}, 'vault.unlock')).toEqual({ method: 'vault.lock', input: {} });
  });

  it('hands listeners the payload alone and gives back the way to leave', () => {
    const heard = vi.fn();
    expect(bridge.on('app.changed', heard)).toBe(leave);
    subscribe.mock.calls[0]?.[1]('payload');
    expect(heard.mock.calls).toEqual([['payload']]);
  });

  it('knows no event outside the contract', () => {
    expect(() => bridge.on('constructor' as 'app.changed', () => undefined)).toThrow(TypeError);
  });

  it('can be built in a page, by its source text', () => {
    const there = runInNewContext(
      `(${String(buildBridge)})(['a.b'], ['c'], (name, input) => name + input, () => 1)`,
    ) as typeof bridge;
    expect((there.invoke as unknown as Record<string, (input: unknown) => unknown>)['a.b']?.(1)).toBe('a.b1');
  });
});
