import type { Page } from 'playwright';
import { rightPassphrase, type Scenario } from '../../../fakes/page-bridge.ts';
import type { Look } from './open.ts';

/** A page or state of the window, how to get there, and what is to be seen when it is there. */
export interface Scene {
  readonly name: string;
  /** Null: no application behind the page. */
  readonly scenario: Scenario | null;
  readonly look?: Look;
  readonly go?: (page: Page) => Promise<void>;
}

const rail = async (page: Page, name: string): Promise<void> => {
  const menu = page.getByRole('button', { name: 'Open the menu' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation', { name: 'Main menu' }).getByRole('button', { name, exact: true }).click();
};

const talk = async (page: Page, title: string): Promise<void> => {
  await rail(page, title);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
};

const cite = async (page: Page): Promise<void> => {
  await talk(page, 'Notice periods in the lease');
  await page.getByRole('button', { name: 'Source 1: Lease agreement.pdf' }).first().click();
  await page.locator('.paper[data-drawn=true]').waitFor();
};

const popover =
  (name: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('contentinfo').getByRole('button', { name }).click();
    await page.getByRole('dialog').waitFor();
  };

const heading = async (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** Its facts stand beside the table in a wide window, and come when it is pressed in a narrow one. */
const choose = async (page: Page, name: RegExp): Promise<void> => {
  const button = page.getByRole('table').getByRole('button', { name });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  await page.getByRole('button', { name: 'Open the passport' }).waitFor();
};

async function openPrograms(page: Page): Promise<void> {
  await rail(page, 'Settings');
  await page.getByRole('button', { name: 'Open the door' }).press('Enter');
  await page.getByRole('heading', { name: 'Tokens' }).waitFor();
}

async function makeToken(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New token' }).press('Enter');
  await page.getByRole('textbox', { name: 'Program' }).fill('my editor');
  await page.getByRole('textbox', { name: 'Program' }).press('Enter');
  await page.getByRole('button', { name: 'Copy the token' }).waitFor();
}

export const scenes: readonly Scene[] = [
  { name: 'talk-viewer', scenario: {}, go: cite },
  { name: 'talk-fresh', scenario: {} },
  { name: 'talk-fresh-samples', scenario: { documents: 'samples', talks: 'none', chatModels: 0 } },
  { name: 'talk-nothing', scenario: { documents: 'none', talks: 'none', chatModels: 0, engine: 'missing' } },
  { name: 'talk-quotes', scenario: { chatModels: 0 }, go: (page) => talk(page, 'What the landlord promised') },
  { name: 'talk-states', scenario: {}, go: (page) => talk(page, 'Deposit, handover and a cat') },
  { name: 'talk-markdown', scenario: {}, go: (page) => talk(page, 'Heating costs, checked line by line') },
  {
    name: 'talk-streaming',
    scenario: { pace: { every: 50, characters: 6 } },
    go: async (page) => {
      await page.getByRole('textbox', { name: 'Your question' }).fill('How long is the notice period?');
      await page.keyboard.press('Enter');
      await page.locator('.prose').getByText('three months').waitFor();
    },
  },
  {
    name: 'talk-refused',
    scenario: { fails: { 'chats.send': 'model_too_large' } },
    go: async (page) => {
      await page.getByRole('textbox', { name: 'Your question' }).fill('How long is the notice period?');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'talk-too-large',
    scenario: { tooLarge: 'qwen3:14b' },
    go: async (page) => {
      await page.getByRole('textbox', { name: 'Your question' }).fill('How long is the notice period?');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'What helps' }).waitFor();
    },
  },
  {
    name: 'talk-mode-menu',
    scenario: { chatModels: 0 },
    go: async (page) => {
      await page.getByRole('button', { name: /How to answer/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'talk-gone',
    scenario: { fails: { 'chats.get': 'not_found' } },
    go: (page) => rail(page, 'Travel rules, in short'),
  },
  { name: 'talk-loading', scenario: { hangs: ['chats.list', 'chats.get', 'collections.list'] } },
  {
    name: 'viewer-text',
    scenario: {},
    go: async (page) => {
      await talk(page, 'Notice periods in the lease');
      await page.getByRole('button', { name: 'Source 3: Re: moving out earlier.eml' }).first().click();
      await page.locator('.text-paper mark').waitFor();
    },
  },
  {
    name: 'viewer-not-placed',
    scenario: { place: 'ambiguous' },
    go: async (page) => {
      await cite(page);
      await page.getByText('more than one place').first().waitFor();
    },
  },
  {
    name: 'viewer-moved',
    scenario: { notice: 'file_moved' },
    go: async (page) => {
      await talk(page, 'Notice periods in the lease');
      await page.getByRole('button', { name: 'Source 1: Lease agreement.pdf' }).first().click();
      await page.locator('.text-paper mark').waitFor();
    },
  },
  {
    name: 'documents',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'documents-many',
    scenario: { documents: 'many' },
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'documents-ingesting',
    scenario: { documents: 'ingesting' },
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByText('Reading 17 of 42 files').first().waitFor();
    },
  },
  {
    name: 'documents-none',
    scenario: { documents: 'none' },
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByText('Nothing to read yet').waitFor();
    },
  },
  {
    name: 'documents-error',
    scenario: { fails: { 'collections.list': 'internal' } },
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'documents-loading',
    scenario: { hangs: ['documents.list'] },
    go: async (page) => {
      await rail(page, 'Documents');
      await heading(page, 'Documents');
    },
  },
  {
    name: 'documents-delete',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Documents');
      await page.getByRole('button', { name: 'Delete collection' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'models',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'models-states',
    scenario: { models: 'states' },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByRole('button', { name: /^letters:7b/ }).click();
      await page.getByRole('list', { name: 'What speaks for it' }).waitFor();
    },
  },
  {
    name: 'models-managed',
    scenario: { rules: 'broken' },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByRole('button', { name: 'Show publishers' }).click();
      await page.getByText('registry.example.org/labs').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'models-managed-top',
    scenario: { rules: 'managed', chatModels: 0 },
    go: async (page) => {
      await rail(page, 'Models');
      await heading(page, 'Models');
    },
  },
  {
    name: 'models-downloads',
    scenario: { downloads: 'some' },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByText('not enough free space').waitFor();
    },
  },
  {
    name: 'models-changed',
    scenario: { models: 'changed' },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByText('The files of qwen3:8b changed, so it is out of use.').waitFor();
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'models-none',
    scenario: { chatModels: 0, engine: 'missing' },
    go: async (page) => {
      await page.getByRole('button', { name: 'How to add one' }).click();
      await page.getByRole('heading', { name: 'Three models that suit this computer' }).waitFor();
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'models-add',
    scenario: { chatModels: 0 },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByRole('button', { name: 'Show ways' }).click();
      await page.getByText('ollama pull', { exact: false }).waitFor();
      await page.getByText('Look again', { exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'models-passport',
    scenario: { models: 'states' },
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^qwen3:8b/);
      await page.getByRole('button', { name: 'Open the passport' }).click();
      await page.getByRole('dialog').getByText('What changed in the template').waitFor();
    },
  },
  {
    name: 'models-approve',
    scenario: { models: 'states' },
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^letters:7b/);
      await page.getByRole('button', { name: 'Approve', exact: true }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'models-trial',
    scenario: { models: 'states', trialPace: 100_000 },
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^letters:7b/);
      await page.getByRole('button', { name: 'Try it', exact: true }).click();
      await page.getByText('Loading the model').waitFor();
    },
  },
  {
    name: 'models-trial-collapsed',
    scenario: { models: 'states', trial: 'collapsed', trialPace: 1 },
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^qwen3:8b/);
      await page.getByRole('button', { name: 'Try it', exact: true }).click();
      await page.getByText('It declines far fewer harmful asks', { exact: true }).waitFor();
    },
  },
  {
    name: 'models-trial-approve',
    scenario: { models: 'states', trial: 'collapsed', trialPace: 1 },
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^qwen3:8b/);
      await page.getByRole('button', { name: 'Try it', exact: true }).click();
      await page.getByText('It declines far fewer harmful asks', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Approve', exact: true }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'models-trial-answers',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^qwen3:8b/);
      await page.getByRole('button', { name: 'Open the passport' }).click();
      await page.getByRole('button', { name: 'Show every answer' }).click();
      await page.getByRole('heading', { name: 'What it answered when it was tried' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'models-remove',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Models');
      await choose(page, /^qwen3:8b/);
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText('come free').waitFor();
    },
  },
  {
    name: 'models-error',
    scenario: { fails: { 'models.recommend': 'internal', 'models.passport': 'locked' } },
    go: async (page) => {
      await rail(page, 'Models');
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'models-loading',
    scenario: { hangs: ['models.list'] },
    go: async (page) => {
      await rail(page, 'Models');
      await heading(page, 'Models');
    },
  },
  {
    name: 'record',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Record');
      await page.getByRole('button', { name: 'Verify the record' }).click();
      await page.locator('.notice.good').waitFor();
    },
  },
  {
    name: 'record-broken',
    scenario: { verified: false },
    go: async (page) => {
      await rail(page, 'Record');
      await page.getByRole('button', { name: 'Verify the record' }).click();
      await page.getByText('The record does not hold.').waitFor();
    },
  },
  {
    name: 'record-entry',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Record');
      await page.getByRole('button', { name: 'Entry 1,201' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'settings',
    scenario: {},
    go: async (page) => {
      await rail(page, 'Settings');
      await page.getByText('Swap is not encrypted.').waitFor();
    },
  },
  {
    name: 'programs-open',
    scenario: {},
    go: async (page) => {
      await openPrograms(page);
      await makeToken(page);
      await page.getByRole('button', { name: 'Done' }).press('Enter');
      await page.getByRole('button', { name: 'End: my editor' }).waitFor();
    },
  },
  {
    name: 'programs-new-token',
    scenario: {},
    go: async (page) => {
      await openPrograms(page);
      await page.getByRole('button', { name: 'New token' }).press('Enter');
      await page.getByRole('textbox', { name: 'Program' }).waitFor();
    },
  },
  {
    name: 'programs-token-made',
    scenario: {},
    go: async (page) => {
      await openPrograms(page);
      await makeToken(page);
    },
  },
  {
    name: 'settings-engine-changed',
    scenario: { engine: 'changed' },
    go: async (page) => {
      await rail(page, 'Settings');
      await heading(page, 'Settings');
    },
  },
  {
    name: 'palette',
    scenario: {},
    go: async (page) => {
      await page.getByRole('textbox', { name: 'Your question' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('searchbox').fill('notice');
      await page
        .getByRole('option', { name: /The tenant may terminate/ })
        .first()
        .waitFor();
    },
  },
  { name: 'status-engine', scenario: {}, go: popover(/Engine sealed/) },
  { name: 'status-port', scenario: { engine: 'port' }, go: popover(/this computer only/) },
  { name: 'status-connections', scenario: {}, go: popover(/connections made/) },
  { name: 'status-memory', scenario: {}, go: popover(/qwen3:8b/) },
  { name: 'status-encryption', scenario: {}, go: popover(/Encrypted/) },
  { name: 'status-record', scenario: {}, go: popover(/Record 1,204/) },
  { name: 'guide-key', scenario: { vault: 'absent', documents: 'none', talks: 'none' } },
  {
    name: 'guide-passphrase',
    scenario: { vault: 'absent', keychain: false, documents: 'none' },
    go: async (page) => {
      await page.getByLabel('Choose a passphrase').fill('lamp orchard violin');
      await page.getByLabel('Repeat the passphrase').fill('lamp x');
    },
  },
  { name: 'guide-documents', scenario: { guideSeen: false, documents: 'none', talks: 'none' } },
  {
    name: 'guide-ask',
    scenario: { guideSeen: false, documents: 'samples', talks: 'none' },
    go: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      await heading(page, 'Ask a first question');
    },
  },
  {
    name: 'guide-model',
    scenario: { guideSeen: false, documents: 'samples', talks: 'none', chatModels: 0 },
    go: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'Three models that suit this computer' }).waitFor();
    },
  },
  { name: 'lock-keychain', scenario: { vault: 'locked' } },
  {
    name: 'lock-wrong',
    scenario: { vault: 'locked', keySource: 'passphrase' },
    go: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill(`${rightPassphrase}?`);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'lock-keychain-missing',
    scenario: { vault: 'locked', keychain: false, fails: { 'vault.unlock': 'keychain_missing' } },
    go: async (page) => {
      await page.getByRole('button', { name: 'Unlock' }).click();
      await heading(page, 'The keychain cannot be reached');
    },
  },
  {
    name: 'lock-key-lost',
    scenario: { vault: 'locked', fails: { 'vault.unlock': 'key_lost' } },
    go: async (page) => {
      await page.getByRole('button', { name: 'Unlock' }).click();
      await heading(page, 'The key is gone');
    },
  },
  { name: 'vault-damaged', scenario: { vault: 'damaged' } },
  { name: 'vault-newer', scenario: { vault: 'newer' } },
  { name: 'fatal-outside', scenario: null },
  { name: 'fatal-start', scenario: { fails: { 'app.status': 'profile_in_use' } } },
];
