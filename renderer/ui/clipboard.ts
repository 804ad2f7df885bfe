/**
 * Copies text. The asynchronous clipboard needs a permission, and this page has none; a `copy` event carries whatever its
 * listener puts into it. Neither the focus nor the selection moves, so that it works inside a dialog too.
 */
export function copyText(text: string): boolean {
  let put = false;
  const ending = new AbortController();
  const on = { capture: true, signal: ending.signal };
  // Without a selection there is nothing to copy, unless somebody says that there is.
  document.addEventListener('beforecopy', (event) => event.preventDefault(), on);
  document.addEventListener(
    'copy',
    (event) => {
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      event.stopImmediatePropagation();
      put = event.clipboardData !== null;
    },
    on,
  );
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above: the only way without a permission.
  const done = document.execCommand('copy');
  ending.abort();
  return done && put;
}
