import { describe, expect, it, vi } from 'vitest';
import { start } from '../../host/started-electron.ts';

describe('the end', () => {
  it('stops the application once before it quits', async () => {
    const { events, stop, log } = await start();
    const preventDefault = vi.fn();
    events.emit('before-quit', { preventDefault });
    events.emit('before-quit', { preventDefault });
    await vi.waitFor(() => expect(log.at(-1)).toBe('quit'));
    expect(stop).toHaveBeenCalledOnce();
    expect(preventDefault).toHaveBeenCalledTimes(2);
    events.emit('before-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(2);
  });

  it('quits though stopping fails', async () => {
    const { events, log } = await start({}, { stop: () => Promise.reject(new Error('a')) });
    events.emit('before-quit', { preventDefault: () => undefined });
    await vi.waitFor(() => expect(log.at(-1)).toBe('quit'));
  });

  it('does not wait for ever', async () => {
    const { events, log } = await start({}, { stop: () => new Promise<never>(() => undefined) });
    vi.useFakeTimers();
    events.emit('before-quit', { preventDefault: () => undefined });
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(log.at(-1)).toBe('exit 1');
  });

  it('comes with the last window, on every system', async () => {
    const { events, log } = await start();
    events.emit('window-all-closed');
    expect(log.at(-1)).toBe('quit');
  });

  it.each(['suspend', 'lock-screen'])('locks the vault on %s', async (event) => {
    const { power, dispatch } = await start();
    power.emit(event);
    expect(dispatch).toHaveBeenCalledWith('vault.lock', {}, { origin: 'page' });
  });
});
