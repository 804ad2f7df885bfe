import { z } from 'zod';

/** How the engine keeps keys and values of a conversation: in half precision, or in fewer bits and a little less exact. */
export const cacheType = z.enum(['f16', 'q8_0', 'q4_0']);
