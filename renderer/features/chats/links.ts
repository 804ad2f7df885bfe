/**
 * What a link in an answer shows. Links are never opened: the words of an answer come from a model that has read other
 * people's documents. The person sees the whole target and can copy it.
 */
export interface ShownLink {
  /** Shown beside the words; null when the words are the target already. */
  readonly target: string | null;
  /** Nothing to copy: a place in the text itself, or no address at all. */
  readonly copyable: boolean;
}

const bare = (address: string): string => address.replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '');

export function showLink(words: string, href: string): ShownLink {
  const target = withoutInvisible(href);
  if (target === '' || target.startsWith('#')) return { target: null, copyable: false };
  const same = bare(words.trim()) === bare(target);
  return { target: same ? null : target, copyable: true };
}

/** Direction marks and control characters could make one address look like another. */
export const withoutInvisible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
