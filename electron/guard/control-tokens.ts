/**
 * Strings that tokenizers cut out of a finished prompt as control tokens, wherever they stand: a document that holds one
 * could otherwise end its turn and speak as the system. Shapes first, then the names that common model families use
 * without a shape of their own (Llama 2, Mistral, Gemma, Qwen, DeepSeek, Granite, GLM, EXAONE, StarCoder, T5, BERT).
 */
const angleNames = [
  '/?s|/?unk|/?pad|/?bos|/?eos|/?cls|/?sep|/?mask|/?eod|/?eot|/?sop|/?eop',
  '/?think|/?thinking|/?reasoning|/?answer|/?tool_calls?|/?tool_responses?|/?tools?|/?function_calls?|/?observation',
  '(?:start|end)_of_[a-z_]{1,20}|(?:bos|eos|pad|unk|sep|cls|mask)_token|/?image|/?video|/?audio',
  'unused_?[0-9]{1,5}|extra_id_[0-9]{1,4}|reserved[a-z_]{0,20}[0-9]{1,5}|0x[0-9a-f]{2}',
  'fim_[a-z]{1,10}|file_sep|repo_name|empty_output|(?:issue|jupyter|commit|pr)_[a-z_]{1,20}',
  '(?:begin|end)▁of▁[a-z▁]{1,20}',
];

const squareNames = [
  '/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK|MODEL_SETTINGS)',
  'IMG|IMG_BREAK|IMG_END|PREFIX|MIDDLE|SUFFIX|ARGS|CALL_ID|BEGIN_AUDIO|AUDIO',
  'CLS|SEP|MASK|PAD|UNK|BOS|EOS|gMASK|sMASK|UNUSED_TOKEN_[0-9]{1,4}|unused[0-9]{1,4}',
];

/** Text between the brackets of a shaped token: short, on one line, without brackets of its own. */
const inner = '[^<>|｜\\[\\]\\n]{1,64}';

const blank = '[^\\S\\n]{0,2}';

export const controlTokenPatterns: readonly RegExp[] = [
  // <|im_start|>, <｜User｜>, <|turn>, <turn|>
  new RegExp(`<${blank}[|｜]${inner}[|｜]?${blank}>|<${inner}[|｜]>`, 'gu'),
  // [|system|]
  new RegExp(`\\[[|｜]${inner}[|｜]\\]`, 'gu'),
  /<<\/?[A-Z]{2,16}>>/gu,
  new RegExp(`<(?:${angleNames.join('|')})>`, 'giu'),
  new RegExp(`\\[(?:${squareNames.join('|')})\\]`, 'gu'),
];
