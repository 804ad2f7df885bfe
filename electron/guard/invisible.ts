/**
 * Characters that a person does not see and a model reads: the hiding places of instructions in documents.
 * Tag characters (U+E0000…) spell whole sentences; bidirectional controls change the order that is read; zero-width
 * characters split words so that no filter finds them. Source: Unicode UAX #9, UTS #39.
 */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const tags = /[\u{e0000}-\u{e007f}]/gu;
const supplementaryVariation = /[\u{e0100}-\u{e01ef}]/gu;
/** Soft hyphen, combining grapheme joiner, Hangul and Khmer fillers, Mongolian separators, zero-width space, word joiner, invisible operators, byte order mark, Braille blank. */
const alwaysHidden = /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0]/gu;
/** Control characters but tab and line ends. */
// eslint-disable-next-line no-control-regex -- exactly these are meant
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu;

/** Scripts that need the joiners to be written rightly. */
const joining = '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Tibetan}\\p{Script=Mongolian}';
/** Zero-width joiner and non-joiner, except after a letter of those scripts or between the parts of an emoji. */
const looseJoiner = new RegExp(
  `(?<![${joining}\\p{Mn}\\p{Mc}])\\u200c|(?<![${joining}\\p{Mn}\\p{Mc}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d`,
  'gu',
);
/** A variation selector means something after an emoji, a digit of a keycap or a CJK letter; elsewhere it carries hidden bits. */
const looseVariation = /(?<![\p{Extended_Pictographic}0-9#*\p{Script=Han}\p{Sm}\p{So}])[\ufe00-\ufe0f]/gu;

const passes = [bidirectional, tags, supplementaryVariation, alwaysHidden, controls, looseVariation, looseJoiner];

/** The text as a person sees it. Applying it again changes nothing more. */
export function stripInvisible(text: string): string {
  let visible = text;
  let before: string;
  // Taking one character away may leave another loose.
  do {
    before = visible;
    for (const pass of passes) visible = visible.replace(pass, '');
  } while (visible !== before);
  return visible;
}
