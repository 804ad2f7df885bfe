/**
 * Below this an Ollama is refused: until then a manifest that named a digest twice was not checked at all
 * (ollama#15504), and each older release lacks the fixes listed here.
 */
export const lowestVersion = '0.32.10';

/** What a version lacks; `in` is the first release that has the fix. */
const fixes: readonly { readonly in: string; readonly what: string }[] = [
  { in: '0.1.29', what: 'CVE-2024-28224' },
  { in: '0.14.3', what: 'CVE-2025-51471' },
  { in: '0.17.1', what: 'CVE-2026-7482' },
  { in: '0.18.2', what: 'CVE-2026-5530' },
  { in: '0.31.2', what: 'ollama#17062' },
  { in: lowestVersion, what: 'ollama#15504' },
];

/** Out of what `ollama --version` says: `ollama version is 0.32.15`, or `client version is …` when none is running. */
export function parseVersion(output: string): string | null {
  return /\bversion is v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(output)?.[1] ?? null;
}

/** Negative when `left` is older. A pre-release (`1.2.3-rc1`) is older than its release. */
export function compareVersions(left: string, right: string): number {
  const [leftRelease = '', leftPre] = left.split('-', 2);
  const [rightRelease = '', rightPre] = right.split('-', 2);
  const leftParts = leftRelease.split('.').map(Number);
  const rightParts = rightRelease.split('.').map(Number);
  for (let index = 0; index < 3; index++) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(rightPre !== undefined) - Number(leftPre !== undefined);
}

export const isTooOld = (version: string): boolean => compareVersions(version, lowestVersion) < 0;

/** The known holes of a version, for the sentence that refuses it. */
export function missingFixes(version: string): string[] {
  return fixes.filter((fix) => compareVersions(version, fix.in) < 0).map((fix) => fix.what);
}
