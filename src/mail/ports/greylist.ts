// Who was seen before: a stranger's first try is put off, its next one is not.

/** What a try is remembered by. */
export interface Triplet {
  /** Of the client: `192.0.2.0/24`. */
  readonly network: string;
  /** Of the client itself. */
  readonly address: string;
  /** Without what differs between messages of one sender. */
  readonly sender: string;
  readonly recipient: string;
}

export type GreylistAnswer = { readonly kind: 'known' } | { readonly kind: 'wait'; readonly seconds: number };

export interface Greylist {
  /** Notes the try. Throws WorldError when what is remembered cannot be asked. */
  look(triplet: Triplet): Promise<GreylistAnswer>;
}
