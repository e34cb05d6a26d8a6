// What FETCH asks for. The macros ALL, FAST and FULL are spelled out by the grammar, and the three RFC822 items are
// body sections that are answered under their old names. RFC 3501 §6.4.5, RFC 7162 §3.1.4.

export type FetchItem =
  | { readonly kind: 'envelope' }
  | { readonly kind: 'flags' }
  | { readonly kind: 'internaldate' }
  | { readonly kind: 'rfc822.size' }
  | { readonly kind: 'uid' }
  | { readonly kind: 'modseq' }
  /** `extended` is BODYSTRUCTURE; otherwise BODY. */
  | { readonly kind: 'bodystructure'; readonly extended: boolean }
  | SectionItem;

/** Some octets of a message: BODY[…], BODY.PEEK[…], RFC822, RFC822.HEADER, RFC822.TEXT. */
export interface SectionItem {
  readonly kind: 'section';
  readonly section: BodySection;
  readonly partial: Partial | undefined;
  /** Leaves \Seen alone. */
  readonly peek: boolean;
  readonly answeredAs: 'BODY' | 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT';
}

export interface BodySection {
  /** `1.2` → [1, 2]; empty for the message itself. */
  readonly part: readonly number[];
  readonly content: SectionContent;
}

export type SectionContent =
  /** BODY[] is all of the message, BODY[1] the body of part 1. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'header' }
  /** `names` as the client wrote them: the answer repeats them. */
  | { readonly kind: 'header-fields'; readonly names: readonly string[]; readonly not: boolean }
  | { readonly kind: 'text' }
  /** The part's own MIME header; only with a part number. */
  | { readonly kind: 'mime' };

/** `<start.length>`; the answer bears only the start. */
export interface Partial {
  readonly start: number;
  readonly lengthBytes: number;
}
