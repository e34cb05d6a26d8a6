// What a command is made of before it is parsed: the text of its lines, and the literals between. RFC 3501 §4.3.

/** A command is texts and literals in turn; it begins with a text, and a complete one ends with a text. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal'; readonly octets: Buffer; readonly binary: boolean }
  | LiteralOffer;

/** A literal whose octets are still to come; only ever the last segment. */
export interface LiteralOffer {
  readonly kind: 'offer';
  readonly sizeBytes: number;
  /** The client waits for `+ …` before it sends the octets. */
  readonly synchronizing: boolean;
  /** `~{n}`: may hold NUL. */
  readonly binary: boolean;
}
