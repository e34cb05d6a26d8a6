// What the sender of a message said of TLS on its way: by REQUIRETLS, or by a header field for mail that matters more than its
// secrecy. RFC 8689 §2, §3: the former overrides the latter.
//
//   tls-required = "TLS-Required:" [FWS] "No" CRLF

import type { TlsWish } from '#mail/queue/queued-message.ts';
import type { SenderParameters } from './envelope.ts';
import { type MessageHeader, textsOf } from './message-header.ts';

export function findTlsWish({ requireTls }: SenderParameters, header: MessageHeader): TlsWish | undefined {
  if (requireTls === true) return 'required';
  // Exactly one, which says just that: of anything else nobody knows what was meant.
  const [said, ...others] = textsOf(header, 'tls-required');
  return others.length === 0 && said?.trim().toLowerCase() === 'no' ? 'waived' : undefined;
}
