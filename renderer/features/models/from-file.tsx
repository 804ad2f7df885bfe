import { FileInput } from 'lucide-react';
import { useRef } from 'react';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { pickedFiles } from '../documents/dropped.ts';
import { bringFiles, chooseModelFile } from './import.ts';

/** A GGUF file or a bundle, by the host's dialog or, where it has none, the page's own field. */
export function FromFile() {
  const field = useRef<HTMLInputElement | null>(null);
  return (
    <section className="add-way" aria-labelledby="by-file">
      <h3 id="by-file">{t.models.byFileTitle}</h3>
      <p className="small soft">{t.models.byFileWords}</p>
      <div>
        <Button icon={FileInput} onPress={() => void chooseModelFile(() => field.current?.click())}>
          {t.models.byFile}
        </Button>
      </div>
      <input
        type="file"
        hidden
        ref={field}
        tabIndex={-1}
        aria-hidden
        data-testid="pick-model"
        onChange={({ currentTarget: picked }) => {
          void bringFiles(pickedFiles(picked.files ?? new DataTransfer().files));
          picked.value = '';
        }}
      />
    </section>
  );
}
