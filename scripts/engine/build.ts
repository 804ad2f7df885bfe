import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { engineVersion } from '../../electron/engine/find/index.ts';
import { canRun, runCommand, type Report } from './command.ts';
import { sha256OfFile } from './download.ts';

/**
 * Ollama from its Go module, and its runner from the llama.cpp sources that the Python package `llama-cpp-python`
 * carries (llama.cpp itself is in no package index). Both are pinned by content.
 */
const module = `github.com/ollama/ollama@v${engineVersion}`;
const moduleSum = 'h1:lnCycypBjS9SoMNeM6FivlYeDRn7mP/zfLG0uJXwmZ4=';
const sources = { project: 'llama-cpp-python', version: '0.3.36', file: 'llama_cpp_python-0.3.36.tar.gz' } as const;
const sourcesSum = '832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e';
const unpacked = 'llama_cpp_python-0.3.36';
/** Needed to read the package's metadata when pip downloads it; nothing of it is built by it. */
const buildBackend = 'scikit-build-core==1.1.2';

interface Build {
  readonly prefix: string;
  readonly work: string;
  readonly report: Report;
}

/** One step: skipped when its mark is there, marked when done, and when it fails it names the one thing to do. */
interface Step {
  readonly name: string;
  readonly says: string;
  readonly fix: string;
  readonly run: () => Promise<unknown>;
}

async function take({ work, report }: Build, step: Step): Promise<void> {
  const mark = join(work, `${step.name}.done`);
  if ((await readFile(mark, 'utf8').catch(() => null)) !== null) return;
  report(step.says);
  try {
    await step.run();
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(
      `${why}\nThe engine is not built yet. ${step.fix} Then run the same command again: it goes on from here.`,
      {
        cause: thrown,
      },
    );
  }
  await writeFile(mark, new Date().toISOString());
}

async function buildOllama({ work }: Build): Promise<void> {
  const log = join(work, 'build.log');
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOBIN: join(work, 'bin') };
  const said = await runCommand('go', ['mod', 'download', '-json', module], { log, env, cwd: work });
  const sum = /"Sum": "([^"]+)"/.exec(said)?.[1];
  if (sum !== moduleSum) throw new Error(`The Go module is not the one expected (${sum ?? 'no checksum'}).`);
  const version = `-X github.com/ollama/ollama/version.Version=${engineVersion}`;
  await runCommand('go', ['install', '-trimpath', '-ldflags', version, module], { log, env, cwd: work });
}

/** A Python of its own, so that nothing of the person's is changed. */
async function makePython({ work }: Build): Promise<void> {
  const log = join(work, 'build.log');
  const folder = join(work, 'python');
  await rm(folder, { recursive: true, force: true });
  await runCommand('python3', ['-m', 'venv', folder], { log });
  await runCommand(join(folder, 'bin', 'pip'), ['install', '--quiet', buildBackend], { log });
}

async function downloadSources({ work }: Build): Promise<void> {
  const log = join(work, 'build.log');
  const options = ['--quiet', '--no-binary', ':all:', '--no-deps', '--no-build-isolation', '--dest', work];
  const env = { ...process.env, PATH: `${join(work, 'python', 'bin')}:${process.env.PATH ?? ''}` };
  await runCommand(
    join(work, 'python', 'bin', 'pip'),
    ['download', ...options, `${sources.project}==${sources.version}`],
    {
      log,
      env,
    },
  );
  const archive = join(work, sources.file);
  if ((await sha256OfFile(archive)) !== sourcesSum) {
    await rm(archive, { force: true });
    throw new Error('The llama.cpp sources are not the ones expected and were thrown away.');
  }
  await rm(join(work, unpacked), { recursive: true, force: true });
  await runCommand('tar', ['-xzf', archive, '-C', work], { log });
}

const off = [
  'LLAMA_CURL',
  'LLAMA_OPENSSL',
  'LLAMA_BUILD_TESTS',
  'LLAMA_BUILD_EXAMPLES',
  'LLAMA_BUILD_UI',
  'LLAMA_BUILD_WEBUI',
];
const runnerFiles = ['llama-server', 'llama-quantize'] as const;

/** cmake keeps the objects, so an interrupted build goes on with the file it was at. */
async function buildRunner({ work, report }: Build): Promise<void> {
  const log = join(work, 'build.log');
  const cwd = join(work, unpacked, 'vendor', 'llama.cpp');
  const flags = [...off, 'BUILD_SHARED_LIBS'].map((name) => `-D${name}=OFF`);
  await runCommand('cmake', ['-B', 'build', '-DCMAKE_BUILD_TYPE=Release', '-DLLAMA_BUILD_SERVER=ON', ...flags], {
    log,
    cwd,
  });
  let said = 0;
  const onLine = (line: string): void => {
    const percent = Number(/^\[ *(\d+)%\]/.exec(line)?.[1] ?? 0);
    if (percent >= said + 10) report(`  llama-server: ${(said = percent - (percent % 10))} %`);
  };
  const jobs = String(availableParallelism());
  await runCommand('cmake', ['--build', 'build', '-j', jobs, '--target', ...runnerFiles], { log, cwd, onLine });
}

async function assemble({ prefix, work }: Build): Promise<void> {
  const draft = join(work, 'prefix');
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'bin'), { recursive: true, mode: 0o755 });
  await mkdir(join(draft, 'lib', 'ollama'), { recursive: true, mode: 0o755 });
  const built = join(work, unpacked, 'vendor', 'llama.cpp', 'build', 'bin');
  const files: [string, string][] = [
    [join(work, 'bin', 'ollama'), join(draft, 'bin', 'ollama')],
    ...runnerFiles.map((name): [string, string] => [join(built, name), join(draft, 'lib', 'ollama', name)]),
  ];
  for (const [from, to] of files) {
    await copyFile(from, to);
    await chmod(to, 0o755);
  }
  await rm(prefix, { recursive: true, force: true });
  await rename(draft, prefix);
}

/** Whether this computer has what a build needs; else the one thing to install. */
export async function whatBuildLacks(work: string): Promise<string | null> {
  const log = join(work, 'build.log');
  if (process.platform === 'win32') return 'a build from source is made on Linux and macOS only';
  if (!(await canRun('go', ['version'], log))) return 'Go is not installed';
  if (!(await canRun('cmake', ['--version'], log))) return 'cmake is not installed (sudo apt install cmake g++)';
  if (!(await canRun('c++', ['--version'], log))) return 'no C++ compiler is installed (sudo apt install g++)';
  if (!(await canRun('python3', ['-m', 'venv', '--help'], log)))
    return 'python3 with venv is not installed (sudo apt install python3-venv)';
  return null;
}

/** Builds the engine; about six minutes on two cores. What is done stays done when it is interrupted. */
export async function buildEngine(build: Build): Promise<void> {
  const network = 'Connect this computer to its package registries.';
  const steps: Step[] = [
    {
      name: 'ollama',
      says: `Building Ollama ${engineVersion} from its Go module (about a minute)…`,
      fix: `Check: go install ${module}.`,
      run: () => buildOllama(build),
    },
    {
      name: 'python',
      says: 'Preparing a Python of its own to fetch sources with…',
      fix: 'Run: sudo apt install python3-venv.',
      run: () => makePython(build),
    },
    {
      name: 'sources',
      says: 'Downloading the sources of the model runner (70 MB)…',
      fix: network,
      run: () => downloadSources(build),
    },
    {
      name: 'runner',
      says: 'Building the model runner, llama-server (about five minutes)…',
      fix: 'Run: sudo apt install cmake g++.',
      run: () => buildRunner(build),
    },
  ];
  for (const step of steps) await take(build, step);
  await assemble(build);
}
