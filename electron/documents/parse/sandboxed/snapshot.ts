/**
 * Makes the snapshot that parsers start from: all code loaded, and what a PDF needs compiled, by reading one of the
 * project's own. `node --snapshot-blob FILE --build-snapshot THIS PDF`. Nothing of a user's document is ever in it.
 */
import './quiet.ts';
import './no-network.ts';
import { readFileSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import { answer } from './answer.ts';
import { removeNetworkNames } from './no-network.ts';
import { lockRealm } from './lock-realm.ts';
import { parseDocument } from './parse-document.ts';
import { inflateAtOnce } from './pdf/inflate.ts';
import { silence } from './quiet.ts';

const Decoder = TextDecoder;

/** A decoder that pdf.js keeps holds a native one, which no snapshot can. This one makes it anew each time. */
class LateDecoder {
  readonly #options: ConstructorParameters<typeof Decoder>;

  constructor(...options: ConstructorParameters<typeof Decoder>) {
    this.#options = options;
  }

  decode(...input: Parameters<InstanceType<typeof Decoder>['decode']>): string {
    return new Decoder(...this.#options).decode(...input);
  }
}

/** V8 adds `Promise.try` only when a process starts: not yet here, and it must not be found there when it does. */
function lend<T>(target: object, name: string, value: unknown, during: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return during().finally(() => {
    Reflect.deleteProperty(target, name);
    if (before !== undefined) Object.defineProperty(target, name, before);
  });
}

const attempt = async (action: (...input: unknown[]) => unknown, ...input: unknown[]): Promise<unknown> =>
  action(...input);

async function warmUp(file: string): Promise<void> {
  const { blocks } = await lend(globalThis, 'TextDecoder', LateDecoder, () =>
    lend(Promise, 'try', attempt, () => parseDocument(readFileSync(file), 'pdf')),
  );
  if (blocks.length === 0) throw new Error('The sample gave no text.');
}

void warmUp(process.argv.at(-1) ?? '');

startupSnapshot.setDeserializeMainFunction(() => {
  // What Node sets up at its start comes after the snapshot, and undoes this.
  silence();
  removeNetworkNames();
  inflateAtOnce();
  lockRealm();
  void answer();
});
