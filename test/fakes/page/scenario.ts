import type { EventName, Method } from '../../../shared/contract/index.ts';
import type { Settings, ShownSettings, VaultStatus } from '../../../shared/contract/types.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { rulesOf } from './rules.ts';
import type { EngineScene } from './engine.ts';
import type { Trial } from './evaluating.ts';

/** What stands behind the page in one look at it. */
export interface Scenario {
  readonly vault?: VaultStatus['state'];
  readonly keySource?: VaultStatus['keySource'];
  readonly keychain?: boolean;
  readonly engine?: EngineScene;
  /** How many chat models are installed. */
  readonly chatModels?: number;
  /**
   * `states`: also one that waits, one that is blocked, and a new version of a known one. `changed`: the first was found
   * changed.
   */
  readonly models?: 'states' | 'changed';
  /** The model that is too large for every question until another one, or less, is asked for. */
  readonly tooLarge?: string;
  /** `managed`: the organisation decides about models. `broken`: and the newest list of publishers does not hold. */
  readonly rules?: keyof typeof rulesOf;
  /** What comes of the trial of a model, and milliseconds between two of its prompts. */
  readonly trial?: Trial;
  readonly trialPace?: number;
  /** `some`: one in each state. */
  readonly downloads?: 'none' | 'some';
  readonly documents?: 'none' | 'empty' | 'samples' | 'some' | 'many' | 'ingesting';
  readonly talks?: 'none' | 'some';
  readonly guideSeen?: boolean;
  readonly theme?: Settings['theme'];
  /** The organisation's limit, in minutes. */
  readonly idleLockAtMost?: ShownSettings['idleLockAtMost'];
  /** Methods that answer with this code. */
  readonly fails?: Partial<Record<Method, ErrorCode>>;
  /** Methods that answer a second late. */
  readonly slow?: readonly Method[];
  /** Methods that never answer. */
  readonly hangs?: readonly Method[];
  /** Whether the exact words can be placed. */
  readonly place?: 'placed' | 'ambiguous' | 'no_boxes' | 'not_in_document';
  readonly notice?: 'file_moved' | 'file_changed' | null;
  readonly verified?: boolean;
  /** Milliseconds between two events of an answer, and characters in each. */
  readonly pace?: { readonly every: number; readonly characters: number };
  /** The lease as PDF, base64, and where the quoted words stand on its third page. */
  readonly pdf?: string;
  readonly rectangles?: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

export const rightPassphrase = 'correct horse battery staple';

/** The ids of the last question, for scripts that play an answer of their own. */
export interface Asked {
  readonly requestId: string;
  readonly conversationId: string;
  readonly messageId: string;
}

/** What a test finds beside the bridge. */
export interface Scripted {
  readonly calls: readonly { readonly method: string; readonly input: unknown }[];
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly asked: () => Asked | null;
}
