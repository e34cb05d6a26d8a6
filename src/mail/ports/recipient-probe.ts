// Asks the server that mail for a relay domain goes to whether it would take a recipient, without sending anything:
// MAIL FROM:<>, RCPT TO, RSET. Answers may be kept for a while. No implementation stands behind it yet: where it is not
// given, routing takes every recipient of a relay domain that has no `relay_recipient_maps`.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface RecipientProbe {
  /** `unknown`: the server could not be asked, or would not say. */
  probe(address: AddrSpec): Promise<'deliverable' | 'undeliverable' | 'unknown'>;
}
