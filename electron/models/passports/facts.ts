import { createHash } from 'node:crypto';
import type { LayerRole } from '../../../shared/contract/types.ts';
import type { Digest } from '../digests.ts';
import { weightFacts, type WeightFacts } from '../gguf/facts.ts';
import { readGgufHeader } from '../gguf/header.ts';
import type { GgufHeader } from '../gguf/types.ts';
import { openRegular, readRegular } from '../store/files.ts';
import { blobSegments } from '../store/layout.ts';
import { everyLayer, totalBytes, weightsOf, type Layer, type Manifest } from '../store/manifest.ts';
import { quantizationOf } from './quantization.ts';
import type { VersionFacts } from './types.ts';

const ollama = 'application/vnd.ollama.image.';

const roles: Readonly<Record<string, LayerRole>> = {
  [`${ollama}model`]: 'weights',
  [`${ollama}template`]: 'template',
  [`${ollama}system`]: 'system',
  [`${ollama}params`]: 'parameters',
  [`${ollama}license`]: 'licence',
  [`${ollama}projector`]: 'projector',
  [`${ollama}adapter`]: 'adapter',
};

export const roleOf = (layer: Layer, manifest: Manifest): LayerRole =>
  layer.digest === manifest.config.digest ? 'config' : (roles[layer.mediaType] ?? 'other');

/** Bytes that are read of a text layer, and kept of it. The longest licences have some 30 kB. */
const textBytes = 256 * 1024;

type Place = (digest: Digest) => string;

async function readText(layer: Layer | undefined, place: Place): Promise<string | null> {
  if (layer === undefined || layer.size > textBytes) return null;
  const bytes = await readRegular(place(layer.digest), blobSegments(layer.digest), textBytes).catch(() => null);
  return bytes?.toString('utf8') ?? null;
}

/** The weights' header and what follows from it; null where it does not hold, for such a model can be shown and never run. */
async function readHeader(
  manifest: Manifest,
  place: Place,
): Promise<{ header: GgufHeader; facts: WeightFacts } | null> {
  const { digest } = weightsOf(manifest);
  const file = await openRegular(place(digest), blobSegments(digest)).catch(() => null);
  if (file === null) return null;
  try {
    const header = await readGgufHeader(file);
    return { header, facts: weightFacts(header) };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

const textOf = (header: GgufHeader | undefined, key: string): string | null => {
  const value = header?.values.get(key);
  return typeof value === 'string' && value.length <= textBytes ? value : null;
};

/** The one that the engine uses: the layer's where there is one, else the one in the weights. */
function templateOf(layer: Layer | undefined, text: string | null, inWeights: string | null): VersionFacts['template'] {
  if (layer !== undefined) return { sha256: layer.digest.slice('sha256:'.length), text: text ?? '' };
  if (inWeights === null) return null;
  return { sha256: createHash('sha256').update(inWeights).digest('hex'), text: inWeights };
}

/** A licence text's own first line names it. */
const firstLine = (text: string | null): string | null =>
  text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '')
    ?.slice(0, 120) ?? null;

/** Reads what a version says of itself. Claims of its author, each of them; the layers' hashes alone are facts. */
export async function readVersionFacts(manifest: Manifest, place: Place): Promise<VersionFacts> {
  const layers = everyLayer(manifest).map((layer) => ({ layer, role: roleOf(layer, manifest) }));
  const first = (role: LayerRole): Layer | undefined => layers.find((each) => each.role === role)?.layer;
  const read = await readHeader(manifest, place);
  const licence = await readText(first('licence'), place);
  const template = await readText(first('template'), place);
  return {
    size: totalBytes(manifest),
    kind: read?.facts.kind ?? 'chat',
    licence: { name: textOf(read?.header, 'general.license') ?? firstLine(licence), text: licence },
    architecture: read?.facts.architecture ?? null,
    parameters: read?.facts.parameters ?? null,
    quantization: read === null ? null : quantizationOf(read.header),
    context: read === null || read.facts.context === 0 ? null : read.facts.context,
    template: templateOf(first('template'), template, textOf(read?.header, 'tokenizer.chat_template')),
    layers: layers.map(({ layer, role }) => ({
      role,
      mediaType: layer.mediaType,
      digest: layer.digest,
      size: layer.size,
    })),
  };
}
