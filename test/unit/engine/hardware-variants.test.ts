import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAmdSmi } from '../../../electron/engine/hardware/amd-smi.ts';
import { ask, hear } from '../../../electron/engine/hardware/hear.ts';
import { parseXpu, parseXpuList, withXpuMemory } from '../../../electron/engine/hardware/intel-tools.ts';
import { parseSystemProfiler } from '../../../electron/engine/hardware/macos.ts';
import { nvidiaTrouble, parseNvidia, type Gpu } from '../../../electron/engine/hardware/nvidia.ts';
import { parseRocm } from '../../../electron/engine/hardware/rocm.ts';
import { describeCard } from '../../../electron/engine/hardware/sysfs.ts';
import { parseVideoControllers } from '../../../electron/engine/hardware/windows.ts';
import { freeOn } from '../../../electron/models/fit/free.ts';

const MiB = 1024 ** 2;
const untold = { note: 'memory_not_told' } as const;

describe('nvidia-smi’s lines', () => {
  const card = (name: string, total: number | null, free: number | null, more: Partial<Gpu> = {}): Gpu => ({
    name,
    vendor: 'nvidia',
    totalBytes: total === null ? null : total * MiB,
    freeBytes: free === null ? null : free * MiB,
    ...more,
  });
  it.each<[string, string, Gpu[]]>([
    [
      'with whether the card is divided',
      'NVIDIA L40S, 46068, 45501, [N/A]\nNVIDIA H100 PCIe, 81559, 81008, Disabled\n',
      [card('NVIDIA L40S', 46_068, 45_501), card('NVIDIA H100 PCIe', 81_559, 81_008)],
    ],
    [
      'of a divided card: what is free in its slices they do not say',
      'NVIDIA A100-SXM4-80GB, 81920, 81050, Enabled\n',
      [card('NVIDIA A100-SXM4-80GB', 81_920, null, untold)],
    ],
    [
      'of a divided card that this account may not look at',
      'name, memory.total [MiB], memory.free [MiB], mig.mode.current\nNVIDIA A30, [Insufficient Permissions], [Insufficient Permissions], Enabled\n',
      [card('NVIDIA A30', null, null, untold)],
    ],
    [
      'of memory that is the computer’s',
      'NVIDIA GB10, [N/A], [N/A], [N/A]\n',
      [card('NVIDIA GB10', null, null, { shared: true })],
    ],
    [
      'of another card that does not tell',
      'NVIDIA GeForce GT 710, [Not Supported], [Not Supported], [N/A]\n',
      [card('NVIDIA GeForce GT 710', null, null, untold)],
    ],
    [
      'in another order, with a heading',
      'index, name, memory.used [MiB], memory.total [MiB]\r\n0, NVIDIA GeForce RTX 3090, 312 MiB, 24576 MiB\r\n1, NVIDIA GeForce RTX 3090, 24100 MiB, 24576 MiB\r\n',
      [card('NVIDIA GeForce RTX 3090', 24_576, 24_264), card('NVIDIA GeForce RTX 3090', 24_576, 476)],
    ],
    [
      'with a card that fell off the bus beside one that works',
      'Unable to determine the device handle for GPU0000:41:00.0: Unknown Error\nNVIDIA GeForce RTX 4090, 24564, 23028, [N/A]\n',
      [],
    ],
    ['that are words', 'Please wait, loading, soon\nfoo, bar, baz, qux\n', []],
    ['of a field that an old driver does not know', 'Field "mig.mode.current" is not a valid field to query.\n', []],
  ])('%s', (_, output, cards) => expect(parseNvidia(output)).toEqual(cards));

  it.each<[string, Gpu['note']]>([
    ['Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.95\n', 'driver_mismatch'],
    ['Failed to initialize NVML: Unknown Error\n', 'driver_not_running'],
    ['NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.\n', 'driver_not_running'],
    [
      'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system\n',
      'driver_not_running',
    ],
    ['No devices were found\n', 'driver_not_running'],
    ['killed\n', undefined],
  ])('are no cards where the tool tells of its own trouble: %s', (output, note) => {
    expect(parseNvidia(output)).toEqual([]);
    expect(nvidiaTrouble(output)).toBe(note);
  });

  it('are read in a moment whatever they are', () => {
    const started = performance.now();
    const opened = `<nvidia_smi_log>${'<gpu id="x">'.repeat(200_000)}`;
    expect(parseNvidia(opened)).toEqual([]);
    parseNvidia(`<nvidia_smi_log><gpu>${'<mig_device>'.repeat(200_000)}</gpu>`);
    parseNvidia('a, 1, 2\n'.repeat(300_000));
    parseNvidia('|'.repeat(1_000_000));
    parseNvidia(`|   0  ${'x '.repeat(100_000)}`);
    expect(parseNvidia('a, 1, 2\n'.repeat(300_000)).length).toBeLessThanOrEqual(64);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

it('a card of the computer’s memory counts that memory, as the engine does', () => {
  const [gpu] = parseNvidia('NVIDIA GB10, [N/A], [N/A], [N/A]\n');
  const memory = { totalBytes: 128e9, freeBytes: 110e9 };
  expect(freeOn({ memory, cpu: { model: 'any', cores: 20 }, gpus: [gpu!] })).toMatchObject({
    cards: [110e9],
    shared: true,
    card: 'NVIDIA GB10',
    unknownCards: [],
  });
});

describe('amd-smi', () => {
  const described = (vram: unknown, name: unknown = 'AMD Radeon RX 7900 XTX'): object => ({
    gpu: 0,
    asic: { market_name: name, vendor_id: '0x1002' },
    vram: { type: 'GDDR6', vendor: 'SAMSUNG', size: vram },
  });
  const mib = (value: number) => ({ value, unit: 'MB' });
  const usage = (total: unknown, used: unknown, free: unknown): object => ({
    gpu: 0,
    mem_usage: { total_vram: total, used_vram: used, free_vram: free },
  });
  const card = (total: number | null, free: number | null, name = 'AMD Radeon RX 7900 XTX'): Gpu => ({
    name,
    vendor: 'amd',
    totalBytes: total === null ? null : total * MiB,
    freeBytes: free === null ? null : free * MiB,
    ...(free === null ? untold : {}),
  });
  it.each<[string, unknown, unknown, Gpu[]]>([
    ['version 6', [described(mib(24_560))], [usage(mib(24_560), mib(560), mib(24_000))], [card(24_560, 24_000)]],
    [
      'version 7, in a wrapper',
      { gpu_data: [described(mib(24_560))] },
      { gpu_data: [usage(mib(24_560), mib(560), 'N/A')] },
      [card(24_560, 24_000)],
    ],
    ['version 5, bare numbers', [described(16_368)], [usage(16_368, 368, 16_000)], [card(16_368, 16_000)]],
    ['nothing measured', [described(mib(24_560))], '', [card(24_560, null)]],
    ['nothing told', [described('N/A', 'N/A')], [usage('N/A', 'N/A', 'N/A')], [card(null, null, 'AMD graphics')]],
    ['more free than there is', [described(mib(100))], [usage(mib(100), mib(0), mib(900))], [card(100, 100)]],
    ['another document', { gpu_data: 'none' }, [], []],
    ['no list', 'AMDSMI_STATUS_DRIVER_NOT_LOADED', [], []],
  ])('%s', (_, statics, metric, cards) => {
    const text = (value: unknown): string => (typeof value === 'string' ? value : `\n${JSON.stringify(value)}\n`);
    expect(parseAmdSmi(text(statics), text(metric))).toEqual(cards);
  });
});

describe('rocm-smi and the kernel', () => {
  it('with words before and behind the document', () => {
    const document =
      '{"card0": {"VRAM Total Memory (B)": "8573157376", "VRAM Total Used Memory (B)": "573157376", "Card Series": "Navi 23"}}';
    const said = `\n\nWARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status\n\n${document}\n============= End =============\n`;
    expect(parseRocm(said)).toMatchObject([{ name: 'Navi 23', totalBytes: 8573157376, freeBytes: 8e9 }]);
  });
  it('of a divided card: each part shows the memory of the whole, so nothing is counted', () => {
    const card = { vendor: '0x1002', device: '0x74a1', vramTotal: '206141652992', vramUsed: '283000000' };
    expect(describeCard({ ...card, partition: 'SPX' })?.freeBytes).toBe(206141652992 - 283000000);
    expect(describeCard({ ...card, partition: 'CPX' })).toMatchObject({ freeBytes: null, ...untold });
  });
});

describe('xpu-smi', () => {
  const list =
    '{"device_list": [{"device_id": 0, "device_name": "Intel(R) Arc(TM) B580 Graphics", "pci_bdf_address": "0000:03:00.0"}]}';
  const told = (physical: string, free: string): string =>
    `{"device_id": 0, "device_name": "Intel(R) Arc(TM) B580 Graphics", "memory_physical_size_byte": "${physical}", "memory_free_size_byte": "${free}"}`;
  const arc = { name: 'Intel(R) Arc(TM) B580 Graphics', vendor: 'intel', totalBytes: 12e9, freeBytes: 11e9 } as const;

  it('lists devices, and tells what is free of one', () => {
    expect(parseXpuList(list)).toMatchObject([{ device_id: 0 }]);
    expect(parseXpu(told('12000000000', '11000000000'))).toEqual(arc);
    for (const output of [told('', ''), told('N/A', '11'), '', '{"error": "device not found"}', '{"device_list": 3}']) {
      expect(parseXpu(output)).toBeNull();
      expect(parseXpuList(output)).toEqual([]);
    }
  });
  it('fills in what the kernel leaves out, card by card', () => {
    const kernels = describeCard({ vendor: '0x8086', device: '0xe20b', xeVram: '12800000000' })!;
    const inside: Gpu = { name: 'Intel', vendor: 'intel', totalBytes: null, freeBytes: null, shared: true };
    expect(withXpuMemory([kernels, inside], [arc])).toEqual([arc, inside]);
    expect(withXpuMemory([kernels], [{ ...arc, totalBytes: 24e9 }])).toEqual([kernels]);
  });
});

describe('Windows and macOS', () => {
  it('where the registry holds raw bytes', () => {
    const memory = (value: unknown) =>
      parseVideoControllers(JSON.stringify({ Name: 'AMD Radeon RX 6800', Memory: value }))[0]?.totalBytes;
    expect(memory([0, 0, 0, 0, 4, 0, 0, 0])).toBe(4 * 2 ** 32);
    expect(memory([0, 0, 0, 128])).toBe(2 ** 31);
    for (const odd of [[1, 2, 300], [], {}, 'ff', -5, 4.5, null]) expect(memory(odd)).toBeNull();
  });
  it('where graphics inside the processor say what they share', () => {
    const displays = {
      _name: 'kHW',
      sppci_model: 'Intel Iris Plus Graphics',
      spdisplays_vendor: 'Intel',
      spdisplays_vram_shared: '1536 MB',
    };
    expect(parseSystemProfiler(JSON.stringify({ SPDisplaysDataType: [displays] }))).toEqual([
      { name: 'Intel Iris Plus Graphics', vendor: 'intel', totalBytes: null, freeBytes: null, shared: true },
    ]);
  });
});

describe('a tool of the system', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tools-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  async function tool(script: string): Promise<string> {
    const path = join(folder, `tool-${Math.random()}`);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('that is missing, or may not be run, is none', async () => {
    expect(await hear(join(folder, 'none'), [])).toBeNull();
    const path = await tool('echo x');
    await chmod(path, 0o600);
    expect(await hear(path, [])).toBeNull();
    expect(await hear(join(path, 'below'), [])).toBeNull();
  });
  it('that fails is heard, and not taken for an answer', async () => {
    const path = await tool('echo "No devices were found"; echo "trouble" >&2; exit 6');
    expect(await hear(path, [])).toMatchObject({ ok: false, words: expect.stringContaining('No devices') as string });
    expect(await ask(path, [])).toBeNull();
  });
  it('that hangs and does not listen to being ended is killed, and left alone for a while', async () => {
    const path = await tool("trap '' TERM INT HUP\nwhile :; do sleep 0.05; done");
    const started = performance.now();
    expect(await hear(path, [], 300)).toEqual({ ok: false, words: '' });
    expect(performance.now() - started).toBeLessThan(3000);
    const again = performance.now();
    expect(await ask(path, [])).toBeNull();
    expect(performance.now() - again).toBeLessThan(50);
  });
  it('that leaves a child behind which holds its output does not hold us', async () => {
    const started = performance.now();
    await hear(await tool('sleep 30 &\necho done'), [], 500);
    expect(performance.now() - started).toBeLessThan(3000);
  });
  it('that does not stop writing is cut off', async () => {
    const path = await tool('yes "NVIDIA GeForce RTX 4090, 24564, 23028"');
    const said = await hear(path, [], 8000);
    expect(said?.ok).toBe(false);
    expect(said?.words.length).toBeLessThan(40_000);
  });
});
