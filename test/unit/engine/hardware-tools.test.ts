import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastAllocations, reportedBytes } from '../../../electron/engine/allocations.ts';
import { largestOf, parseStatus, readHolders } from '../../../electron/engine/hardware/holders.ts';
import { joined } from '../../../electron/engine/hardware/index.ts';
import { parseSystemProfiler, parseVmStat } from '../../../electron/engine/hardware/macos.ts';
import { nvidiaTrouble, parseNvidia, type Gpu } from '../../../electron/engine/hardware/nvidia.ts';
import { parseRocm, withRocmNames } from '../../../electron/engine/hardware/rocm.ts';
import { diskSpeed, memorySpeed, parseDd } from '../../../electron/engine/hardware/speed.ts';
import { describeCard, readSysfsCards } from '../../../electron/engine/hardware/sysfs.ts';
import { parseVideoControllers } from '../../../electron/engine/hardware/windows.ts';
import * as said from './recorded/nvidia.ts';

const MiB = 1024 ** 2;

describe('nvidia-smi', () => {
  const nvidia = (name: string, total: number | null, free: number | null, more: Partial<Gpu> = {}): Gpu => ({
    name,
    vendor: 'nvidia',
    totalBytes: total === null ? null : total * MiB,
    freeBytes: free === null ? null : free * MiB,
    ...more,
  });

  it('tells total, free and who holds the rest, without what programs were called with', () => {
    const holders = [
      { name: 'blender', bytes: 690 * MiB },
      { name: 'Xorg', bytes: 391 * MiB },
    ];
    expect(parseNvidia(said.desktop)).toEqual([nvidia('NVIDIA GeForce RTX 4090', 24_564, 23_028, { holders })]);
    const game = [{ name: 'game.exe', bytes: 700 * MiB }];
    expect(parseNvidia(said.windows)).toEqual([nvidia('NVIDIA GeForce RTX 3080', 10_240, 8930, { holders: game })]);
  });

  it.each([
    ['of an old driver', said.old, [nvidia('Tesla K80', 11_441, 11_441)]],
    [
      'of two cards, one of them full',
      said.twoCards,
      [nvidia('NVIDIA RTX A6000', 49_140, 1676), nvidia('NVIDIA GeForce RTX 3060', 12_288, 12_040)],
    ],
    [
      'of a divided card: its roomiest slice',
      said.divided,
      [nvidia('NVIDIA A100-SXM4-40GB (MIG slice 2 of 3)', 19_968, 19_955)],
    ],
    [
      'of a divided card without a slice: nothing',
      said.dividedInvain,
      [nvidia('NVIDIA A100-SXM4-40GB', 40_960, 0, { note: 'divided_without_slice' })],
    ],
    ['of memory that is the computer’s', said.unified, [nvidia('NVIDIA GB10', null, null, { shared: true })]],
    ['under WSL, where no program is named', said.wsl, [nvidia('NVIDIA GeForce RTX 4070 Laptop GPU', 8188, 6591)]],
    [
      'of a lost card: unknown',
      said.lost,
      [nvidia('NVIDIA GeForce RTX 3090', null, null, { note: 'memory_not_told' })],
    ],
    ['as a table', said.table, [nvidia('NVIDIA GeForce RTX 4090', 24_564, 23_379)]],
    [
      'as lines with a heading and units',
      said.csv,
      [nvidia('NVIDIA L4', 23_034, 22_522), nvidia('NVIDIA L4', 23_034, null, { note: 'memory_not_told' })],
    ],
    [
      'as bare lines',
      'NVIDIA GeForce RTX 4090, 24564, 23028\nNVIDIA GB10, [N/A], [N/A]\n',
      [nvidia('NVIDIA GeForce RTX 4090', 24_564, 23_028), nvidia('NVIDIA GB10', null, null, { shared: true })],
    ],
    ['as nothing', '', []],
    ['of a driver that is another version than its library', said.mismatch, []],
    ['of a driver that does not run', said.notRunning, []],
    ['of no card', said.none, []],
    ['cut off', said.desktop.slice(0, 300), []],
  ])('is read %s', (_name, output, cards) => expect(parseNvidia(output)).toEqual(cards));

  it('that fails leaves the kernel’s card in the list, with the reason', () => {
    const kernels = describeCard({ vendor: '0x10de', device: '0x2684' })!;
    const note = nvidiaTrouble(said.mismatch);
    expect(joined({ cards: [], note }, [kernels])).toEqual([{ ...kernels, note: 'driver_mismatch' }]);
    expect(nvidiaTrouble(said.notRunning)).toBe('driver_not_running');
    expect(nvidiaTrouble(said.desktop)).toBeUndefined();
    const amd = describeCard({ vendor: '0x1002', device: '0x1' })!;
    expect(
      joined({ cards: parseNvidia(said.old), note: undefined }, [kernels, amd]).map(({ vendor }) => vendor),
    ).toEqual(['nvidia', 'amd']);
  });
});

describe('rocm-smi', () => {
  const cards = (name: string, total: number | null, used: number) => [
    { name, vendor: 'amd', totalBytes: total, freeBytes: total === null ? null : total - used },
  ];
  it.each([
    [
      'version 6',
      '{"card0": {"VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "1024000000", "Card Series": "Radeon RX 7900 XTX", "Card Model": "0x744c", "Card Vendor": "Advanced Micro Devices, Inc. [AMD/ATI]"}, "system": {"Driver version": "6.7.0"}}',
      cards('Radeon RX 7900 XTX', 25_753_026_560, 1_024_000_000),
    ],
    [
      'version 4, in small letters and after a warning',
      'WARNING: AMD GPU device(s) is/are in a low-power state.\n\n{"card0": {"Card series": "Vega 20", "Card model": "0x0834", "VRAM Total Memory (B)": "17163091968", "VRAM Total Used Memory (B)": "7540736"}}\n',
      cards('Vega 20', 17_163_091_968, 7_540_736),
    ],
    [
      'numbers as numbers',
      '{"card0": {"VRAM Total Memory (B)": 8, "VRAM Total Used Memory (B)": 3}}',
      cards('AMD graphics', 8, 3),
    ],
    [
      'names that are none',
      '{"card0": {"Card Series": "N/A", "Device Name": "AMD Instinct MI210"}}',
      cards('AMD Instinct MI210', null, 0),
    ],
    ['no card', 'ERROR: No AMD GPUs specified', []],
    ['half a document', '{"card0": {"VRAM', []],
    [
      'another document',
      '{"card0": "x", "version": 7}',
      [{ name: 'AMD graphics', vendor: 'amd', totalBytes: null, freeBytes: null }],
    ],
  ])('is read: %s', (_name, output, expected) => expect(parseRocm(output)).toEqual(expected));

  it('names the kernel’s cards by the size of their memory', () => {
    const kernels = [16, 24].map((size) =>
      describeCard({ vendor: '0x1002', device: '0x744c', vramTotal: `${size * MiB}`, vramUsed: '0' })!,
    );
    const known = [24, 16].map((size): Gpu => ({
      name: `${size}`,
      vendor: 'amd',
      totalBytes: size * MiB,
      freeBytes: 0,
    }));
    expect(withRocmNames(kernels, known).map(({ name, freeBytes }) => [name, freeBytes])).toEqual([
      ['16', 16 * MiB],
      ['24', 24 * MiB],
    ]);
    expect(withRocmNames(kernels, [])).toEqual(kernels);
    expect(withRocmNames([], known)).toEqual(known);
  });
});

describe('the kernel’s cards', () => {
  let root = '';
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'sys-'))));
  afterEach(() => rm(root, { recursive: true, force: true }));
  async function put(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), `${text}\n`);
    }
  }

  it('of AMD tell used memory, of Intel available memory; outputs are no cards', async () => {
    await put({
      'class/drm/card1/device/vendor': '0x1002',
      'class/drm/card1/device/device': '0x744c',
      'class/drm/card1/device/mem_info_vram_total': '25753026560',
      'class/drm/card1/device/mem_info_vram_used': '1000000',
      'class/drm/card1-DP-1/status': 'connected',
      'class/drm/card2/device/vendor': '0x8086',
      'class/drm/card2/device/device': '0x56a0',
      'class/drm/card2/lmem_total_bytes': '17112760320',
      'class/drm/card2/lmem_avail_bytes': '16000000000',
      'class/drm/card3/device/vendor': '0x8086',
      'class/drm/card3/device/device': '0xe20b',
      'class/drm/card3/device/tile0/physical_vram_size_bytes': '0x2fa000000',
      'class/drm/renderD128/device/vendor': '0x1002',
    });
    expect((await readSysfsCards(root)).map(describeCard)).toEqual([
      { name: 'AMD graphics (0x1002:0x744c)', vendor: 'amd', totalBytes: 25753026560, freeBytes: 25752026560 },
      { name: 'Intel graphics (0x8086:0x56a0)', vendor: 'intel', totalBytes: 17112760320, freeBytes: 16000000000 },
      {
        name: 'Intel graphics (0x8086:0xe20b)',
        vendor: 'intel',
        totalBytes: 0x2fa000000,
        freeBytes: null,
        note: 'memory_not_told',
      },
    ]);
  });

  it('inside a processor use the computer’s memory', async () => {
    await put({
      'devices/pci0000:00/0000:00:02.0/vendor': '0x8086',
      'devices/pci0000:00/0000:00:02.0/device': '0x9a49',
    });
    await mkdir(join(root, 'class/drm/card0'), { recursive: true });
    await symlink(join(root, 'devices/pci0000:00/0000:00:02.0'), join(root, 'class/drm/card0/device'));
    expect((await readSysfsCards(root)).map(describeCard)).toEqual([
      { name: 'Intel graphics (0x8086:0x9a49)', vendor: 'intel', totalBytes: null, freeBytes: null, shared: true },
    ]);
  });

  it('that only draw are none, and no memory is guessed', () => {
    expect(describeCard({ vendor: '0x1af4', device: '0x1050' })).toBeNull();
    expect(describeCard({ vendor: '0x8086', device: '0x1', product: 'Arc A770' })).toEqual({
      name: 'Arc A770',
      vendor: 'intel',
      totalBytes: null,
      freeBytes: null,
      note: 'memory_not_told',
    });
    const odd = { vendor: '0x1002', device: '0x1', vramTotal: 'N/A', vramUsed: '-5' };
    expect(describeCard(odd)).toMatchObject({ totalBytes: null, freeBytes: null });
    expect(describeCard({ ...odd, vramTotal: '100', vramUsed: '900' })).toMatchObject({ freeBytes: 0 });
  });
});

describe('system_profiler and vm_stat', () => {
  const displays = (...cards: object[]): string => JSON.stringify({ SPDisplaysDataType: cards });
  it('know Apple’s own graphics as shared memory', () => {
    const apple = {
      _name: 'kHW_AppleM3ProItem',
      spdisplays_vendor: 'sppci_vendor_Apple',
      sppci_cores: '18',
      sppci_model: 'Apple M3 Pro',
    };
    expect(parseSystemProfiler(displays(apple))).toEqual([
      { name: 'Apple M3 Pro', vendor: 'apple', totalBytes: null, freeBytes: null, shared: true },
    ]);
  });
  it.each([
    ['8 GB', 8 * 1024],
    ['1536 MB', 1536],
    ['8 Go', 8 * 1024],
    ['1,5 GB', 1536],
    ['8 ГБ', 8 * 1024],
    ['dynamic, max', null],
  ])('read %s in the person’s language', (words, mebibytes) => {
    const card = { spdisplays_vendor: 'sppci_vendor_amd', spdisplays_vram: words, sppci_model: 'AMD Radeon Pro 5500M' };
    expect(parseSystemProfiler(displays(card))).toEqual([
      {
        name: 'AMD Radeon Pro 5500M',
        vendor: 'amd',
        totalBytes: mebibytes === null ? null : mebibytes * MiB,
        freeBytes: null,
        note: 'memory_not_told',
      },
    ]);
  });
  it('may say nothing of use', () => {
    expect(parseSystemProfiler('')).toEqual([]);
    expect(parseSystemProfiler('{"SPDisplaysDataType": "none"}')).toEqual([]);
    const pages =
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:      100.\nPages active:   9999.\nPages inactive:  200.\nPages speculative: 30.\nPages purgeable:  4.\n';
    expect(parseVmStat(pages)).toBe(334 * 16384);
    expect(parseVmStat('')).toBeNull();
  });
});

describe('Windows’ list', () => {
  const intel = '{ "Name": "Intel(R) UHD Graphics", "AdapterCompatibility": "Intel Corporation", "Memory": 134217728 }';
  it.each([
    ['one card', intel, [['intel', null]]],
    [
      'several, with the memory that the driver noted',
      `\uFEFF[${intel}, { "Name": "AMD Radeon RX 7900 XT", "AdapterCompatibility": "Advanced Micro Devices, Inc.", "Memory": 21458059264 }, { "Name": "Microsoft Basic Display Adapter", "AdapterCompatibility": "(Standard)" }]`,
      [
        ['intel', null],
        ['amd', 21458059264],
      ],
    ],
    [
      'memory as words or as raw bytes',
      '[{"Name":"Intel Arc","Memory":"17112760320"},{"Name":"Radeon","Memory":[0,1]}]',
      [
        ['intel', 17112760320],
        ['amd', null],
      ],
    ],
    ['nothing', '', []],
    ['an error in words', 'Get-CimInstance : Zugriff verweigert', []],
  ])('is read: %s', (_name, output, cards) =>
    expect(parseVideoControllers(output).map(({ vendor, totalBytes }) => [vendor, totalBytes])).toEqual(cards),
  );
});

describe('who holds the memory', () => {
  const status = (name: string, kibibytes: number): string =>
    `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nVmRSS:\t ${kibibytes + 900} kB\nRssAnon:\t ${kibibytes} kB\nRssFile:\t 900 kB\n`;
  it('is read from /proc, by program, largest first, without our own', async () => {
    const root = await mkdtemp(join(tmpdir(), 'proc-'));
    const processes = {
      10: status('firefox', 600_000),
      11: status('firefox', 700_000),
      12: status('code', 500_000),
      13: status('bash', 4000),
      14: status('llama-server', 9_000_000),
      15: 'Name:\tkthreadd\n',
    };
    for (const [pid, text] of Object.entries(processes)) {
      await mkdir(join(root, pid));
      await writeFile(join(root, pid, 'status'), text);
    }
    expect(await readHolders(root)).toEqual([
      { name: 'firefox', bytes: 1_300_000 * 1024 },
      { name: 'code', bytes: 500_000 * 1024 },
    ]);
    await rm(root, { recursive: true });
    expect(await readHolders(root)).toEqual([]);
  });
  it('has a plain name', () => {
    expect(parseStatus(status('evil\u001b[2J name', 5))?.name).toBe('evil2Jname');
    expect(parseStatus('')).toBeNull();
    expect(largestOf([])).toEqual([]);
  });
});

describe('speeds', () => {
  it('of memory are measured once', async () => {
    const speed = await memorySpeed();
    expect(speed).toBeGreaterThan(5e8);
    expect(speed).toBeLessThan(2e12);
    expect(await memorySpeed()).toBe(speed);
  });
  it('of the disk are read past the cache, or unknown', async () => {
    const dd = '64+0 records in\n64+0 records out\n268435456 bytes (268 MB, 256 MiB) copied, 0.151 s, 1.8 GB/s\n';
    expect(parseDd(dd)).toBeCloseTo(268435456 / 0.151);
    expect(parseDd('1048576 bytes (1.0 MB, 1.0 MiB) copied, 5e-05 s, 21 GB/s')).toBeCloseTo(1048576 / 5e-5);
    expect(parseDd("dd: failed to open 'x': Invalid argument")).toBeNull();
    expect(await diskSpeed('/nowhere', 'linux')).toBeNull();
    expect(await diskSpeed('/nowhere', 'darwin')).toBeNull();
  });
});

describe('what the engine says it reserved', () => {
  const load = [
    'load_tensors: loading model tensors, this can take a while... (load_mode = none)',
    'load_tensors:          CPU model buffer size =    10.00 MiB',
    'load_tensors:   CPU_REPACK model buffer size =    20.00 MiB',
    'llama_context:        CPU  output buffer size =     0.50 MiB',
    'llama_kv_cache:        CPU KV buffer size =     8.00 MiB',
    'llama_kv_cache:        CPU KV buffer size =     4.00 MiB',
    'sched_reserve:        CPU compute buffer size =    18.00 MiB',
  ];
  const listed = (mebibytes: number, gpu = 0) => [{ name: 'm', bytes: mebibytes * MiB, gpuBytes: gpu * MiB }];

  it('counts every buffer of the last load', () => {
    expect(
      lastAllocations([...load.slice(0, 2), 'sched_reserve: CPU compute buffer size = 99.00 MiB', ...load]),
    ).toEqual({
      weights: 30 * MiB,
      kv: 12 * MiB,
      overhead: 18.5 * MiB,
      projector: 0,
    });
    expect(lastAllocations(load.slice(0, 3))).toBeNull();
    expect(lastAllocations(load.slice(1))).toBeNull();
  });

  it('counts a second cache that its own list leaves out, and no other load’s buffers', () => {
    expect(reportedBytes('m', listed(52.5), load)).toBe(60.5 * MiB);
    expect(reportedBytes('m', listed(20), load)).toBe(20 * MiB);
    expect(reportedBytes('m', listed(90), load)).toBe(90 * MiB);
    expect(reportedBytes('m', listed(52.5, 52.5), load)).toBe(52.5 * MiB);
    expect(reportedBytes('m', [...listed(52.5), { name: 'e', bytes: 1, gpuBytes: 0 }], load)).toBe(52.5 * MiB);
    expect(reportedBytes('m', listed(52.5), [])).toBe(52.5 * MiB);
    // What sees pictures stands in a line of its own, and in no list.
    const seeing = [...load, 'load_hparams: model size:         84.20 MiB'];
    expect(reportedBytes('m', listed(52.5), seeing)).toBe((60.5 + 84.2) * MiB);
    expect(reportedBytes('m', listed(52.5, 52.5), seeing)).toBe((52.5 + 84.2) * MiB);
    expect(reportedBytes('other', listed(52.5), load)).toBeNull();
    expect(reportedBytes('m', listed(0), load)).toBeNull();
  });
});
