import type { CheckedWeights } from '../check/types.ts';
import { arriveText, type ArrivedLayer } from '../store/arrive.ts';
import { mediaTypes, type Layer } from '../store/manifest.ts';
import type { Arrived } from '../store/promote.ts';

const layerOf = (mediaType: string, { digest, size }: ArrivedLayer): Layer => ({ mediaType, digest, size });

/** As Ollama writes them: 7.6B, 116.29K. */
function shortNumber(value: number): string {
  const units = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']] as const; // prettier-ignore
  const unit = units.find(([size]) => value >= size);
  if (unit === undefined) return String(value);
  const [size, letter] = unit;
  return `${Number((value / size).toFixed(value / size < 10 && size >= 1e9 ? 1 : size >= 1e9 ? 1 : 2))}${letter}`;
}

const configuration = (weights: CheckedWeights, layers: readonly Layer[]): string =>
  JSON.stringify({
    model_format: 'gguf',
    model_family: weights.architecture,
    model_families: [weights.architecture],
    model_type: shortNumber(weights.parameters),
    file_type: weights.quantization ?? 'unknown',
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });

/**
 * The manifest around a GGUF file that lies in `incoming`, as the engine expects it. No template layer: the engine then runs the
 * chat template of the file itself (docs/decisions/models-bundle.md).
 */
export async function manifestAround(
  incoming: string,
  arrived: ArrivedLayer,
  weights: CheckedWeights,
): Promise<{ manifest: Buffer; arrived: readonly Arrived[] }> {
  const terms = weights.licence === null ? null : await arriveText(incoming, `${weights.licence}\n`);
  const layers = [layerOf(mediaTypes.model, arrived), ...(terms === null ? [] : [layerOf(mediaTypes.licence, terms)])];
  const config = await arriveText(incoming, configuration(weights, layers));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.docker,
    config: layerOf(mediaTypes.config, config),
    layers,
  };
  return {
    manifest: Buffer.from(JSON.stringify(manifest)),
    arrived: [arrived, ...(terms === null ? [] : [terms]), config],
  };
}
