import { execFile, type ChildProcess } from 'node:child_process';

/** What a program of the system says; `ok` is false when it failed, which some do with words worth reading. */
export interface Said {
  readonly ok: boolean;
  readonly words: string;
}

/** Characters that are read of a failure: a reason stands at its beginning. */
const reason = 16 * 1024;

/** Null when the program is not there. */
export function tryOutcome(thrown: unknown, stdout: string, stderr: string): Said | null {
  if (thrown === null) return { ok: true, words: stdout };
  const { code } = thrown as { code?: unknown };
  if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return null;
  return { ok: false, words: `${stdout.slice(0, reason)}\n${stderr.slice(0, reason)}` };
}

/** A report on eight cards takes about 200 kB. */
const most = 4 * 1024 * 1024;
/** Milliseconds. A driver that wakes its cards for the question takes some seconds. */
const within = 10_000;
/** A program that hung is not asked again for so long: each question would wait as long. Milliseconds. */
const leftAlone = 60_000;

const hung = new Map<string, number>();

/**
 * What a program of the system says; null when it is not there. Whatever it does, this ends: one that hangs is killed and left
 * alone for a while, also where a driver keeps it from dying, and of one that does not stop writing the beginning is enough.
 */
export async function hear(program: string, options: readonly string[], limit = within): Promise<Said | null> {
  const since = hung.get(program);
  if (since !== undefined && performance.now() - since < leftAlone) return { ok: false, words: '' };
  hung.delete(program);
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      hung.set(program, performance.now());
      child?.kill('SIGKILL');
      // What it left running may hold them open.
      child?.stdout?.destroy();
      child?.stderr?.destroy();
      resolve({ ok: false, words: '' });
    }, limit);
    const done = (thrown: unknown, stdout: string, stderr: string): void => {
      clearTimeout(late);
      resolve(tryOutcome(thrown, stdout, stderr));
    };
    const child = start(program, options, done);
    // It must not keep this program from ending.
    child?.unref();
  });
}

/** Null when it cannot even be tried; `done` has heard so then. */
function start(
  program: string,
  options: readonly string[],
  done: (thrown: unknown, stdout: string, stderr: string) => void,
): ChildProcess | null {
  const given = {
    windowsHide: true,
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: most,
    killSignal: 'SIGKILL',
  } as const;
  try {
    return execFile(program, [...options], given, done);
  } catch (thrown) {
    done(thrown, '', '');
    return null;
  }
}

/** The same, where only a success is worth reading. */
export async function ask(program: string, options: readonly string[]): Promise<string | null> {
  const said = await hear(program, options);
  return said?.ok === true ? said.words : null;
}
