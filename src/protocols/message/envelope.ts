// What IMAP's ENVELOPE and BODYSTRUCTURE, JMAP and the webmail need to know of a message, as parsed values.
// Octet offsets point into the message as stored, so that any part can be read without parsing again.
// RFC 3501 §7.4.2 names the fields.

/** An address of a header, still in the words of the header: display names are raw (encoded words not decoded). */
export interface EnvelopeAddress {
  readonly name: string | undefined;
  readonly route: string | undefined;
  /** `undefined` with a `host` of `undefined` ends a group; a group's name stands here with `host` undefined. */
  readonly mailbox: string | undefined;
  readonly host: string | undefined;
}

export interface Envelope {
  readonly date: string | undefined;
  readonly subject: string | undefined;
  readonly from: readonly EnvelopeAddress[];
  readonly sender: readonly EnvelopeAddress[];
  readonly replyTo: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
  readonly bcc: readonly EnvelopeAddress[];
  readonly inReplyTo: string | undefined;
  readonly messageId: string | undefined;
}

export type Parameter = readonly [name: string, value: string];

/** Half-open range of octets in the message as stored. */
export interface OctetRange {
  readonly start: number;
  readonly end: number;
}

interface PartCommon {
  /** Lower-case. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
  readonly id: string | undefined;
  readonly description: string | undefined;
  /** As written, upper-cased; `7BIT` where the message says nothing. */
  readonly encoding: string;
  readonly md5: string | undefined;
  readonly disposition: { readonly type: string; readonly parameters: readonly Parameter[] } | undefined;
  readonly language: readonly string[];
  readonly location: string | undefined;
  /** The part's own MIME header with its empty line; for the root the whole header of the message. */
  readonly header: OctetRange;
  readonly body: OctetRange;
}

export interface LeafPart extends PartCommon {
  readonly kind: 'leaf';
  /** Lines of the body; only meaningful for `text`. */
  readonly lines: number;
}

export interface MessagePart extends PartCommon {
  readonly kind: 'message';
  readonly lines: number;
  readonly envelope: Envelope;
  readonly content: BodyPart;
}

export interface MultiPart extends PartCommon {
  readonly kind: 'multipart';
  readonly children: readonly BodyPart[];
}

export type BodyPart = LeafPart | MessagePart | MultiPart;

export interface MessageDescription {
  readonly envelope: Envelope;
  readonly structure: BodyPart;
  /** True where a limit on parts or depth cut the parsing short: what is left is one leaf. */
  readonly truncated: boolean;
}
