import { malformed } from '../gguf/problems.ts';
import type { GgufHeader } from '../gguf/types.ts';
import { limits } from './limits.ts';
import { checkJinja } from './templates/jinja.ts';

const prefix = 'tokenizer.chat_template';

/** The vocabulary's own lists have one length, and the special tokens are in it. */
function checkTokens({ values, arrays }: GgufHeader): void {
  const tokens = arrays.get('tokenizer.ggml.tokens')?.count;
  if (tokens === undefined) return;
  const types = arrays.get('tokenizer.ggml.token_type')?.count ?? tokens;
  if (types !== tokens) throw malformed('token_types');
  if ((arrays.get('tokenizer.ggml.scores')?.count ?? tokens) !== tokens) throw malformed('token_scores');
  for (const [key, given] of values) {
    if (!/^tokenizer\.ggml\..+_token_id$/.test(key)) continue;
    const value = typeof given === 'bigint' ? Number(given) : given;
    // Minus one, signed or not, is how writers say that there is none.
    const isNone = value === -1 || value === 0xffffffff;
    if (!isNone && (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= tokens))
      throw malformed('token_id');
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65536;

/** Layers without attention have no heads; they have a state instead. */
const hasState = ({ values }: GgufHeader, architecture: string): boolean =>
  ['ssm.', 'wkv.', 'shortconv.'].some((part) =>
    [...values.keys()].some((key) => key.startsWith(architecture + '.' + part)),
  );

/** Engines divide by these numbers (CVE-2024-8063 was such a division), and take a list's length for the number of layers. */
function checkHeads(header: GgufHeader): void {
  const { values, arrays } = header;
  const architecture = String(values.get('general.architecture'));
  const [heads, keyHeads] = ['head_count', 'head_count_kv'].map((name) => {
    const key = `${architecture}.attention.${name}`;
    const list = arrays.get(key);
    if (list !== undefined) {
      const isSound = list.count === values.get(`${architecture}.block_count`) && list.numbers?.every(isCount) === true;
      if (!isSound) throw malformed('heads');
      return undefined;
    }
    const value = values.get(key);
    if (value !== undefined && !isCount(value)) throw malformed('heads');
    return value;
  });
  if ((heads === 0 || keyHeads === 0) && !hasState(header, architecture)) throw malformed('heads');
  if (heads && keyHeads && heads % keyHeads !== 0) throw malformed('heads');
}

function checkSplit({ values }: GgufHeader): void {
  const count = values.get('split.count');
  if (count !== undefined && count !== 0 && count !== 1) throw malformed('split');
}

/** The chat template and its siblings (`tokenizer.chat_template.tool_use`): every text that the engine may run. */
function checkTemplates({ values }: GgufHeader): void {
  const keys = [...values.keys()].filter((key) => key === prefix || key.startsWith(`${prefix}.`));
  if (keys.length > limits.templates) throw malformed('template_length');
  for (const key of keys) {
    const template = values.get(key);
    if (typeof template !== 'string') throw malformed('template_syntax');
    checkJinja(template);
  }
}

/** What goes beyond the header's own arithmetic. Throws `unsupported_type` with the problem's code. */
export function checkHeader(header: GgufHeader): void {
  checkSplit(header);
  if (header.tensors.length === 0) throw malformed('no_tensors');
  checkHeads(header);
  checkTokens(header);
  checkTemplates(header);
}
