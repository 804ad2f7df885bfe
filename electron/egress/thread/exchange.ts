import type { Connection, Connections, Reader } from './connection.ts';
import { ExchangeError, failureOf, notHttp } from './failures.ts';
import { framingOf, type Framing } from './framing.ts';
import type { Ask, Failure, Reply, Saving } from './messages.ts';
import { headBytes, parseHead } from './response-head.ts';
import { Saver } from './saver.ts';
import { createSilence } from './silence.ts';

/** Written at once: each write costs a call, and what is gathered is lost in a crash. */
const gatherBytes = 512 * 1024;
/** A slow line's bytes are written after this time. Milliseconds. */
const gatherFor = 20;
/** News of a save: at most once in so many bytes, at least once in so many milliseconds. */
const newsBytes = 1 << 20;
const newsEvery = 100;

export interface ExchangeDeps {
  readonly connections: Connections;
  /** How long a server may be silent. Milliseconds. */
  readonly silence: number;
  readonly tell: (reply: Reply) => void;
  readonly onOver: () => void;
}

function requestText({ method, headers }: Ask, url: URL): string {
  const fields = Object.entries({ ...headers, host: url.host });
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  if (lines.some((line) => /[^\t\x20-\x7e]/.test(line))) throw notHttp('what was to be asked');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** One request and its answer: the head at once, the body as it is ordered, in pieces or into a file. */
export class Exchange implements Reader {
  readonly #ask: Ask;
  readonly #deps: ExchangeDeps;
  readonly #url: URL;
  readonly #silence: ReturnType<typeof createSilence>;
  #connection: Connection;
  #state: 'head' | 'held' | 'piece' | 'save' | 'over' = 'head';
  #framing: Framing | null = null;
  #staysOpen = false;
  #saver: Saver | null = null;
  #gathering: NodeJS.Timeout | null = null;
  #told = { bytes: 0, at: performance.now() };

  constructor(ask: Ask, deps: ExchangeDeps) {
    this.#ask = ask;
    this.#deps = deps;
    this.#url = new URL(ask.url);
    this.#silence = createSilence(deps.silence, () =>
      this.#fail(new ExchangeError('silent', 'The server stopped sending.')),
    );
    this.#connection = this.#begin(false);
  }

  #begin(isNew: boolean): Connection {
    const connection = this.#deps.connections.take(this.#url, isNew);
    connection.reader = this;
    connection.write(requestText(this.#ask, this.#url));
    connection.resume();
    this.#silence.listen();
    return connection;
  }

  more(): void {
    this.#order('piece');
  }

  save(saving: Saving): void {
    this.#saver = new Saver(saving);
    this.#connection.isBrief = false;
    this.#order('save');
  }

  cancel(): void {
    if (this.#state !== 'over') this.#end(null, false);
  }

  onBytes(): boolean {
    this.#silence.heard();
    const goesOn = this.#attempt(() => (this.#state === 'head' ? this.#readHead() : this.#deal(false)));
    if (!goesOn) this.#silence.rest();
    return goesOn;
  }

  onClosed(thrown: Error | null): void {
    if (this.#state === 'head') {
      // The server ended a connection that waited, as it may; nothing of an answer came.
      if (this.#connection.isUsed && this.#connection.held().length === 0) {
        this.#connection.destroy();
        this.#connection = this.#begin(true);
      } else this.#fail(thrown ?? new ExchangeError('line', 'The connection ended early.', 'ECONNRESET'));
    } else if (this.#state !== 'held') this.#attempt(() => this.#deal(true));
  }

  #order(state: 'piece' | 'save'): void {
    if (this.#state !== 'held') return;
    this.#state = state;
    const goesOn = this.#attempt(() => this.#deal(this.#connection.isClosed));
    if (!goesOn) return;
    this.#silence.listen();
    this.#connection.resume();
  }

  #attempt(work: () => boolean): boolean {
    try {
      return work();
    } catch (thrown) {
      this.#fail(thrown);
      return false;
    }
  }

  #readHead(): boolean {
    for (;;) {
      const held = this.#connection.held();
      const end = held.indexOf('\r\n\r\n', 0, 'latin1');
      if ((end < 0 ? held.length : end) > headBytes) throw notHttp('a head without end');
      if (end < 0) return true;
      const head = parseHead(held.toString('latin1', 0, end));
      this.#connection.drop(end + 4);
      // 100 and 103 announce the answer; 101 would make it something else than HTTP.
      if (head.status === 101) throw notHttp('another protocol');
      if (head.status < 200) continue;
      this.#framing = framingOf(head, this.#ask.method);
      this.#staysOpen = head.staysOpen;
      this.#state = 'held';
      this.#deps.tell({ kind: 'head', id: this.#ask.id, status: head.status, headers: head.headers });
      return false;
    }
  }

  /** Does what was ordered with what is held. `isLast`: nothing more comes. True when it wants more. */
  #deal(isLast: boolean): boolean {
    const framing = this.#framing;
    if (framing === null || this.#state === 'held' || this.#state === 'over') return false;
    const isDone = this.#state === 'piece' ? this.#sendPiece(framing) : this.#writeGathered(framing, isLast);
    if (framing.isOver || (isLast && framing.endsWithConnection && this.#connection.thrown === null)) {
      this.#end(null, framing.isOver && this.#staysOpen);
      return false;
    }
    if (!isLast) return !isDone;
    if (!isDone)
      throw this.#connection.thrown ?? new ExchangeError('line', 'The connection ended early.', 'ECONNRESET');
    return false;
  }

  /** True when there was one to send. */
  #sendPiece(framing: Framing): boolean {
    const pieces: Buffer[] = [];
    this.#connection.drop(framing.take(this.#connection.held(), (piece) => pieces.push(piece)));
    // A copy in memory of its own, which is handed over.
    const bytes = new Uint8Array(Buffer.concat(pieces));
    if (bytes.length === 0) return false;
    this.#state = 'held';
    this.#deps.tell({ kind: 'piece', id: this.#ask.id, bytes });
    return true;
  }

  /** Always wants more. */
  #writeGathered(framing: Framing, isLast: boolean): false {
    const saver = this.#saver;
    const held = this.#connection.held();
    const isDue = isLast || held.length >= gatherBytes || held.length >= framing.least;
    if (!isDue)
      this.#gathering ??= setTimeout(() => this.#attempt(() => this.#writeGathered(framing, true)), gatherFor);
    if (!isDue || saver === null) return false;
    this.#stopGathering();
    try {
      this.#connection.drop(framing.take(held, (piece) => saver.write(piece)));
    } catch (thrown) {
      throw thrown instanceof ExchangeError ? thrown : new ExchangeError('disk', ...diskWords(thrown));
    }
    this.#tellSaved(saver, framing.isOver || isLast);
    return false;
  }

  #tellSaved(saver: Saver, isLast: boolean): void {
    const { bytes, at } = this.#told;
    const now = performance.now();
    if (!isLast && saver.done - bytes < newsBytes && now - at < newsEvery) return;
    this.#told = { bytes: saver.done, at: now };
    this.#deps.tell({ kind: 'saved', id: this.#ask.id, bytes: saver.done });
  }

  #stopGathering(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
  }

  #fail(thrown: unknown): void {
    if (this.#state !== 'over') this.#end(failureOf(thrown, 'line'), false);
  }

  #end(failure: Failure | null, isReusable: boolean): void {
    if (this.#state === 'save' && this.#saver !== null && this.#saver.done > this.#told.bytes)
      this.#tellSaved(this.#saver, true);
    this.#state = 'over';
    this.#stopGathering();
    this.#silence.rest();
    const connection = this.#connection;
    if (isReusable && !connection.isClosed && connection.held().length === 0)
      this.#deps.connections.giveBack(connection);
    else connection.destroy();
    this.#deps.tell({ kind: 'end', id: this.#ask.id, failure });
    this.#deps.onOver();
  }
}

function diskWords(thrown: unknown): [string, string | null] {
  const { message, code } = failureOf(thrown, 'disk');
  return [message, code];
}
