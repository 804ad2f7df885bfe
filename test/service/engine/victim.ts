/** A program with a running engine and an answer under way, for tests that kill it. Run with: folder, cage. */
import { join } from 'node:path';
import { createEngineWith } from '../../../electron/engine/create-engine.ts';
import { asking, keeper, weaker } from './support.ts';

const [folder = '', cage] = process.argv.slice(2);
const engine = createEngineWith(
  { profile: folder, models: join(folder, 'models'), runtime: { node: process.execPath, keeper } },
  cage === 'port' ? weaker : {},
);
const client = await engine.client();
for await (const chunk of client.chat(asking(4000), new AbortController().signal)) {
  if (chunk.text !== '') process.stdout.write('talking\n');
}
