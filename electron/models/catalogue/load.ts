import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { catalogueSchema, type Catalogue } from './schema.ts';

/** Reads the catalogue that ships with the program. A damaged one is an error of the installation, not an empty list. */
export async function loadCatalogue(resources: string): Promise<Catalogue> {
  try {
    const text = await readFile(join(resources, 'catalogue', 'models.json'), 'utf8');
    return catalogueSchema.parse(JSON.parse(text));
  } catch (thrown) {
    throw new CloisterError(
      'internal',
      'The list of models that ships with Cloister is damaged. Install Cloister again.',
      {
        cause: thrown,
      },
    );
  }
}
