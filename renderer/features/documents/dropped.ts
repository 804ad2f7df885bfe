/** A file to take in, with its place below what was dropped or picked. */
export interface Picked {
  readonly name: string;
  readonly file: File;
}

const filesOf = (directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => {
    const reader = directory.createReader();
    const all: FileSystemEntry[] = [];
    // A reader hands out at most a hundred entries at a time, and an empty list at the end.
    const more = () =>
      reader.readEntries((some) => {
        if (some.length === 0) {
          resolve(all);
          return;
        }
        all.push(...some);
        more();
      }, reject);
    more();
  });

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** Hidden files are the system's own: `.DS_Store`, `.git`, lock files of office programs. */
const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('~$');

async function* walk(entry: FileSystemEntry): AsyncGenerator<Picked> {
  if (isHidden(entry.name)) return;
  if (entry.isFile) yield { name: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) };
  if (!entry.isDirectory) return;
  for (const child of await filesOf(entry as FileSystemDirectoryEntry)) yield* walk(child);
}

/** Everything in a drop, folders opened. The entries must be taken before the first await: a drop is over then. */
export async function droppedFiles(transfer: DataTransfer): Promise<Picked[]> {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: Picked[] = [];
  for (const { entry, file } of taken) {
    if (entry === null) {
      if (file !== null && !isHidden(file.name)) found.push({ name: file.name, file });
      continue;
    }
    for await (const picked of walk(entry)) found.push(picked);
  }
  return found;
}

/** What an `<input type=file>` holds; a folder's files carry their place below it. */
export function pickedFiles(list: FileList): Picked[] {
  return [...list]
    .map((file) => ({ name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }))
    .filter(({ name }) => !name.split('/').some(isHidden));
}
