/** Numbers and times for people. Units are always written; sizes are decimal, as disks and memory are sold. */

const locale = 'en-GB';
const whole = new Intl.NumberFormat(locale);
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

export const number = (value: number): string => whole.format(value);

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** `5.6 GB`. One digit after the point from a megabyte on. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit < 2 || size >= 100 ? whole.format(Math.round(size)) : oneDigit.format(size);
  return `${digits} ${units[unit] ?? 'B'}`;
}

/**
 * `5.6 of 8.0 GB`: both in the unit of the larger, one digit each, so that they can be compared at a glance. What would be
 * nothing in that unit keeps its own: `46 MB of 8 GB`.
 */
export function bytesOf(part: number, all: number): string {
  const unit = all >= 1e9 ? { name: 'GB', bytes: 1e9 } : { name: 'MB', bytes: 1e6 };
  if (part < unit.bytes / 10) return `${bytes(part)} of ${bytes(all)}`;
  return `${(part / unit.bytes).toFixed(1)} of ${(all / unit.bytes).toFixed(1)} ${unit.name}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${oneDigit.format(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `3 s`, `12 min`, `2 h 5 min`: as exact as a guess may be. */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function tokensPerSecond(tokens: number, milliseconds: number): string {
  return milliseconds <= 0 ? '–' : `${whole.format(Math.round((tokens * 1000) / milliseconds))} tokens/s`;
}

/** `16k`, `512`: context lengths as people say them. */
export const context = (tokens: number): string => (tokens >= 1000 ? `${Math.round(tokens / 1024)}k` : number(tokens));

/** `2 minutes ago`, then the time of day, then the date. */
export function ago(iso: string, now = Date.now()): string {
  const then = Date.parse(iso);
  const minutes = Math.round((now - then) / 60_000);
  if (Number.isNaN(then)) return iso;
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${count(minutes, 'minute')} ago`;
  if (minutes < 24 * 60) return `${dayWord(then, now)}, ${clock.format(then)}`;
  return day.format(then);
}

const dayWord = (then: number, now: number): string =>
  new Date(then).toDateString() === new Date(now).toDateString() ? 'today' : 'yesterday';

export const exactTime = (iso: string): string => {
  const then = Date.parse(iso);
  return Number.isNaN(then) ? iso : exact.format(then);
};

/** `a3de86cd…b1f4`: enough to compare by eye; the whole is copied. */
export function shortHash(hash: string): string {
  const hex = hash.replace(/^sha256:/, '');
  return hex.length <= 16 ? hex : `${hex.slice(0, 8)}…${hex.slice(-4)}`;
}
