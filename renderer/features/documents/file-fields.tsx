import { useImperativeHandle, useRef, type Ref } from 'react';
import { addPicked, choose } from './actions.ts';

export interface FileFields {
  readonly files: () => void;
  readonly folder: () => void;
}

/** The page's own file fields, for hosts without a dialog. Out of sight: the buttons stand for them. */
export function FileFields({ ref }: { readonly ref: Ref<FileFields> }) {
  const files = useRef<HTMLInputElement | null>(null);
  const folder = useRef<HTMLInputElement | null>(null);
  useImperativeHandle(ref, () => ({
    files: () => void choose('files', () => files.current?.click()),
    folder: () => void choose('folder', () => folder.current?.click()),
  }));
  const take = (field: HTMLInputElement) => {
    void addPicked(field.files).finally(() => {
      field.value = '';
    });
  };
  return (
    <div hidden>
      <input
        type="file"
        multiple
        ref={files}
        tabIndex={-1}
        aria-hidden
        data-testid="pick-files"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        type="file"
        multiple
        ref={(node) => {
          folder.current = node;
          node?.setAttribute('webkitdirectory', '');
        }}
        tabIndex={-1}
        aria-hidden
        data-testid="pick-folder"
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
