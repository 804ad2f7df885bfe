import { describe, expect, it } from 'vitest';
import { problemNames } from '../../../electron/models/gguf/problems.ts';
import { describeDownloadError } from '../../../renderer/i18n/index.ts';

describe('a model that was refused', () => {
  it.each([
    ['template_import', /chat template/],
    ['template_loop', /chat template/],
    ['tensor_end', /where its weights are/],
    ['token_id', /vocabulary/],
    ['split', /several files/],
    ['bundle_trailing', /bundle/],
    ['signature', /signature does not hold/],
    ['not_gguf', /not a GGUF/],
  ])('for %s says why', (problem, words) =>
    expect(describeDownloadError('unsupported_type', problem).sentence).toMatch(words),
  );

  it('says something of every problem, and of one that it does not know', () => {
    for (const problem of [...problemNames, 'news', undefined])
      expect(describeDownloadError('unsupported_type', problem).sentence.length).toBeGreaterThan(10);
  });
});
