import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CloisterError } from '../../../shared/errors.ts';

/** One signed file: its path below the model's folder with slashes, and its SHA-256 in hex. */
export interface SignedFile {
  readonly name: string;
  readonly sha256: string;
}

const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://model_signing/signature/v1.0';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The in-toto statement of OpenSSF Model Signing 1.0, files hashed whole with SHA-256. Other properties are ignored, as it says. */
const schema = z.object({
  _type: z.literal(statementType),
  subject: z.tuple([z.object({ name: z.string().max(1024), digest: z.object({ sha256 }) })]),
  predicateType: z.literal(predicateType),
  predicate: z.object({
    serialization: z.object({ method: z.literal('files'), hash_type: z.literal('sha256') }),
    resources: z
      .array(z.object({ name: z.string().min(1).max(1024), algorithm: z.literal('sha256'), digest: sha256 }))
      .min(1)
      .max(4096),
  }),
});

export const badSignature = (what: string): CloisterError =>
  new CloisterError('model_changed', `The signature does not hold: ${what}. Nothing was installed.`, {
    detail: { problem: 'signature' },
  });

/** SHA-256 over the digests, in their order: it stands for the whole model in other documents. */
const rootDigest = (files: readonly SignedFile[]): string => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(Buffer.from(file.sha256, 'hex'));
  return hash.digest('hex');
};

/** The signed files of a statement. Throws when it is of another kind or does not agree with itself. */
export function parseStatement(payload: Uint8Array): readonly SignedFile[] {
  let parsed: z.infer<typeof schema>;
  try {
    parsed = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    throw badSignature('it is not a model signature of version 1.0 with SHA-256 of whole files');
  }
  const files = parsed.predicate.resources.map(({ name, digest }) => ({ name, sha256: digest }));
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw badSignature('it names a file twice');
  if (rootDigest(files) !== parsed.subject[0].digest.sha256) throw badSignature('it does not agree with itself');
  return files;
}

/** `ignored`: paths that are no part of what is signed, such as the signature itself. */
export function writeStatement(name: string, given: readonly SignedFile[], ignored: readonly string[]): Buffer {
  const files = given.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const statement = {
    _type: statementType,
    subject: [{ name, digest: { sha256: rootDigest(files) } }],
    predicateType,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: ignored },
      resources: files.map((file) => ({ name: file.name, algorithm: 'sha256', digest: file.sha256 })),
    },
  };
  return Buffer.from(JSON.stringify(statement));
}
