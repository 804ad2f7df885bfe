// Loaded in front of the parser by a test: says at its end how much memory and processor time it took.
import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // Not `maxRSS`: that begins with what the process had before it became Node, a copy of the test runner.
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  writeSync(2, JSON.stringify({ megabytes: Number(kilobytes) / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 }));
});
