/**
 * What pdf.js expects of the language and Node 24 does not have yet. Its build for older programs brings hundreds of
 * replacements more: they cost 20 ms in each process, and V8 cannot start from a snapshot that holds them.
 */
function provide(target: object, name: string, value: unknown): void {
  if (!Object.hasOwn(target, name)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

type AnyMap = Pick<Map<unknown, unknown>, 'has' | 'get' | 'set'>;

function getOrInsertComputed(this: AnyMap, key: unknown, make: (key: unknown) => unknown): unknown {
  if (!this.has(key)) this.set(key, make(key));
  return this.get(key);
}

function getOrInsert(this: AnyMap, key: unknown, value: unknown): unknown {
  if (!this.has(key)) this.set(key, value);
  return this.get(key);
}

/** Shewchuk's sum: the parts never overlap, so nothing is lost before the end. */
function sumPrecise(values: Iterable<number>): number {
  const parts: number[] = [];
  for (const value of values) {
    let [sum, kept] = [value, 0];
    for (const part of parts) {
      const [large, small] = Math.abs(sum) < Math.abs(part) ? [part, sum] : [sum, part];
      sum = large + small;
      const lost = small - (sum - large);
      if (lost !== 0) parts[kept++] = lost;
    }
    parts.length = kept;
    parts.push(sum);
  }
  return parts.reduceRight((sum, part) => sum + part, 0);
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

for (const prototype of [Map.prototype, WeakMap.prototype]) {
  provide(prototype, 'getOrInsert', getOrInsert);
  provide(prototype, 'getOrInsertComputed', getOrInsertComputed);
}
provide(Iterator.prototype, 'join', function (this: Iterable<unknown>, separator = ',') {
  return [...this].join(separator);
});
provide(Math, 'sumPrecise', sumPrecise);
provide(Uint8Array, 'fromBase64', (text: string) => Uint8Array.from(Buffer.from(text, 'base64')));
provide(Uint8Array.prototype, 'toBase64', function (this: Uint8Array) {
  return bufferOf(this).toString('base64');
});
provide(Uint8Array.prototype, 'toHex', function (this: Uint8Array) {
  return bufferOf(this).toString('hex');
});
