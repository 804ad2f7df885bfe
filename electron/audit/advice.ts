/** What to do about a log that holds by itself and is older or another than the keychain remembers. */
export const anchorAdvice =
  'If you put this state back from a backup yourself, run "cloister audit anchor" to go on from it. If not, copy the profile folder before anything else.';
