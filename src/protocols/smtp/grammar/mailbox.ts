// Mailboxes as the envelope writes them: the whole text or nothing, never its most likely part. RFC 5321 §4.1.2,
// RFC 6531 §3.3.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { parseMailDomain } from '#protocols/message/domain-name.ts';

/** RFC 5321 §4.5.3.1.1 asks for 64 at least; return addresses of mailing lists are longer than that. */
const LOCAL_PART_OCTETS = 255;

// Local-part  = Dot-string / Quoted-string
// Dot-string  = Atom *("." Atom)
// Atom        = 1*atext                  ; RFC 6531: atext =/ UTF8-non-ascii
const DOT_STRING =
  /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+)*/uy;

// Quoted-string  = DQUOTE *QcontentSMTP DQUOTE
// QcontentSMTP   = qtextSMTP / quoted-pairSMTP
// quoted-pairSMTP = %d92 %d32-126
// qtextSMTP      = %d32-33 / %d35-91 / %d93-126   ; RFC 6531: / UTF8-non-ascii
const QUOTED_STRING = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"/uy;

// Mailbox = Local-part "@" ( Domain / address-literal )
export function parseMailbox(text: string): AddrSpec | undefined {
  const pattern = text.startsWith('"') ? QUOTED_STRING : DOT_STRING;
  pattern.lastIndex = 0;
  const written = pattern.exec(text)?.[0];
  if (written === undefined || text[written.length] !== '@') return undefined;
  const localPart = text.startsWith('"') ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written;
  if (localPart === '' || Buffer.byteLength(localPart) > LOCAL_PART_OCTETS) return undefined;
  const domain = parseMailDomain(text.slice(written.length + 1));
  return domain.ok ? { localPart, domain: domain.value } : undefined;
}
