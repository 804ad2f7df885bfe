import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { ExchangeError } from './failures.ts';

/** Read at most at once: what waits in the socket comes in one piece, into memory that is there already. */
const bufferBytes = 1 << 20;
/** Of an answer's beginning: what comes with its head waits in memory until somebody says where it belongs. */
const briefBytes = 64 * 1024;
/** Room that is kept, because TLS may bring a little more after it was told to stop. */
const roomBytes = 256 * 1024;
/** Milliseconds until a server must have accepted a connection. */
const connectWithin = 10_000;

/** Who uses a connection. */
export interface Reader {
  /** More is held. False: read no further until `resume`. */
  onBytes(): boolean;
  /** The other side is done, or (`thrown`) the line is broken. Nothing more comes. */
  onClosed(thrown: Error | null): void;
}

/** One connection whose bytes are read into one buffer of its own, from which its reader takes them. */
export class Connection {
  readonly origin: string;
  /** An earlier exchange went over it. */
  isUsed = false;
  /** Reads little at once. */
  isBrief = true;
  reader: Reader | null = null;
  readonly #socket: Socket;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #from = 0;
  #to = 0;
  #isClosed = false;
  #thrown: Error | null = null;

  constructor(url: URL, secure: () => SecureContext) {
    this.origin = url.origin;
    const isTls = url.protocol === 'https:';
    const options = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port === '' ? (isTls ? 443 : 80) : url.port),
      onread: { buffer: () => this.#room(), callback: (bytes: number) => this.#came(bytes) },
    };
    // Said, so that nothing in the environment can switch the check of certificates off.
    const tls = { rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] };
    const socket = isTls ? connectTls({ ...options, ...tls, secureContext: secure() }) : connectPlain(options);
    this.#socket = socket;
    socket.setNoDelay(true);
    const late = (): void =>
      void socket.destroy(new ExchangeError('line', 'The server did not answer in time.', 'ETIMEDOUT'));
    const timer = setTimeout(late, connectWithin);
    socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(timer));
    socket.once('end', () => this.#closed(null));
    socket.once('error', (thrown: Error) => this.#closed(thrown));
    socket.once('close', () => {
      clearTimeout(timer);
      this.#closed(null);
    });
  }

  /** What came and was not dropped; valid until the next `drop`. */
  held(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  drop(bytes: number): void {
    this.#from += bytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What broke the line; null when the other side ended it. */
  get thrown(): Error | null {
    return this.#thrown;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.reader = null;
    this.#socket.destroy();
  }

  #came(bytes: number): boolean {
    this.#to += bytes;
    if (this.reader !== null) return this.reader.onBytes();
    // Nobody asked: an answer to no question.
    this.destroy();
    return false;
  }

  #closed(thrown: Error | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#thrown = thrown;
    this.reader?.onClosed(thrown);
  }

  /** Where the next bytes go. Asked for after each read, long before the next: until then no byte that is held may move. */
  #room(): Buffer {
    const held = this.held();
    if (held.length === 0) this.#place(0, 0);
    else if (this.#buffer.length - this.#to < roomBytes) {
      const isTooSmall = held.length > this.#buffer.length - roomBytes;
      const buffer = isTooSmall ? Buffer.allocUnsafeSlow(2 * this.#buffer.length) : this.#buffer;
      held.copy(buffer);
      this.#buffer = buffer;
      this.#place(0, held.length);
    }
    return this.#buffer.subarray(this.#to, this.isBrief ? this.#to + briefBytes : undefined);
  }

  #place(from: number, to: number): void {
    this.#from = from;
    this.#to = to;
  }
}

/** The connections of a lease: one that is free is used again. */
export function createConnections(authorities: readonly string[]) {
  const free = new Set<Connection>();
  let context: SecureContext | null = null;
  const secure = (): SecureContext => (context ??= createSecureContext({ ca: [...authorities] }));
  return {
    /** `isNew`: none that was used before, and may be gone by now. */
    take(url: URL, isNew: boolean): Connection {
      for (const each of free) {
        if (each.origin !== url.origin) continue;
        free.delete(each);
        if (isNew || each.isClosed) each.destroy();
        else return each;
      }
      return new Connection(url, secure);
    },
    giveBack(connection: Connection): void {
      connection.isUsed = true;
      connection.isBrief = true;
      free.add(connection);
      connection.reader = {
        onBytes() {
          free.delete(connection);
          connection.destroy();
          return false;
        },
        onClosed() {
          free.delete(connection);
          connection.destroy();
        },
      };
      connection.resume();
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
