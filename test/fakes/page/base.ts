/** Made-up data for the scripted bridge. Times are counted back from now, so that groups by time are all filled. */
export const minute = 60_000;
export const day = 24 * 60 * minute;
export const before = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
export const hash = (seed: string): string => {
  let text = '';
  for (let at = 0; text.length < 64; at += 1)
    text += ((seed.charCodeAt(at % seed.length) * 31 + at * 17) % 256).toString(16).padStart(2, '0');
  return text.slice(0, 64);
};
