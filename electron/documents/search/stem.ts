/**
 * A light English stemmer for comparing a question with a sentence (S-stemmer and common endings, after Harman 1991). The
 * index has its own, Porter's; the two need not agree.
 */
export function stem(word: string): string {
  if (word.length <= 3 || /\p{N}/u.test(word)) return word;
  for (const [ending, replacement] of endings) {
    if (word.endsWith(ending) && word.length - ending.length + replacement.length >= 3) {
      return undouble(word.slice(0, word.length - ending.length) + replacement);
    }
  }
  return undouble(word);
}

const endings: readonly (readonly [string, string])[] = [
  ['ations', 'ate'],
  ['ation', 'ate'],
  ['iness', 'y'],
  ['ments', ''],
  ['ment', ''],
  ['ness', ''],
  ['ies', 'y'],
  ['ied', 'y'],
  ['ings', ''],
  ['ing', ''],
  ['sses', 'ss'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['xes', 'x'],
  ['ers', 'er'],
  ['ed', ''],
  ['ly', ''],
  ['es', 'e'],
  ['ss', 'ss'],
  ['us', 'us'],
  ['is', 'is'],
  ['s', ''],
];

/** "planned" and "planning" lose one n, and every silent e goes: "care", "caring" and "cares" meet in "car". */
function undouble(word: string): string {
  const single = /([bdgmnprt])\1$/u.test(word) ? word.slice(0, -1) : word;
  return single.length > 3 && single.endsWith('e') ? single.slice(0, -1) : single;
}
