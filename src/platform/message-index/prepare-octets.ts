// What FETCH sends of a message, made when it is filed or first asked for: ENVELOPE and BODYSTRUCTURE as IMAP writes them
// (RFC 3501 §7.4.2), and the header as it stands.

import { formatBodyStructure } from '#protocols/imap/format/body-structure.ts';
import { formatEnvelope } from '#protocols/imap/format/envelope.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import type { PrepareOctets } from './prepared-fetch.ts';

/** Longer headers are read from the message. */
const HEADER_BYTES = 8 * 1024;

export const prepareOctets: PrepareOctets = (message) => {
  const { envelope, structure } = describeMessage(message);
  const { start, end } = structure.header;
  return {
    envelope: formatEnvelope(envelope),
    bodyStructure: formatBodyStructure(structure, { extended: true }),
    // A copy: a view would keep all of the message in memory.
    header: end > HEADER_BYTES ? undefined : Buffer.from(message.subarray(start, end)),
  };
};
