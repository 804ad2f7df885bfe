const reachable = 'textarea, input, button:not([disabled]), [tabindex="0"]';

const regionOf = (node: Element | null): Element | null => node?.closest('[data-region]') ?? null;

const isShown = (node: HTMLElement): boolean => node.getClientRects().length > 0;

/** What F6 gives the focus to: the region itself where it scrolls, else its first control that is not of a region inside it. */
function entryOf(region: HTMLElement): HTMLElement | null {
  const marked = region.querySelector<HTMLElement>('[data-region-entry]');
  if (marked !== null) return marked;
  if (region.tabIndex === 0) return region;
  const controls = [...region.querySelectorAll<HTMLElement>(reachable)];
  return controls.find((node) => regionOf(node) === region && node.tabIndex >= 0 && isShown(node)) ?? null;
}

/** Goes to the next or previous part of the window, in reading order and around its end. */
export function moveRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(isShown);
  const entries = regions
    .map((region) => ({ region, entry: entryOf(region) }))
    .filter((one): one is { region: HTMLElement; entry: HTMLElement } => one.entry !== null);
  if (entries.length === 0) return;
  const here = regionOf(document.activeElement);
  const now = entries.findIndex(({ region }) => region === here);
  const from = now < 0 && step < 0 ? 0 : now;
  entries[(from + step + entries.length) % entries.length]?.entry.focus();
}
