import type { GgufHeader } from './types.ts';

/** What sees the pictures of a model that takes pictures. Bytes. */
export interface Projector {
  readonly weightBytes: number;
  /** Buffers for one picture. */
  readonly graphBytes: number;
}

const floatBytes = 4;

/** A vision encoder works on all patches of a picture at once; its widest step is the feed-forward one (clip.cpp). */
export function projectorOf(header: GgufHeader): Projector {
  const read = (key: string): number => {
    const value = header.values.get(`clip.vision.${key}`);
    return typeof value === 'number' && value > 0 && value <= 65_536 ? value : 0;
  };
  const side = read('patch_size') === 0 ? 0 : Math.ceil(read('image_size') / read('patch_size'));
  const width = 2 * read('feed_forward_length') + 4 * read('embedding_length');
  return {
    weightBytes: header.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0),
    graphBytes: floatBytes * side ** 2 * width,
  };
}
