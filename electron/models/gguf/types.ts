/** What keys and tensors are called: printable ASCII, without spaces. */
export const isName = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

export type GgufScalar = string | number | bigint | boolean;

export interface GgufArray {
  readonly count: number;
  /** The numbers of a short array (one a layer); null for long arrays and for strings, which are only counted. */
  readonly numbers: readonly number[] | null;
}

export interface GgufTensor {
  readonly name: string;
  readonly type: string;
  readonly dimensions: readonly number[];
  readonly elements: number;
  /** From the start of the tensor data. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly values: ReadonlyMap<string, GgufScalar>;
  readonly arrays: ReadonlyMap<string, GgufArray>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensor data begins. */
  readonly dataStart: number;
  readonly fileBytes: number;
}
