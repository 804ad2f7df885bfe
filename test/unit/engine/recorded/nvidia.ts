/** What nvidia-smi writes, in its own layout; long parts that nothing reads are left out. */

const head = (driver: string, cards: number): string =>
  `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n\t<timestamp>Tue Mar  3 09:12:44 2026</timestamp>\n\t<driver_version>${driver}</driver_version>\n\t<cuda_version>12.4</cuda_version>\n\t<attached_gpus>${cards}</attached_gpus>\n`;

const process = (pid: number, type: string, name: string, used: string): string =>
  `\t\t\t<process_info>\n\t\t\t\t<gpu_instance_id>N/A</gpu_instance_id>\n\t\t\t\t<compute_instance_id>N/A</compute_instance_id>\n\t\t\t\t<pid>${pid}</pid>\n\t\t\t\t<type>${type}</type>\n\t\t\t\t<process_name>${name}</process_name>\n\t\t\t\t<used_memory>${used}</used_memory>\n\t\t\t</process_info>\n`;

const memory = (total: string, used: string, free: string, tabs = '\t\t'): string =>
  `${tabs}<fb_memory_usage>\n${tabs}\t<total>${total}</total>\n${tabs}\t<reserved>351 MiB</reserved>\n${tabs}\t<used>${used}</used>\n${tabs}\t<free>${free}</free>\n${tabs}</fb_memory_usage>\n${tabs}<bar1_memory_usage>\n${tabs}\t<total>256 MiB</total>\n${tabs}\t<used>18 MiB</used>\n${tabs}\t<free>238 MiB</free>\n${tabs}</bar1_memory_usage>\n`;

const gpu = (address: string, name: string, inner: string, mig = 'N/A'): string =>
  `\t<gpu id="${address}">\n\t\t<product_name>${name}</product_name>\n\t\t<product_brand>GeForce</product_brand>\n\t\t<mig_mode>\n\t\t\t<current_mig>${mig}</current_mig>\n\t\t\t<pending_mig>${mig}</pending_mig>\n\t\t</mig_mode>\n${inner}\t</gpu>\n`;

export const desktop = `${head('550.54.15', 1)}${gpu(
  '00000000:01:00.0',
  'NVIDIA GeForce RTX 4090',
  `\t\t<mig_devices>\n\t\t\tNone\n\t\t</mig_devices>\n${memory('24564 MiB', '1185 MiB', '23028 MiB')}\t\t<processes>\n${process(1873, 'G', '/usr/lib/xorg/Xorg', '391 MiB')}${process(4711, 'C+G', '/opt/blender/blender --background secret.blend', '690 MiB')}\t\t</processes>\n\t\t<accounted_processes>\n\t\t</accounted_processes>\n`,
)}</nvidia_smi_log>\n`;

/** A driver of 2019: no reserved memory, no MIG, other order. */
export const old = `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v10.dtd">\n<nvidia_smi_log>\n\t<driver_version>418.226.00</driver_version>\n\t<gpu id="00000000:03:00.0">\n\t\t<product_name>Tesla K80</product_name>\n\t\t<fb_memory_usage>\n\t\t\t<total>11441 MiB</total>\n\t\t\t<used>0 MiB</used>\n\t\t\t<free>11441 MiB</free>\n\t\t</fb_memory_usage>\n\t\t<processes>\n\t\t</processes>\n\t</gpu>\n</nvidia_smi_log>\n`;

export const twoCards = `${head('535.183.01', 2)}${gpu('00000000:17:00.0', 'NVIDIA RTX A6000', memory('49140 MiB', '47000 MiB', '1676 MiB'))}${gpu('00000000:65:00.0', 'NVIDIA GeForce RTX 3060', memory('12288 MiB', '12 MiB', '12040 MiB'))}</nvidia_smi_log>\n`;

const slice = (index: number, total: string, free: string): string =>
  `\t\t\t<mig_device>\n\t\t\t\t<index>${index}</index>\n\t\t\t\t<gpu_instance_id>${index + 1}</gpu_instance_id>\n\t\t\t\t<compute_instance_id>0</compute_instance_id>\n${memory(total, '12 MiB', free, '\t\t\t\t')}\t\t\t</mig_device>\n`;

export const divided = `${head('550.90.07', 1)}${gpu(
  '00000000:07:00.0',
  'NVIDIA A100-SXM4-40GB',
  `\t\t<mig_devices>\n${slice(0, '4864 MiB', '4851 MiB')}${slice(1, '19968 MiB', '19955 MiB')}${slice(2, '4864 MiB', 'N/A')}\t\t</mig_devices>\n${memory('40960 MiB', '37 MiB', '40922 MiB')}`,
  'Enabled',
)}</nvidia_smi_log>\n`;

export const dividedInvain = `${head('550.90.07', 1)}${gpu('00000000:07:00.0', 'NVIDIA A100-SXM4-40GB', `\t\t<mig_devices>\n\t\t\tNone\n\t\t</mig_devices>\n${memory('40960 MiB', '0 MiB', '40960 MiB')}`, 'Enabled')}</nvidia_smi_log>\n`;

/** GB10 and Jetson share the computer's memory and do not tell. */
export const unified = `${head('580.95.05', 1)}${gpu('0000000F:01:00.0', 'NVIDIA GB10', memory('N/A', 'N/A', 'N/A'))}</nvidia_smi_log>\n`;

/** Under WSL the driver knows no processes by name. */
export const wsl = `${head('551.61', 1)}${gpu('00000000:01:00.0', 'NVIDIA GeForce RTX 4070 Laptop GPU', `${memory('8188 MiB', '1420 MiB', '6591 MiB')}\t\t<processes>\n${process(32, 'C', '[Not Found]', 'N/A')}${process(33, 'C', '[Insufficient Permissions]', '[Not Available]')}\t\t</processes>\n`)}</nvidia_smi_log>\n`;

export const windows = `${head('566.36', 1).replaceAll('\n', '\r\n')}${gpu('00000000:01:00.0', 'NVIDIA GeForce RTX 3080', `${memory('10240 MiB', 'N/A', '8930 MiB')}\t\t<processes>\n${process(9020, 'C+G', 'C:\\Program Files\\Game Studio\\game.exe', '700 MiB')}\t\t</processes>\n`).replaceAll('\n', '\r\n')}</nvidia_smi_log>\r\n`;

/** A card that fell off the bus. */
export const lost = `${head('550.54.15', 1)}${gpu('00000000:01:00.0', 'NVIDIA GeForce RTX 3090', memory('Unknown Error', 'ERR!', '[GPU requires reset]'))}</nvidia_smi_log>\n`;

export const table = `Tue Mar  3 09:12:44 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 4090        Off |   00000000:01:00.0  On |                  Off |
|  0%   45C    P8             12W /  450W |    1185MiB /  24564MiB |      2%      Default |
+-----------------------------------------+------------------------+----------------------+
`;

export const csv = `name, memory.used [MiB], memory.total [MiB]
NVIDIA L4, 512 MiB, 23034 MiB
NVIDIA L4, [N/A], 23034 MiB
`;

export const mismatch = 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n';
export const notRunning =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n";
export const none = 'No devices were found\n';
