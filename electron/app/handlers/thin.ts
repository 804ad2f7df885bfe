/** Milliseconds between two pieces of news: more than a person can read, less than a page can draw. */
const pause = 100;

/** Lets news of something that goes on through at most ten times a second. */
export function thinned<News>(tell: (news: News) => void, now: () => number = () => performance.now()) {
  let last = -Infinity;
  return (news: News): void => {
    if (now() - last < pause) return;
    last = now();
    tell(news);
  };
}
