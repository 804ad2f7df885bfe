/** Milliseconds until it is looked again whether work that held the lock off has ended. */
const waitForWork = 5_000;

export interface IdleLock {
  /** A person did something. */
  touch(): void;
  /** From now on, or anew under another limit. Minutes; null: the vault stays open. */
  watch(minutes: number | null): void;
  stop(): void;
}

export interface IdleLockDeps {
  /** Milliseconds, monotonic. A computer that sleeps is another matter: the hosts lock then. */
  readonly now: () => number;
  /** An answer is being written or files are being taken in: it is waited for, however long it takes. */
  readonly isBusy: () => boolean;
  readonly lock: () => void;
}

/** Locks the vault when nobody has done anything for a while. Lives in the main process; a page can only put it off. */
export function createIdleLock({ now, isBusy, lock }: IdleLockDeps): IdleLock {
  let timer: NodeJS.Timeout | undefined;
  let limit: number | null = null;
  let touchedAt = 0;

  const lookIn = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds).unref();
  };
  const look = (): void => {
    if (limit === null) return;
    const left = limit - (now() - touchedAt);
    if (left > 0) lookIn(left);
    else if (isBusy()) lookIn(waitForWork);
    else {
      limit = null;
      lock();
    }
  };

  return {
    touch: () => void (touchedAt = now()),
    watch: (minutes) => {
      clearTimeout(timer);
      limit = minutes === null ? null : minutes * 60_000;
      touchedAt = now();
      look();
    },
    stop: () => {
      clearTimeout(timer);
      limit = null;
    },
  };
}
