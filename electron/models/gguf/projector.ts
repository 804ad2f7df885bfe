import type { GgufHeader } from './types.ts';

/** What sees the pictures of a model that takes pictures. Bytes. */
export interface Projector {
  readonly weightBytes: number;
  /** Buffers for one picture. */
  readonly graphBytes: number;
}

const floatBytes = 4;
const colours = 3;

/**
 * A vision encoder works on all patches of a picture at once, and one place more. Beside the picture itself its widest step is the
 * feed-forward one or that after attention; found by loading encoders of ten shapes, of which it is too little for none.
 */
export function projectorOf(header: GgufHeader): Projector {
  const read = (key: string): number => {
    const value = header.values.get(`clip.vision.${key}`);
    return typeof value === 'number' && value > 0 && value <= 65_536 ? value : 0;
  };
  const side = read('patch_size') === 0 ? 0 : Math.ceil(read('image_size') / read('patch_size'));
  const width = read('feed_forward_length') + 4 * read('embedding_length');
  return {
    weightBytes: header.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0),
    graphBytes: side === 0 ? 0 : floatBytes * (colours * read('image_size') ** 2 + (side ** 2 + 1) * width),
  };
}
