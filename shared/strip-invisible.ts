/**
 * Characters that a person does not see and a model reads: zero-width and bidirectional controls, Unicode tags (which can
 * spell whole sentences), fillers, soft hyphens, control codes, interlinear and musical format characters.
 */
const neverSeen =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}]/gu;

/** Line ends that only some programs show as such. */
const oddLineEnds = /[\u0085\u2028\u2029]/gu;

/** The three flags that are spelled with tags (England, Scotland, Wales); every other use of tags hides text. */
const tags =
  /(\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f})|[\u{e0000}-\u{e0fff}]/gu;

/** U+E0100 to U+E01EF choose the form of an ideograph: one, directly after it. They lie within the block of the tags. */
const ideographic = /(?<=\p{Script=Han})[\u{e0100}-\u{e01ef}]/u;

/** Scripts whose spelling needs joiners (Unicode, chapter 9 on Arabic and 12 on Indic scripts). */
const joining =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Tibetan}\\p{Script=Myanmar}]';

const picture = '\\p{Extended_Pictographic}';
const pictureBefore = `(?<=${picture}(?:\\ufe0f|\\p{Emoji_Modifier})?)`;

/** What is kept stands in the first alternatives and is put back; what no script needs falls to the last. */
const joiners = new RegExp(
  `((?<=${joining})[\\u200c\\u200d](?=${joining})|${pictureBefore}\\u200d(?=${picture}))|[\\u200c\\u200d]`,
  'gu',
);

/** One selector after a picture, a keycap, or a letter of Mongolian or Phags-pa. Elsewhere runs of them carry bytes. */
const selectors = new RegExp(
  `((?<=${picture}|[0-9#*](?=\\ufe0f\\u20e3))[\\ufe0e\\ufe0f]|(?<=\\p{Script=Mongolian}(?<![\\u180b-\\u180f])|\\p{Script=Phags_Pa})[\\u180b-\\u180d\\u180f\\ufe00])|[\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f]`,
  'gu',
);

const keepFirst = (_all: string, kept: string | undefined): string => kept ?? '';

function stripTags(text: string): string {
  return text.replace(tags, (character, flag: string | undefined, at: number) => {
    if (flag !== undefined) return flag;
    const previous = text.slice(Math.max(0, at - 2), at);
    return ideographic.test(previous + character) ? character : '';
  });
}

/**
 * Text without characters that hide: what a model then reads is what a person sees. Joiners and selectors stay where a
 * script or an emoji needs them. Line ends become `\n` where they were odd. Lone surrogates become U+FFFD.
 */
export function stripInvisible(text: string): string {
  const plain = text.toWellFormed().replace(oddLineEnds, '\n').replace(neverSeen, '');
  return stripTags(plain).replace(selectors, keepFirst).replace(joiners, keepFirst);
}
