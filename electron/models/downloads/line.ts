/** Connections to one host at once, and for one download. The rest is there at once for a second download. */
const mostOfHost = 6;
const mostOfOwner = 4;

/** Lets several downloads share the connections to a host. */
export interface Line {
  /** Waits for a connection; the result gives it back. Whoever has the fewest comes first, then who waits longest. */
  take(owner: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  readonly owner: string;
  readonly go: () => void;
}

function createLine(): Line {
  const held = new Map<string, number>();
  let waiting: readonly Waiter[] = [];
  const of = (owner: string): number => held.get(owner) ?? 0;
  const total = (): number => [...held.values()].reduce((sum, each) => sum + each, 0);

  /** Connections for each of those who want some now. */
  const share = (): number => {
    const owners = new Set([...held.keys(), ...waiting.map(({ owner }) => owner)]).size;
    return Math.max(1, Math.min(mostOfOwner, Math.floor(mostOfHost / owners)));
  };

  const next = (): Waiter | null => {
    const most = share();
    const may = waiting.filter(({ owner }) => of(owner) < most);
    const [first, ...others] = may;
    if (first === undefined || total() >= mostOfHost) return null;
    return others.reduce((best, each) => (of(each.owner) < of(best.owner) ? each : best), first);
  };
  const serve = (): void => {
    for (let waiter = next(); waiter !== null; waiter = next()) {
      const served = waiter;
      waiting = waiting.filter((each) => each !== served);
      held.set(served.owner, of(served.owner) + 1);
      served.go();
    }
  };
  const giveBack = (owner: string) => (): void => {
    const left = of(owner) - 1;
    if (left === 0) held.delete(owner);
    else held.set(owner, left);
    serve();
  };

  return {
    async take(owner, signal) {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting = waiting.filter((each) => each !== waiter);
          reject(signal.reason as Error);
        };
        const waiter: Waiter = {
          owner,
          go: () => {
            signal.removeEventListener('abort', stop);
            resolve(giveBack(owner));
          },
        };
        signal.addEventListener('abort', stop, { once: true });
        waiting = [...waiting, waiter];
        serve();
      });
    },
  };
}

/** A line for each host. */
export function createLines(): (host: string) => Line {
  const lines = new Map<string, Line>();
  return (host) => {
    const line = lines.get(host) ?? createLine();
    lines.set(host, line);
    return line;
  };
}
