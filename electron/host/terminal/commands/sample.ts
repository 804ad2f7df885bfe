import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { counted } from '../../../../shared/counted.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import type { Answer } from '../../../inference/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar } from '../output.ts';
import { answerAsJson, answerAsText } from './ask.ts';
import { shown } from './doctor.ts';

const sampleQuestions = z.array(z.looseObject({ question: z.string(), answerable: z.boolean() }));

async function firstQuestion(resources: string): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(join(resources, 'sample-questions.json'), 'utf8'));
  const question = sampleQuestions.parse(parsed).find((each) => each.answerable)?.question;
  if (question === undefined)
    throw new CloisterError('not_found', 'The sample questions are missing. Reinstall Cloister.');
  return question;
}

/** Says plainly which walls are missing where nobody looks at a window: a container, a pipeline, a bare terminal. */
export async function sayWeakerWalls(context: CommandContext, application: Application): Promise<void> {
  const weaker = await application.weakerWalls();
  if (weaker.length === 0) return;
  context.output.note(['Weaker here than it should be:', ...weaker.map(shown)].join('\n'));
}

/** Takes the sample documents in, with progress, and returns their collection. */
export async function takeInSamples(context: CommandContext, application: Application): Promise<string> {
  const collection = await application.addSamples((done, total) =>
    context.output.progress(`Reading the sample documents ${bar(done, total)}`),
  );
  context.output.progress(null);
  return collection.id;
}

/**
 * The main job once, from nothing: the sample documents are read, embedded and asked, through the caged engine and into the
 * record. For a container or a pipeline, and the job that `prove-offline` watches.
 */
export async function sample(context: CommandContext): Promise<ExitCode> {
  const application = await context.application();
  await application.create({ keySource: 'memory' });
  context.output.note('A temporary vault is open. Its key lives in memory only; nothing can open it again.');
  await sayWeakerWalls(context, application);
  const collectionId = await takeInSamples(context, application);
  const pending = await application.rooms.documents
    .embedPending({ collectionId, signal: context.signal })
    .catch((thrown: unknown) => {
      context.output.note(
        `Search by meaning is not available, keyword search answers: ${thrown instanceof Error ? thrown.message : ''}`,
      );
      return 0;
    });
  const question = await firstQuestion(application.ports.entries.resources);
  context.output.note(`\nQuestion: ${question}`);
  let answer: Answer | null = null;
  for await (const event of application.ask({ question, mode: 'quotes', collectionId }, 'cli', context.signal)) {
    if (event.type === 'answer') answer = event.answer;
  }
  const verified = await application.rooms.audit.verify();
  if (answer === null || answer.abstained || !verified.ok)
    throw new CloisterError('internal', 'The sample question was not answered.');
  const whole = answer;
  context.output.result(
    {
      question,
      ...answerAsJson(whole),
      embedded: pending,
      cage: application.rooms.engine.status().cage,
      weaker: await application.weakerWalls(),
      record: verified,
    },
    () =>
      `\n${answerAsText(whole, context.output.prose)}\n\nThe record holds ${counted(verified.size, 'entry', 'entries')} and verifies.`,
  );
  return 0;
}
