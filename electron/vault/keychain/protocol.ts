interface Addressed {
  readonly id: number;
  readonly service: string;
  readonly account: string;
}

export type HelperRequest =
  (Addressed & { readonly op: 'get' | 'delete' }) | (Addressed & { readonly op: 'set'; readonly secret: string });

export type HelperAnswer =
  | { readonly id: number; readonly ok: true; readonly value: string | null }
  | { readonly id: number; readonly ok: false; readonly message: string };
