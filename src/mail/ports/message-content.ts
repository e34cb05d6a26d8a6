// The octets of one message while it is decided upon: in memory when small, in a file of ours when large. Whoever
// opened it disposes of it (`await using`).

export interface MessageContent extends AsyncDisposable {
  readonly sizeBytes: number;
  /** Fewer octets than asked for only at the end. */
  read(offset: number, lengthBytes: number): Promise<Buffer>;
  stream(): AsyncIterable<Buffer>;
}

export interface ContentWriter extends AsyncDisposable {
  readonly sizeBytes: number;
  /** Awaiting it is the back-pressure; small messages resolve at once. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** Ends the message; disposing the writer afterwards does nothing. */
  finish(): Promise<MessageContent>;
}

export interface ContentStore {
  /** Throws WorldError when nothing can be stored. */
  openWriter(): ContentWriter;
}
