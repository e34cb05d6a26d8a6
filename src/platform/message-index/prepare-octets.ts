// What FETCH sends of a message, made when it is filed: ENVELOPE and BODYSTRUCTURE as IMAP writes them. RFC 3501 §7.4.2.

import { formatBodyStructure } from '#protocols/imap/format/body-structure.ts';
import { formatEnvelope } from '#protocols/imap/format/envelope.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import type { PrepareOctets } from './prepared-fetch.ts';

export const prepareOctets: PrepareOctets = (message) => {
  const { envelope, structure } = describeMessage(message);
  return { envelope: formatEnvelope(envelope), bodyStructure: formatBodyStructure(structure, { extended: true }) };
};
