/** Objects that are assigned to under names of these: `error.name = …`. Their values stay writable; nothing can be added. */
const inherited: ReadonlySet<unknown> = new Set(
  [Object, Function, Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].flatMap((each) => [each, each.prototype]), // prettier-ignore
);

/** Everything that is reachable from the names of the language: what all code of this process shares without asking. */
function sharedObjects(): readonly object[] {
  const found = new Set<object>();
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (found.has(value) || ArrayBuffer.isView(value) || value === globalThis) return;
    found.add(value);
    visit(Object.getPrototypeOf(value));
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value)))
      Object.values(property).forEach(visit);
  };
  [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Date, RegExp, Promise, Map, Set, WeakMap, WeakSet, WeakRef, Error, AggregateError, ArrayBuffer, DataView, Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, Math, JSON, Reflect, Proxy, Intl, Iterator, Buffer].forEach(visit); // prettier-ignore
  // These have no name of their own.
  visit(Object.getPrototypeOf(Uint8Array));
  visit(Object.getPrototypeOf(async () => undefined));
  visit(Object.getPrototypeOf([][Symbol.iterator]()));
  return [...found];
}

const shared = sharedObjects();

/** No document can change what the next one’s reader is made of: a prototype, a method, a function of the language. */
export function lockRealm(): void {
  for (const each of shared) {
    if (inherited.has(each)) Object.seal(each);
    else Object.freeze(each);
  }
}
