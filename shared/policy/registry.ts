import { z } from 'zod';
import { cacheType } from '../contract/cache-type.ts';

type CacheType = z.infer<typeof cacheType>;

/** One value that an administrator may set. `strictest` holds when the policy file is damaged. */
export interface PolicyEntry<Value> {
  readonly schema: z.ZodType<Value>;
  readonly usual: Value;
  readonly strictest: Value;
  /** For `policy show` and the generated templates. */
  readonly description: string;
}

const entry = <Value>(definition: PolicyEntry<Value>): PolicyEntry<Value> => definition;

const host = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/, 'a host, with a port if it is not the usual one');
const absolutePath = z
  .string()
  .max(4096)
  .regex(/^(?:\/|[A-Za-z]:[\\/])[^\0]*$/, 'an absolute path');

/** A host for all that it offers, or `host/namespace`. */
export const listedRegistry = z
  .string()
  .max(340)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/);

/** Whom a model may come from. At least one of the two, or the name would list nobody. */
const publisher = z
  .strictObject({
    name: z.string().min(1).max(120),
    registry: listedRegistry.optional(),
    /** SHA-256 of the public key, hex. */
    key: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  })
  .refine(({ registry, key }) => registry !== undefined || key !== undefined, 'a registry or a key');

export type Publisher = z.infer<typeof publisher>;

/** Every managed value, in one place. Names are stable: they stand in the files of administrators. */
export const policyRegistry = {
  'engine.path': entry<string | null>({
    schema: absolutePath.nullable(),
    usual: null,
    strictest: null,
    description: 'The engine to run, and no other. Null: the person approves the one that is found.',
  }),
  'engine.sha256': entry<string | null>({
    schema: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    usual: null,
    strictest: null,
    description: 'SHA-256 of the engine at engine.path. Null: its path is enough.',
  }),
  'engine.allowPortFallback': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May the engine run on a loopback port where this system refuses it a network namespace of its own?',
  }),
  'vault.idleLock': entry<'5' | '15' | '60' | null>({
    schema: z.enum(['5', '15', '60']).nullable(),
    usual: null,
    strictest: '5',
    description: 'Minutes without input after which the window locks at the latest. Null: the person decides.',
  }),
  'parser.requireNamespace': entry<boolean>({
    schema: z.boolean(),
    usual: false,
    strictest: true,
    description:
      'Must documents be read in a namespace of their own? Where this system refuses one, none is read then.',
  }),
  'parser.isolation': entry<'run' | 'file'>({
    schema: z.enum(['run', 'file']),
    usual: 'run',
    strictest: 'file',
    description:
      'May the files of one run into one collection be read one after the other in the same sandbox, or each in one of its own? The second is slower.',
  }),
  'models.verification': entry<'always' | 'when-changed'>({
    schema: z.enum(['always', 'when-changed']),
    usual: 'always',
    strictest: 'always',
    description:
      'Hash every layer whenever the engine loads a model, or only once after each start and whenever a file changed.',
  }),
  'models.approval': entry<'self' | 'required'>({
    schema: z.enum(['self', 'required']),
    usual: 'self',
    strictest: 'required',
    description:
      'May the person who brings a model approve it (a new one of a listed publisher by the asking itself), or must a model admin?',
  }),
  'models.evaluation': entry<'advised' | 'required'>({
    schema: z.enum(['advised', 'required']),
    usual: 'advised',
    strictest: 'required',
    description:
      'May a model that writes answers be approved without having been tried with the set of prompts, or only afterwards?',
  }),
  'models.publishers': entry<readonly Publisher[]>({
    schema: z.array(publisher).max(256).readonly(),
    usual: [{ name: 'Ollama library', registry: 'registry.ollama.ai/library' }],
    strictest: [],
    description:
      'Publishers whose new models need no second look: a registry with its namespace, or the SHA-256 of the public key that signs.',
  }),
  'models.publishersKey': entry<string | null>({
    schema: z
      .string()
      .regex(/^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/, 'an Ed25519 public key (SubjectPublicKeyInfo, DER, base64)')
      .nullable(),
    usual: null,
    strictest: null,
    description:
      'Ed25519 public key (DER, base64) that signs publishers.json beside this file. Its publishers then count, with those that models.publishers sets here, and no others.',
  }),
  'models.allowProcessor': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May models run on the processor where no graphics card holds them? Answers are slower then.',
  }),
  'models.allowSplit': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May models lie in part on a graphics card and in part in memory? Answers are slower then.',
  }),
  'models.longestContext': entry<number>({
    schema: z.number().int().min(512).max(1_048_576),
    usual: 8192,
    strictest: 4096,
    description:
      'Tokens of a conversation and its passages at most. More needs more memory, and longer until the first word.',
  }),
  'models.cacheType': entry<CacheType | null>({
    schema: cacheType.nullable(),
    usual: null,
    strictest: 'f16',
    description:
      'How the engine keeps the context of a conversation: f16 (exact), q8_0 (half the memory) or q4_0 (a quarter). Null: the person decides.',
  }),
  'models.registryHosts': entry<readonly string[]>({
    schema: z.array(host).max(64).readonly(),
    // The second is where Ollama's registry redirects for the layers themselves.
    usual: ['registry.ollama.ai', 'dd20bb891979d25aebc8bec07b2b3bbc.r2.cloudflarestorage.com'],
    strictest: [],
    description: 'Hosts that model downloads may reach, redirects included.',
  }),
  'models.allowPull': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May people download models?',
  }),
  'models.allowOtherRegistries': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May a person name a registry that is not in the list, for one download?',
  }),
  'gateway.allow': entry<boolean>({
    schema: z.boolean(),
    usual: true,
    strictest: false,
    description: 'May a person open the door for other programs on this computer (HTTP on loopback, a token for each)?',
  }),
  'gateway.origins': entry<readonly string[]>({
    schema: z
      .array(
        z
          .string()
          .max(300)
          .regex(/^(?:https?|[a-z][a-z0-9+.-]*):\/\/[a-z0-9.-]+(?::[0-9]{1,5})?$/, 'an origin, as a browser sends it'),
      )
      .max(32)
      .readonly(),
    usual: [],
    strictest: [],
    description: 'Origins of web pages that may ask at the door for other programs. Usually none.',
  }),
} as const;

export type PolicyKey = keyof typeof policyRegistry;
export type PolicyValue<Key extends PolicyKey> = (typeof policyRegistry)[Key]['usual'];
export type PolicyValues = { readonly [Key in PolicyKey]: PolicyValue<Key> };

export const policyKeys = Object.keys(policyRegistry) as readonly PolicyKey[];

const shape = Object.fromEntries(policyKeys.map((key) => [key, policyRegistry[key].schema.optional()]));

/** The file: `{"version": 1, "policy": {…}}`. An unknown name is an error, for a misspelt rule protects nobody. */
export const policyFile = z.strictObject({ version: z.literal(1), policy: z.strictObject(shape) });
