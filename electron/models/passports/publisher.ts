import type { ModelPublisher, ModelSource } from '../../../shared/contract/types.ts';
import type { PolicyValues, Publisher } from '../../../shared/policy/registry.ts';
import type { ModelName } from '../names.ts';

type Publishers = readonly Publisher[];

/** `https://host[:port]`, `host[:port]` or anything else that stands before a path. */
const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').split('/')[0] ?? address;

/** `registry`: a host, for every namespace there, or `host/namespace`. */
const isListedRegistry = (registry: string | undefined, published: string): boolean =>
  registry !== undefined && (registry === published || published.startsWith(`${registry}/`));

/**
 * Who a model comes from, as far as it can be known: the registry that was really asked with the namespace there, or the key that
 * signed it. A name says nothing by itself: whoever runs a registry chooses the names in it.
 */
export function publisherOf(
  source: Pick<ModelSource, 'kind' | 'address'>,
  name: Pick<ModelName, 'namespace'>,
  signature: ModelPublisher['signature'],
  publishers: Publishers,
): ModelPublisher {
  if (signature !== null) {
    const signer = publishers.find((each) => each.key === signature.key);
    return { name: signer?.name ?? null, listed: signature.ok && signer !== undefined, signature };
  }
  if (source.kind !== 'registry' || source.address === null) return { name: null, listed: false, signature: null };
  const published = `${hostOf(source.address)}/${name.namespace}`;
  return {
    name: published,
    listed: publishers.some((each) => isListedRegistry(each.registry, published)),
    signature: null,
  };
}

interface Known {
  /** Another version of this name is or was here. */
  readonly isKnownName: boolean;
  /** Exactly this version was approved under this name before. */
  readonly wasApproved: boolean;
  readonly bySetUp: boolean;
}

/** Why a model that arrived waits for a person's word, or null: then the asking itself approves it. */
export function whyItWaits(
  approval: PolicyValues['models.approval'],
  source: Pick<ModelSource, 'kind'>,
  publisher: ModelPublisher,
  { isKnownName, wasApproved, bySetUp }: Known,
): string | null {
  if (approval === 'required') return 'Your organisation wants each model approved by a model admin.';
  if (publisher.signature !== null && !publisher.signature.ok) return 'Its signature does not hold.';
  if (wasApproved || (bySetUp && !isKnownName)) return null;
  if (source.kind === 'file') return 'It was imported from a file; nobody vouches for where it comes from.';
  if (source.kind === 'found') return 'It was found in the models folder; nobody says who put it there.';
  if (!publisher.listed) return `${publisher.name ?? 'Its publisher'} is not in the list of publishers.`;
  if (isKnownName && source.kind !== 'bundle') return 'It is a new version of a model that is known under this name.';
  return null;
}
