import { CloisterError } from '../../../shared/errors.ts';

/** Everything a bundle can be refused for: the code that tools read, and the end of a sentence for people. */
const problems = {
  bundle_header: 'one of its entries is damaged',
  bundle_kind: 'it holds a link, a device or something else that is no file',
  bundle_path: 'it holds a file that does not belong there',
  bundle_twice: 'it holds a file twice',
  bundle_count: 'it holds too many files',
  bundle_cut: 'its end is missing',
  bundle_trailing: 'something stands behind its end',
  bundle_missing: 'a part of the model is missing',
  bundle_extra: 'it holds a part that nothing in it names',
  bundle_index: 'its list of contents is not valid',
  bundle_content: 'a part of it is not what its name says',
} as const;

export type BundleProblem = keyof typeof problems;

export const notABundle = (problem: BundleProblem): CloisterError =>
  new CloisterError('unsupported_type', `This bundle cannot be used: ${problems[problem]}. Nothing was installed.`, {
    detail: { problem },
  });
