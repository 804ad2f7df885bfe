import canonicalize from 'canonicalize';

/**
 * RFC 8785 canonical JSON. `undefined` has no place in JSON and would vanish without a word, so it is refused first. Lone
 * surrogates, which have none in UTF-8, become U+FFFD: whatever a person typed, their request must be recordable.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(wellFormed(value));
  if (text === undefined) throw new TypeError('This value has no JSON.');
  return text;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === undefined) throw new TypeError('undefined has no JSON.');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toWellFormed(), wellFormed(each)]));
}
