import type { CacheType } from '../../../shared/contract/types.ts';

/**
 * The engine hands its whole environment to its runners, and llama.cpp reads `LLAMA_ARG_*`, so nothing is inherited:
 * the environment is made here, and only these names of the person's own pass, checked by shape. They choose graphics
 * cards and cannot be guessed.
 */
const passed = [
  'CUDA_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'GGML_VK_VISIBLE_DEVICES',
  'HSA_OVERRIDE_GFX_VERSION',
] as const;

const deviceChoice = /^[\w.,:-]{1,128}$/;

/** Flash attention is what makes smaller kinds possible: without it llama.cpp refuses them for values. */
const cacheVariables = (cacheType: CacheType | undefined): Record<string, string> =>
  cacheType === undefined || cacheType === 'f16'
    ? {}
    : { OLLAMA_FLASH_ATTENTION: '1', OLLAMA_KV_CACHE_TYPE: cacheType };

/** Windows programs cannot open a socket without these two. */
const windows = ['SystemRoot', 'SystemDrive'] as const;

type Given = Readonly<Record<string, string | undefined>>;

function pick(given: Given, names: readonly string[], shape: RegExp): Record<string, string> {
  const entries = names.map((name) => [name, given[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => shape.test(entry[1] ?? '')));
}

interface EnginePlaces {
  readonly home: string;
  readonly temporary: string;
  readonly models: string;
  /** `127.0.0.1:0` lets the kernel choose, so nobody can take the port first. */
  readonly listen: string;
  /** How keys and values are kept; the engine's own way (half precision) unless said. */
  readonly cacheType?: CacheType | undefined;
}

export function engineEnvironment(
  places: EnginePlaces,
  given: Given = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  return {
    ...pick(given, passed, deviceChoice),
    ...(platform === 'win32'
      ? {
          ...pick(given, windows, /^[A-Za-z]:[\\\w ]{0,64}$/),
          USERPROFILE: places.home,
          TEMP: places.temporary,
          TMP: places.temporary,
        }
      : {}),
    HOME: places.home,
    TMPDIR: places.temporary,
    LANG: 'C.UTF-8',
    OLLAMA_HOST: places.listen,
    OLLAMA_MODELS: places.models,
    // Without it Ollama asks ollama.com at the start and every four hours.
    OLLAMA_NO_CLOUD: '1',
    // Only Cloister writes the store; pruning is a write.
    OLLAMA_NOPRUNE: '1',
    // Of a template beside the weights and one inside them the engine takes the one with more abilities. The one beside is shown.
    OLLAMA_GO_TEMPLATE: '1',
    ...cacheVariables(places.cacheType),
    // The fit counts the memory of one answer at a time.
    OLLAMA_NUM_PARALLEL: '1',
    // llama-server keeps up to 8 GiB of earlier prompts in memory, where the fit has not counted them.
    LLAMA_ARG_CACHE_RAM: '0',
    // Its page about running requests would show them to whoever reaches its port.
    LLAMA_ARG_ENDPOINT_SLOTS: '0',
  };
}
