import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobSegments, under } from '../store/layout.ts';
import { mediaTypes, type Layer, type Manifest } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
import type { ModelStore } from '../types.ts';
import type { ModelChecker } from './create-checker.ts';
import { malformed } from '../gguf/problems.ts';
import { limits } from './limits.ts';

const part = (name: string): string => `application/vnd.ollama.image.${name}`;
const ggufParts: ReadonlySet<string> = new Set([part('projector'), part('adapter')]);
/** The engine takes both for its own templates. */
const templates: ReadonlySet<string> = new Set([part('template'), part('prompt')]);

async function checkTemplate(checker: ModelChecker, path: string, signal?: AbortSignal): Promise<void> {
  const { size } = await stat(path);
  if (size > 4 * limits.templateLength) throw malformed('template_length');
  await checker.checkTemplate(await readFile(path), signal);
}

async function checkLayer(checker: ModelChecker, layer: Layer, path: string, signal?: AbortSignal): Promise<void> {
  if (layer.mediaType === mediaTypes.model) await checker.checkWeights(path, signal);
  else if (ggufParts.has(layer.mediaType)) await checker.checkPart(path, signal);
  else if (templates.has(layer.mediaType)) await checkTemplate(checker, path, signal);
}

/**
 * Everything of a model that the engine parses, before it is promoted: weights, projectors, adapters, templates. Also what the store
 * has already: it may have come as another kind of layer, which nobody parses. Throws as `ModelChecker` does.
 */
export async function checkArrival(
  checker: ModelChecker,
  { incoming, place }: Pick<ModelStore, 'incoming' | 'place'>,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<void> {
  for (const layer of manifest.layers) {
    const arrived = join(incoming, incomingName(layer.digest));
    const held = under(place(layer.digest), blobSegments(layer.digest));
    await checkLayer(checker, layer, existsSync(arrived) ? arrived : held, signal);
  }
}
