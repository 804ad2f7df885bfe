/**
 * Control tokens of chat templates. A tokenizer cuts every one of these strings out of the rendered prompt, wherever it
 * stands, and makes it a real control token: text of a document could open a turn of its own. The engine does not tell text
 * from markup, so the strings themselves must not reach it.
 */

/** `<|im_start|>`, `<|eot_id|>`, `<|begin_of_text|>`, and DeepSeek's full-width spelling `<｜User｜>`. */
const barred = /<\s*[|｜][^<>|｜\n]{0,64}[|｜]\s*>/gu;

/** `[INST]`, `[/INST]`, `[TOOL_CALLS]`, `[SYSTEM_PROMPT]`, `<<SYS>>`. */
const bracketed = /\[\/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS?|TOOL_RESULTS|AVAILABLE_TOOLS|ARGS|IMG|THINK)\]|<<\/?SYS>>/giu;

/** `<start_of_turn>`, `<s>`, `</s>`, `<bos>`, `<think>`, `<tool_call>`, `<unused12>`, `<0x0A>`. */
const angled =
  /<\/?(?:s|bos|eos|pad|unk|mask|think|thinking|tool_call|tool_response|tools|start_of_turn|end_of_turn|start_of_image|end_of_image|unused\d{1,4}|reserved_\d{1,4}|extra_id_\d{1,4}|0x[0-9a-f]{2})>/giu;

const shapes = [barred, bracketed, angled];

/** Look-alikes that no vocabulary holds: a person still reads the text, a tokenizer finds no token in it. */
const lookAlike: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '[': '⟦', ']': '⟧', '|': '¦', '｜': '¦' };

const defuse = (token: string): string => token.replace(/[<>[\]|｜]/gu, (character) => lookAlike[character] ?? character);

/** A token that holds none of the brackets is broken after its first character by a space. */
function defuseAny(token: string): string {
  const defused = defuse(token);
  return defused === token ? `${token.slice(0, 1)} ${token.slice(1)}` : defused;
}

/**
 * Makes every known control token in a text harmless and keeps it readable. `tokens`: the control tokens of the model's own
 * vocabulary, beside the known shapes. Applying it again changes nothing more. Offsets are not kept: citations are checked
 * against the original text.
 */
export function neutraliseControlTokens(text: string, tokens: readonly string[] = []): string {
  let safe = text;
  for (const shape of shapes) safe = safe.replace(shape, defuse);
  for (const token of tokens) if (token.length > 1) safe = safe.replaceAll(token, defuseAny);
  return safe;
}
