// What FETCH ENVELOPE and BODYSTRUCTURE send, rendered once from the message as stored and kept. Who composes the
// server says how: stores know neither the message grammar nor IMAP's.

export interface PreparedOctets {
  readonly envelope: Buffer;
  readonly bodyStructure: Buffer;
}

/** Never throws: what cannot be parsed is described as one part of text. */
export type PrepareOctets = (message: Buffer) => PreparedOctets;
