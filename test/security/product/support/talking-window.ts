/**
 * The whole application with its window, in a process of its own that a test can kill. A person makes the vault, drops a
 * document in and asks; what they type comes as one line of JSON on standard input, so that it stands in no arguments.
 */
import { createInterface } from 'node:readline';
import { startInChromium } from '../../../host/chromium-fixture.ts';

interface Person {
  readonly profile: string;
  readonly passphrase: string;
  readonly document: { readonly name: string; readonly text: string };
  readonly question: string;
}

const say = (word: string): void => void process.stdout.write(`${word}\n`);

const first = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
const { profile, passphrase, document, question } = JSON.parse(first.value ?? '{}') as Person;
const { page } = await startInChromium(profile);

await page.getByText('Behind a passphrase').click();
for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
await page.getByText(/I understand/).click();
await page.getByRole('button', { name: 'Create the vault' }).click();
await page.getByRole('button', { name: 'Skip for now' }).waitFor();
say('unlocked');

const dropped = JSON.stringify(document);
await page.evaluate(`(async () => {
  const { name, text } = ${dropped};
  const collection = await cloister.invoke['collections.create']({ name: 'Dropped' });
  const bytes = new TextEncoder().encode(text);
  const uploadId = crypto.randomUUID();
  const collectionId = collection.value.id;
  return cloister.invoke['documents.upload']({ collectionId, uploadId, name, offset: 0, total: bytes.length, bytes });
})()`);
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByRole('button', { name: 'Go to Cloister' }).click();
say('dropped');

const composer = page.getByRole('textbox', { name: 'Your question' });
await composer.fill(question);
await composer.press('Enter');
await page.getByRole('heading', { level: 1, name: question }).waitFor();
say('asked');
// Until it is killed.
setInterval(() => undefined, 60_000);
