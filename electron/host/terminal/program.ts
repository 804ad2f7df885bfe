import type { Readable } from 'node:stream';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { Application } from '../../app/index.ts';
import { emptyProfile } from '../../folders.ts';
import { addCommands, type Action } from './add-commands.ts';
import { start } from './commands/window.ts';
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
    (action: Action) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      exitCode = await action(contextFor(command), command.args, command.opts());
    };

  const program = new Command('cloister')
    .description('Private AI on your own machine. Without a command it opens the window, or talks in the terminal.')
    .version(deps.version)
    .option('--json', 'one JSON document (or lines) on stdout, words for people on stderr')
    .option('--profile <dir>', 'the profile folder (default: the platform’s data folder, or CLOISTER_PROFILE)', folder)
    .option('--passphrase-file <file>', 'opens a vault behind a passphrase: the first line of this file')
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
