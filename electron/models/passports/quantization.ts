import type { GgufHeader } from '../gguf/types.ts';

/** `general.file_type` (llama.cpp, enum llama_ftype); numbers that were never given out are left out. */
const fileTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
  36: 'TQ1_0',
  37: 'TQ2_0',
  38: 'MXFP4_MOE',
};

/** The type that most of the weights have, in upper case as the field writes it. */
function mostOf(header: GgufHeader): string | null {
  const bytes = new Map<string, number>();
  for (const tensor of header.tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes);
  const [most] = [...bytes].sort((left, right) => right[1] - left[1]);
  return most?.[0].toUpperCase() ?? null;
}

/** What the file says of itself, else what its tensors are. */
export function quantizationOf(header: GgufHeader): string | null {
  const said = header.values.get('general.file_type');
  return (typeof said === 'number' ? fileTypes[said] : undefined) ?? mostOf(header);
}
