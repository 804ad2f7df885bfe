import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { checkDiskSpace } from '../../../electron/models/store/disk-space.ts';

it('a disk without room is told with what needs it, in units that leave no zero', async () => {
  await expect(checkDiskSpace(tmpdir(), 5e15)).rejects.toMatchObject({
    code: 'disk_full',
    message: expect.stringMatching(
      /^The model needs 5000000\.0 GB, 537 MB must stay free for everything else, and .+ (?:MB|GB) are free\. Free some space and try again\.$/,
    ) as string,
    detail: { needs: 5e15 },
  });
});
