// What FETCH asks for. The macros ALL, FAST and FULL are spelled out by the grammar, and the three RFC822 items are
// body sections that are answered under their old names. RFC 3501 §6.4.5, RFC 7162 §3.1.4.

import type { BodySection } from '#protocols/message/body-section.ts';

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
  /** Names of header fields as the client wrote them: the answer repeats them. */
  readonly section: BodySection;
  readonly partial: Partial | undefined;
  /** Leaves \Seen alone. */
  readonly peek: boolean;
  readonly answeredAs: 'BODY' | 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT';
}

/** `<start.length>`; the answer bears only the start. */
export interface Partial {
  readonly start: number;
  readonly lengthBytes: number;
}
