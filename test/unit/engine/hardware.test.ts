import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCage, checkEngine, checkHardware } from '../../../electron/engine/checks.ts';
import { readHardware } from '../../../electron/engine/hardware/index.ts';
import { parseSystemProfiler, parseVmStat } from '../../../electron/engine/hardware/macos.ts';
import { parseNvidia } from '../../../electron/engine/hardware/nvidia.ts';
import { describeCard, readSysfsCards } from '../../../electron/engine/hardware/sysfs.ts';
import { parseVideoControllers } from '../../../electron/engine/hardware/windows.ts';
import { hardware as hardwareSchema } from '../../../shared/contract/models.ts';
import type { EngineStatus } from '../../../shared/contract/types.ts';

const mebibyte = 1024 ** 2;

describe('what the computer has', () => {
  it('is read here, in the shape of the contract', async () => {
    const hardware = await readHardware();
    expect(hardwareSchema.parse(hardware)).toEqual(hardware);
    expect(hardware.memory.totalBytes).toBeLessThanOrEqual(totalmem());
    expect(hardware.memory.freeBytes).toBeGreaterThan(0);
    expect(hardware.memory.freeBytes).toBeLessThanOrEqual(hardware.memory.totalBytes);
  });

  it('reads nvidia-smi, and says null where it does not know', () => {
    const said = 'NVIDIA GeForce RTX 4090, 24564, 23028\nNVIDIA GB10, [N/A], [N/A]\n';
    expect(parseNvidia(said)).toEqual([
      { name: 'NVIDIA GeForce RTX 4090', vendor: 'nvidia', totalBytes: 24564 * mebibyte, freeBytes: 23028 * mebibyte },
      { name: 'NVIDIA GB10', vendor: 'nvidia', totalBytes: null, freeBytes: null },
    ]);
    expect(parseNvidia('')).toEqual([]);
  });

  it('reads the cards the kernel knows', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sys-'));
    const card = join(root, 'class/drm/card1/device');
    await mkdir(card, { recursive: true });
    await mkdir(join(root, 'class/drm/card1-DP-1'), { recursive: true });
    const files = {
      vendor: '0x1002\n',
      device: '0x744c\n',
      mem_info_vram_total: '25753026560\n',
      mem_info_vram_used: '1000000\n',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(card, name), text);
    const cards = await readSysfsCards(root);
    await rm(root, { recursive: true });
    expect(cards.map(describeCard)).toEqual([
      { name: 'AMD graphics (0x1002:0x744c)', vendor: 'amd', totalBytes: 25753026560, freeBytes: 25752026560 },
    ]);
  });

  it('does not count cards that only draw, and guesses no memory', () => {
    const card = { device: '0x1', product: null, vramTotal: null, vramUsed: null };
    expect(describeCard({ ...card, vendor: '0x1af4' })).toBeNull();
    expect(describeCard({ ...card, vendor: '0x8086', product: 'Arc A770' })).toEqual({
      name: 'Arc A770',
      vendor: 'intel',
      totalBytes: null,
      freeBytes: null,
    });
  });

  it('reads system_profiler and vm_stat', () => {
    const said = JSON.stringify({
      SPDisplaysDataType: [
        {
          _name: 'kHW_AppleM3ProItem',
          spdisplays_vendor: 'sppci_vendor_Apple',
          sppci_cores: '18',
          sppci_model: 'Apple M3 Pro',
        },
        {
          _name: 'AMD Radeon Pro 5500M',
          spdisplays_vendor: 'sppci_vendor_amd',
          spdisplays_vram: '8 GB',
          sppci_model: 'AMD Radeon Pro 5500M',
        },
      ],
    });
    expect(parseSystemProfiler(said)).toEqual([
      { name: 'Apple M3 Pro', vendor: 'apple', totalBytes: null, freeBytes: null },
      { name: 'AMD Radeon Pro 5500M', vendor: 'amd', totalBytes: 8 * 1024 * mebibyte, freeBytes: null },
    ]);
    const pages =
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:      100.\nPages active:   9999.\nPages inactive:  200.\nPages speculative: 30.\nPages purgeable:  4.\n';
    expect(parseVmStat(pages)).toBe(334 * 16384);
    expect(parseVmStat('')).toBeNull();
  });

  it('reads Windows’ list, one card or several', () => {
    const one = '{ "Name": "Intel(R) UHD Graphics", "AdapterCompatibility": "Intel Corporation" }';
    expect(parseVideoControllers(one)).toEqual([
      { name: 'Intel(R) UHD Graphics', vendor: 'intel', totalBytes: null, freeBytes: null },
    ]);
    const two = `[${one}, { "Name": "AMD Radeon RX 7900", "AdapterCompatibility": "Advanced Micro Devices, Inc." }, { "Name": "Microsoft Basic Display Adapter", "AdapterCompatibility": "(Standard)" }]`;
    expect(parseVideoControllers(two).map((card) => card.vendor)).toEqual(['intel', 'amd']);
    expect(parseVideoControllers('')).toEqual([]);
  });
});

describe("doctor's lines", () => {
  const status: EngineStatus = {
    state: 'stopped',
    cage: 'namespace',
    cageReason: null,
    version: '0.32.15',
    sha256: 'a'.repeat(64),
    path: '/p/ollama',
    trust: 'trusted',
    reason: null,
    restarts: 0,
    loaded: [],
  };

  it.each([
    [status, 'ok', /Ollama 0\.32\.15/],
    [{ ...status, trust: 'unknown' as const }, 'warn', /a{64}/],
    [{ ...status, trust: 'changed' as const }, 'fail', /not the one/],
    [
      { ...status, version: null, sha256: null, reason: 'Ollama 0.14.2 is too old: CVE-2026-7482' },
      'fail',
      /CVE-2026-7482/,
    ],
    [{ ...status, version: null, sha256: null }, 'fail', /No engine/],
    [{ ...status, state: 'failed' as const, reason: 'it fell' }, 'fail', /it fell/],
  ])('about the engine', (given, level, words) => {
    const check = checkEngine(given);
    expect(check.status).toBe(level);
    expect(check.summary).toMatch(words);
    if (level !== 'ok') expect(check.fix).toBeTruthy();
  });

  it('about the cage and the memory', () => {
    const host = { modern: true, links: [], libraries: [], devices: [] };
    expect(checkCage({ kind: 'namespace', bubblewrap: '/b', host }).status).toBe('ok');
    const weaker = checkCage({ kind: 'port', reason: 'bubblewrap is not installed (sudo apt install bubblewrap)' });
    expect(weaker).toMatchObject({ status: 'warn', fix: 'sudo apt install bubblewrap' });
    const refused = checkCage({ kind: 'port', reason: 'bubblewrap is not installed' }, true);
    expect(refused).toMatchObject({ status: 'fail', summary: expect.stringContaining('does not run') as string });
    const memory = { totalBytes: 2 * 1024 ** 3, freeBytes: 1024 ** 3 };
    expect(checkHardware({ memory, cpu: { model: 'x', cores: 2 }, gpus: [] })).toMatchObject({
      status: 'warn',
      summary: expect.stringContaining('1.0 GiB of 2.0 GiB') as string,
    });
  });
});
