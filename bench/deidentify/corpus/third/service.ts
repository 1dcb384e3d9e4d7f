/** A service's request as it is described: names of fields, and at each leaf the kind of its value. */
export interface Service {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** Segments; `{kind}` is a value. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Tree;
  /** The only format that it comes in; without it any. */
  readonly format?: string;
}

/** A kind's name; `=` before a text that stands as it is; `~` before a sentence with `{kind}` in it. */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };
