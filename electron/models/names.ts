import { CloisterError } from '../../shared/errors.ts';

/** A model's full name; each part is safe as the name of a file. */
export interface ModelName {
  readonly host: string;
  readonly namespace: string;
  readonly model: string;
  readonly tag: string;
}

const defaultHost = 'registry.ollama.ai';
const defaultNamespace = 'library';
const defaultTag = 'latest';

/** Begins with a letter or digit and never ends in a dot: `.`, `..` and names that Windows trims cannot pass. */
const part = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?$/;
const host = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?$/;
/** Devices, not files, on Windows. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

const isPart = (text: string): boolean => part.test(text) && !reserved.test(text);

/** True when all four may become folders and a file. */
export const isSafeName = (name: ModelName): boolean =>
  host.test(name.host) && !reserved.test(name.host) && [name.namespace, name.model, name.tag].every(isPart);

function split(text: string): ModelName | null {
  const pieces = text.split('/');
  const last = pieces.pop() ?? '';
  const [model = '', tag = defaultTag, ...rest] = last.split(':');
  if (rest.length > 0 || pieces.length > 2) return null;
  const namespace = pieces.pop() ?? defaultNamespace;
  return { host: pieces.pop() ?? defaultHost, namespace, model, tag };
}

/** Reads `model`, `model:tag`, `namespace/model:tag` or `host/namespace/model:tag`; null when it is none of them. */
export function tryParseName(text: string): ModelName | null {
  const name = split(text);
  return name !== null && isSafeName(name) ? name : null;
}

export function parseName(text: string): ModelName {
  const name = tryParseName(text);
  if (name !== null) return name;
  throw new CloisterError(
    'bad_request',
    'That is not a model name. Write it as model, model:tag or namespace/model:tag.',
  );
}

/** The shortest spelling that reads back as the same name; the tag always stands. */
export function displayName(name: ModelName): string {
  const short = `${name.model}:${name.tag}`;
  if (name.host !== defaultHost) return `${name.host}/${name.namespace}/${short}`;
  return name.namespace === defaultNamespace ? short : `${name.namespace}/${short}`;
}
