/** Bytes of an answer that are looked at; far more than the tokens allowed can make. */
const longest = 8_000;

/** What the model meant to say, without the thoughts that some write first. Thoughts that never end are no answer. */
export const withoutThoughts = (text: string): string =>
  text.slice(0, longest).replace(/<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/gi, '');

/** Lower case, one kind of apostrophe, dash and space, and without marks of emphasis. Lines stay, empty ones go. */
export const plainText = (text: string): string =>
  withoutThoughts(text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’ʼ´]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/[‐-―]/g, '-')
    .replace(/[*_#>]+/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();

/** Letters and digits alone. */
export const squashed = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
