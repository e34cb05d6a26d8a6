// Mail that the server itself writes: bounces, delay warnings, reports. It comes in by the same door as all mail.

export interface OwnMessage {
  /** `` is the null reverse-path, as of all bounces. */
  readonly sender: string;
  readonly recipient: string;
  /** A whole message, CRLF line ends. */
  readonly octets: Buffer;
  readonly smtpUtf8: boolean;
  /** RFC 8689 §5: what tells of a message with REQUIRETLS is guarded as well. */
  readonly requireTls?: boolean | undefined;
}

export interface OwnMail {
  /** Resolves with its queue id when it is promised; throws WorldError when it must be tried again later. */
  post(message: OwnMessage): Promise<string>;
}
