/**
 * May a frame go to an address? The page is one document: its own root (with any fragment) may load and load again,
 * nothing else. Links of documents and answers lead nowhere.
 */
export function decideNavigation(to: string, origin: string): 'allow' | 'deny' {
  return to === `${origin}/` || to.startsWith(`${origin}/#`) ? 'allow' : 'deny';
}
