/** Everything `npm start` does before it opens anything, without asking. */
import { build, messageOf, obtainParts, say } from './steps.ts';

try {
  await build();
  const { problems } = await obtainParts();
  for (const problem of problems) say(problem);
  say(
    problems.length === 0
      ? 'Cloister is set up. Next: npm start'
      : 'Cloister is set up without those parts. Next: npm start',
  );
} catch (thrown) {
  say(messageOf(thrown));
  process.exitCode = 1;
}
