import { InvalidArgumentError, Option, type Command } from 'commander';
import { ask } from './commands/ask.ts';
import { auditAnchor } from './commands/audit-anchor.ts';
import { auditList, auditVerify } from './commands/audit.ts';
import { bundleModel, importModel } from './commands/carry.ts';
import { chat } from './commands/chat.ts';
import { createCollection, deleteCollection, listCollections } from './commands/collections.ts';
import { doctor } from './commands/doctor.ts';
import { evaluateModel } from './commands/evaluation.ts';
import { engineStatus, engineTrust } from './commands/engine.ts';
import { ingest } from './commands/ingest.ts';
import { fitModel, listModels, recommendModels } from './commands/models.ts';
import { answerNotYet, notYet } from './commands/not-yet.ts';
import {
  approveModel,
  blockModel,
  modelPassport,
  removeModel,
  rollBackModel,
  verifyModels,
} from './commands/passports.ts';
import { proveOffline } from './commands/prove-offline.ts';
import { importPublishers, showPublishers } from './commands/publishers.ts';
import { pullModel } from './commands/pull.ts';
import { sample } from './commands/sample.ts';
import { search } from './commands/search.ts';
import { serve } from './commands/serve.ts';
import { issueToken, listTokens, revokeToken } from './commands/token.ts';
import { init, vaultStatus } from './commands/vault.ts';
import { openWindow } from './commands/window.ts';
import type { Asking } from './confirm.ts';
import type { CommandContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

function number(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** What a command does with its arguments and options. */
export type Action = (context: CommandContext, args: string[], options: Record<string, unknown>) => Promise<ExitCode>;

/** Makes of it what commander calls. */
type Run = (action: Action) => (...given: unknown[]) => Promise<void>;

/** The options are checked by commander; this gives them their shape. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the shape
const as = <T>(options: Record<string, unknown>): T => options as T;

/** Every command, with what `--help` says of it. */
export function addCommands(program: Command, run: Run, deps: Asking): void {
  const collectionOption = (what = 'which collection') => new Option('--collection <name>', what).makeOptionMandatory();
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
  engine
    .command('status')
    .description('which engine runs, its hash, and how it is caged')
    .action(run((context) => engineStatus(context)));
  engine
    .command('trust')
    .description('approve an installed Ollama by its hash')
    .argument('<file>', 'the program ollama')
    .action(run((context, [file]) => engineTrust(context, file ?? '')));

  const models = program.command('models').description('installed and recommended models');
  models
    .command('list')
    .description('installed models and whether they may be used')
    .action(run((context) => listModels(context)));
  models
    .command('recommend')
    .description('which models fit this computer, with the numbers')
    .option('--vram <bytes>', 'video memory to assume', number(0, Number.MAX_SAFE_INTEGER))
    .option('--ram <bytes>', 'main memory to assume', number(0, Number.MAX_SAFE_INTEGER))
    .option('--disk', 'also measure how fast models are read from the disk')
    .action(run((context, _args, options) => recommendModels(context, as(options))));
  models
    .command('fit')
    .description('what a model needs with a length of context, and whether it fits now')
    .argument('<name>', 'an installed model or one of the catalogue')
    .option('--context <tokens>', 'length of the context (default: what a question would use)', number(1, 10_000_000))
    .action(run((context, [name], options) => fitModel(context, name ?? '', as(options))));

  models
    .command('pull')
    .description('download a model; run again, it goes on where it stopped')
    .argument('<name>', 'as model, model:tag or namespace/model:tag')
    .option('--from <url>', 'another registry for this download: https://host[:port], or plain http on this computer')
    .action(run((context, [name], options) => pullModel(context, name ?? '', as(options))));
  models
    .command('import')
    .description('bring a model from a GGUF file or a bundle')
    .argument('<file>', 'the file')
    .option('--name <name>', 'how it is called here (default: as it calls itself)')
    .option('--key <file>', 'the publisher’s public key, for the signature beside a GGUF file')
    .action(run((context, [file], options) => importModel(context, file ?? '', as(options))));
  models
    .command('bundle')
    .description('put an approved model with all that belongs to it into one signed file')
    .argument('<name>', 'the model')
    .argument('<out>', 'the file to make')
    .action(run((context, [name, out]) => bundleModel(context, name ?? '', out ?? '')));
  models
    .command('verify')
    .description('hash every byte of one model or of all; 1 when one differs')
    .argument('[name]', 'the model')
    .action(run((context, [name]) => verifyModels(context, name)));
  models
    .command('passport')
    .description('everything that is known of a model: where from, what it is, who approved it')
    .argument('<name>', 'the model')
    .action(run((context, [name]) => modelPassport(context, name ?? '')));
  models
    .command('evaluate')
    .description(
      'try a model before approving it: what it declines, keeps to itself and can do; 1 when refusals collapsed',
    )
    .argument('<name>', 'the model')
    .option('--running', 'the version that runs now, to have something to compare a new one with')
    .action(run((context, [name], options) => evaluateModel(context, name ?? '', as(options))));
  models
    .command('approve')
    .description('let a model run that waits in quarantine')
    .argument('<name>', 'the model')
    .option('--reason <text>', 'why, kept in its passport')
    .option('--yes', 'without being asked when it declines far less than the version before')
    .action(run((context, [name], options) => approveModel(context, deps, name ?? '', as(options))));
  models
    .command('block')
    .description('never let this version of a model run')
    .argument('<name>', 'the model')
    .requiredOption('--reason <text>', 'why, kept in its passport')
    .action(run((context, [name], options) => blockModel(context, name ?? '', as(options))));
  models
    .command('remove')
    .description('delete the files of a model; what was decided about it stays known')
    .argument('<name>', 'the model')
    .action(run((context, [name]) => removeModel(context, name ?? '')));
  models
    .command('rollback')
    .description('put back the version that ran before')
    .argument('<name>', 'the model')
    .action(run((context, [name]) => rollBackModel(context, name ?? '')));
  const publishers = models.command('publishers').description('whose models need no second look');
  publishers
    .command('show')
    .description('who is listed, and who says so')
    .action(run((context) => showPublishers(context)));
  publishers
    .command('import')
    .description('take a signed list of publishers; the signature is FILE.sig')
    .argument('<file>', 'the list')
    .option('--key <file>', 'the public key of whoever signs it (the first time, or for another one)')
    .action(run((context, [file], options) => importPublishers(context, file ?? '', as(options))));

  const collections = program.command('collections').description('collections of documents');
  collections
    .command('list')
    .description('collections with their documents, passages and size')
    .action(run((context) => listCollections(context)));
  collections
    .command('create')
    .description('make an empty collection')
    .argument('<name>', 'how it is called from now on')
    .option('--label <label>', 'a word of your own, kept beside the name')
    .option('--readers <roles>', 'who may ask it (not available yet)')
    .action(run((context, [name], options) => createCollection(context, name ?? '', as(options))));
  collections
    .command('delete')
    .description('delete a collection with its documents; the files stay')
    .argument('<name>', 'the collection')
    .option('--yes', 'without being asked')
    .action(run((context, [name], options) => deleteCollection(context, deps, name ?? '', as(options))));

  program
    .command('ingest')
    .description('take in files and folders')
    .argument('<path...>', 'files, and folders with everything below them')
    .addOption(collectionOption('where to; made when there is none of that name'))
    .option('--watch', 'go on with what changes (not available yet)')
    .action(run((context, paths, options) => ingest(context, paths, as(options))));
  program
    .command('search')
    .description('find passages')
    .argument('[query]', 'words, or a question; “words in quotation marks” as they stand')
    .addOption(collectionOption())
    .option('-k <n>', 'how many passages', number(1, 1000), 10)
    .addOption(
      new Option('--mode <mode>', 'by words, by meaning, or both')
        .choices(['hybrid', 'keyword', 'vector'])
        .default('hybrid'),
    )
    .option('--queries <file>', 'many at once: lines of {"id", "text"}')
    .action(run((context, [query], options) => search(context, query, as(options))));
  program
    .command('ask')
    .description('an answer that shows its passages')
    .argument('<question>', 'in your own words')
    .addOption(collectionOption())
    .option('--model <name>', 'the chat model (default: the best that is installed and fits)')
    .option('--context <tokens>', 'at most so much context (default: the longest that fits)', number(512, 1_048_576))
    .option('--quotes', 'answer by quotes, without a model')
    .action(run((context, [question], options) => ask(context, question ?? '', as(options))));
  program
    .command('chat')
    .description('a conversation in the terminal')
    .option('--model <name>', 'the chat model (default: the best that is installed and fits)')
    .option('--context <tokens>', 'at most so much context (default: the longest that fits)', number(512, 1_048_576))
    .option('--collection <name>', 'answer from this collection')
    .action(run((context, _args, options) => chat(context, deps.input, as(options))));

  program
    .command('serve')
    .description('let other programs on this computer ask: HTTP on loopback, a token for each')
    .option('--port <n>', 'which port (default: a free one)', number(0, 65_535), 0)
    .action(run((context, _args, options) => serve(context, as(options))));
  const token = program.command('token').description('tokens for other programs');
  token
    .command('issue')
    .description('make a token for a program; it is shown this once')
    .requiredOption('--scopes <list>', 'what it allows, with commas: chat, embed, models.read, metrics.read, …')
    .option('--ttl <seconds>', 'how long it is good (default: 12 hours)', number(1, 30 * 24 * 3600))
    .option('--name <name>', 'which program it is for')
    .option('--models <list>', 'which models, with commas (default: every approved one)')
    .action(run((context, _args, options) => issueToken(context, as(options))));
  token
    .command('list')
    .description('the tokens that are out')
    .action(run((context) => listTokens(context)));
  token
    .command('revoke')
    .description('end a token now')
    .argument('<id>', 'its id, from the list')
    .action(run((context, [id]) => revokeToken(context, id ?? '')));

  const audit = program.command('audit').description('the record');
  audit
    .command('list')
    .description('entries of the record, newest first')
    .option('--since <time>', 'from then on, such as 2026-03-31 or 2026-03-31T12:00:00Z')
    .option('--limit <n>', 'how many (default: 100)', number(1, 1_000_000))
    .action(run((context, _args, options) => auditList(context, as(options))));
  audit
    .command('verify')
    .description('check that no entry was changed, left out or rolled back')
    .option('--export <dir>', 'check an exported record instead (not available yet)')
    .action(run((context, _args, options) => auditVerify(context, as(options))));
  audit
    .command('anchor')
    .description('go on from a record that was put back from a backup')
    .option('--accept', 'without being asked')
    .action(run((context, _args, options) => auditAnchor(context, deps, as(options))));
  program
    .command('prove-offline')
    .description('show that nothing leaves')
    .option('--seconds <n>', 'time limit (default: 300)', number(1, 3600))
    .action(run((context, _args, options) => proveOffline(context, as(options))));
  program
    .command('vault')
    .description('the vault')
    .command('status')
    .description('whether there is a vault, and what opens it')
    .action(run((context) => vaultStatus(context)));
  for (const path of notYet) addNotYet(program, path, run);
}

function addNotYet(program: Command, path: string, run: Run): void {
  const [group = '', name] = path.split(' ');
  const parent =
    name === undefined
      ? program
      : (program.commands.find((each) => each.name() === group) ??
        program.command(group).description('not available yet'));
  parent
    .command(name ?? group)
    .description('not available yet')
    .argument('[anything...]')
    .allowUnknownOption()
    .action(run(() => answerNotYet(path)));
}
