// What FETCH and SEARCH need of most messages, made once from the message as stored and kept: ENVELOPE, BODYSTRUCTURE, and
// the header. Who composes the server says how: stores know neither the message grammar nor IMAP's.

import type { PreparedFetch, PreparedPart } from '#mail/ports/mail-store.ts';

/** `undefined`: not asked for; of a header, that it is too long to be kept. */
export type PreparedOctets = Omit<PreparedFetch, 'uid'>;

/** Never throws: what cannot be parsed is described as one part of text. */
export type PrepareOctets = (message: Buffer) => PreparedOctets;

export function pickParts(octets: PreparedOctets, parts: readonly PreparedPart[]): PreparedOctets {
  return {
    envelope: parts.includes('envelope') ? octets.envelope : undefined,
    bodyStructure: parts.includes('bodyStructure') ? octets.bodyStructure : undefined,
    header: parts.includes('header') ? octets.header : undefined,
  };
}
