import type { Readable } from 'node:stream';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { Application } from '../../app/index.ts';
import { emptyProfile } from '../../folders.ts';
import { ask } from './commands/ask.ts';
import { auditAnchor } from './commands/audit-anchor.ts';
import { auditList, auditVerify } from './commands/audit.ts';
import { chat } from './commands/chat.ts';
import { createCollection, deleteCollection, listCollections } from './commands/collections.ts';
import { doctor } from './commands/doctor.ts';
import { engineStatus, engineTrust } from './commands/engine.ts';
import { ingest } from './commands/ingest.ts';
import { listModels, recommendModels } from './commands/models.ts';
import { answerNotYet, notYet } from './commands/not-yet.ts';
import { proveOffline } from './commands/prove-offline.ts';
import { sample } from './commands/sample.ts';
import { search } from './commands/search.ts';
import { init, vaultStatus } from './commands/vault.ts';
import { openWindow, start } from './commands/window.ts';
import { readPassphraseFile, type CommandContext } from './context.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';
import { createOutput, onOneLine, type Streams } from './output.ts';

export interface ProgramDeps {
  readonly streams: Streams;
  readonly input: Readable;
  readonly hasTerminal: boolean;
  readonly signal: AbortSignal;
  readonly defaultProfile: string;
  readonly version: string;
  readonly createApplication: (profile: string, host: 'terminal' | 'chromium') => Application;
}

interface GlobalOptions {
  readonly json?: boolean;
  readonly profile?: string;
  readonly passphraseFile?: string;
}

function number(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** An option in the place of a folder's name is a name that was forgotten, not a folder to make. */
function folder(text: string): string {
  if (text === '' || text.startsWith('-')) {
    throw new InvalidArgumentError('Give the path of a folder; ./ before one that begins with a dash.');
  }
  return text;
}

/** One run of the command line. Returns the exit code; never calls `process.exit` itself. */
export async function runProgram(argv: readonly string[], deps: ProgramDeps): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  let application = null as Application | null;
  let output = createOutput(deps.streams, argv.includes('--json'));

  const contextFor = (command: Command): CommandContext => {
    const options = command.optsWithGlobals<GlobalOptions>();
    output = createOutput(deps.streams, options.json === true);
    const profile = options.profile ?? deps.defaultProfile;
    if (profile === '') throw new CloisterError('bad_request', emptyProfile);
    const passphrase = async () =>
      options.passphraseFile === undefined ? undefined : readPassphraseFile(options.passphraseFile);
    const host = command.name() === 'window' || command.parent === null ? 'chromium' : 'terminal';
    const open = async () => {
      if (application === null) {
        application = deps.createApplication(profile, host);
        await application.start();
      }
      return application;
    };
    return {
      output,
      streams: deps.streams,
      profile,
      signal: deps.signal,
      passphrase,
      application: open,
      unlocked: async () => {
        const opened = await open();
        await opened.unlock(await passphrase());
        return opened;
      },
    };
  };

  const run =
    (action: (context: CommandContext, args: string[], options: Record<string, unknown>) => Promise<ExitCode>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      exitCode = await action(contextFor(command), command.args, command.opts());
    };

  const program = new Command('cloister')
    .description('Private AI on your own machine. Without a command it opens the window, or talks in the terminal.')
    .version(deps.version)
    .option('--json', 'one JSON document (or lines) on stdout, words for people on stderr')
    .option('--profile <dir>', 'the profile folder (default: the platform’s data folder, or CLOISTER_PROFILE)', folder)
    .option('--passphrase-file <file>', 'opens a vault behind a passphrase: its first line')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => deps.streams.out.write(text),
      writeErr: (text) => deps.streams.err.write(text),
    })
    .action(
      run((context, [unknown]) => {
        if (unknown !== undefined)
          throw new CloisterError('bad_request', `There is no command “${onOneLine(unknown)}”. See: cloister --help`);
        return start(context, deps.input, deps.hasTerminal);
      }),
    );

  addCommands(program, run, deps);
  // Its commands do not inherit this any more. What is left over here is the name of a command that there is not.
  program.allowExcessArguments();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode !== 0 && argv.includes('--json')) {
        output.error(new CloisterError('bad_request', thrown.message.replace(/^error: /, '')));
      }
      exitCode = thrown.exitCode === 0 ? 0 : 2;
    } else {
      output.error(thrown);
      exitCode = exitCodeOf(codeOf(thrown));
    }
  } finally {
    await application?.stop();
  }
  return exitCode;
}

type Run = (
  action: (context: CommandContext, args: string[], options: Record<string, unknown>) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

/** The options are checked by commander; this gives them their shape. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the shape
const as = <T>(options: Record<string, unknown>): T => options as T;

function addCommands(program: Command, run: Run, deps: ProgramDeps): void {
  const collectionOption = () => new Option('--collection <name>', 'the collection').makeOptionMandatory();
  program
    .command('init')
    .description('make the vault')
    .option('--keychain', 'keep the key in the system keychain')
    .action(run((context, _args, options) => init(context, as(options))));
  program
    .command('doctor')
    .description('check everything that could be weaker than it should be')
    .action(run((context) => doctor(context)));
  program
    .command('window')
    .description('open the window')
    .action(run((context) => openWindow(context)));
  program
    .command('sample')
    .description('do the main job once in a temporary vault')
    .action(run((context) => sample(context)));

  const engine = program.command('engine').description('the caged engine');
  engine.command('status').action(run((context) => engineStatus(context)));
  engine
    .command('trust')
    .argument('<file>')
    .action(run((context, [file]) => engineTrust(context, file ?? '')));

  const models = program.command('models').description('installed and recommended models');
  models.command('list').action(run((context) => listModels(context)));
  models
    .command('recommend')
    .option('--vram <bytes>', 'video memory to assume', number(0, Number.MAX_SAFE_INTEGER))
    .option('--ram <bytes>', 'main memory to assume', number(0, Number.MAX_SAFE_INTEGER))
    .action(run((context, _args, options) => recommendModels(context, as(options))));

  const collections = program.command('collections').description('collections of documents');
  collections.command('list').action(run((context) => listCollections(context)));
  collections
    .command('create')
    .argument('<name>')
    .option('--label <label>')
    .option('--readers <roles>')
    .action(run((context, [name], options) => createCollection(context, name ?? '', as(options))));
  collections
    .command('delete')
    .argument('<name>')
    .action(run((context, [name]) => deleteCollection(context, name ?? '')));

  program
    .command('ingest')
    .description('take in files and folders')
    .argument('<path...>')
    .addOption(collectionOption())
    .option('--watch')
    .action(run((context, paths, options) => ingest(context, paths, as(options))));
  program
    .command('search')
    .description('find passages')
    .argument('[query]')
    .addOption(collectionOption())
    .option('-k <n>', 'how many', number(1, 1000), 10)
    .addOption(new Option('--mode <mode>').choices(['hybrid', 'keyword', 'vector']).default('hybrid'))
    .option('--queries <file>', 'lines of {"id", "text"}')
    .action(run((context, [query], options) => search(context, query, as(options))));
  program
    .command('ask')
    .description('an answer that shows its passages')
    .argument('<question>')
    .addOption(collectionOption())
    .option('--model <name>')
    .option('--quotes', 'answer by quotes, without a model')
    .action(run((context, [question], options) => ask(context, question ?? '', as(options))));
  program
    .command('chat')
    .description('a conversation in the terminal')
    .option('--model <name>')
    .option('--collection <name>')
    .action(run((context, _args, options) => chat(context, deps.input, as(options))));

  const audit = program.command('audit').description('the record');
  audit
    .command('list')
    .option('--since <time>')
    .option('--limit <n>', 'how many', number(1, 1_000_000))
    .action(run((context, _args, options) => auditList(context, as(options))));
  audit
    .command('verify')
    .option('--export <dir>')
    .action(run((context, _args, options) => auditVerify(context, as(options))));
  audit
    .command('anchor')
    .description('go on from a record that was put back from a backup')
    .option('--accept', 'without being asked')
    .action(run((context, _args, options) => auditAnchor(context, deps, as(options))));
  program
    .command('prove-offline')
    .description('show that nothing leaves')
    .option('--seconds <n>', 'time limit', number(1, 3600))
    .action(run((context, _args, options) => proveOffline(context, as(options))));
  program
    .command('vault')
    .description('the vault')
    .command('status')
    .action(run((context) => vaultStatus(context)));
  for (const path of notYet) addNotYet(program, path, run);
}

function addNotYet(program: Command, path: string, run: Run): void {
  const [group = '', name] = path.split(' ');
  const parent =
    name === undefined ? program : (program.commands.find((each) => each.name() === group) ?? program.command(group));
  parent
    .command(name ?? group)
    .description('not available yet')
    .argument('[anything...]')
    .allowUnknownOption()
    .action(run(() => answerNotYet(path)));
}
