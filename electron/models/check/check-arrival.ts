import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../store/files.ts';
import { mediaTypes, type Layer, type Manifest } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
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
 * Everything of a model that the engine parses, before it is promoted: weights, projectors, adapters, templates. A layer that is
 * not in `incoming` was checked when it came. Throws as `ModelChecker` does.
 */
export async function checkArrival(
  checker: ModelChecker,
  incoming: string,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<void> {
  for (const layer of manifest.layers) {
    try {
      await checkLayer(checker, layer, join(incoming, incomingName(layer.digest)), signal);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
  }
}
