import type { Page } from 'playwright-core';

/** The running program as a spec sees it. Specs never name the host that shows the page. */
export interface RunningApp {
  /** The window's page as it is now: another one after `driver.restart()`. */
  readonly page: Page;
  readonly driver: Driver;
}

interface Driver {
  /** The profile folder of this test alone. */
  readonly profile: string;
  /** Quits and starts again on the same profile. */
  restart(): Promise<void>;
  /** What the system's next file dialog answers; an empty list is a person who cancels. */
  answerNextDialog(paths: readonly string[]): Promise<void>;
}

/** What a host's fixture gives. */
export interface HostDriver extends RunningApp {
  stop(): Promise<void>;
}

export type StartHost = (profile: string) => Promise<HostDriver>;
