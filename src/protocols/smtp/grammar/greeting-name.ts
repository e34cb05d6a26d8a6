// The name that a client greets with. RFC 5321 §4.1.1.1, §4.1.3.

import { isAddressLiteral, parseMailDomain } from '#protocols/message/domain-name.ts';
import type { SmtpQuirks } from '../quirks.ts';

// ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
// helo = "HELO" SP Domain CRLF
//
// HELO with an address literal is common and harms nobody. Whether the name is the client's is not asked here.
export function parseGreetingName(text: string, quirks: SmtpQuirks): string | undefined {
  const name = quirks.looseGreetingName ? text.replace(/\.$/, '') : text;
  if (quirks.looseGreetingName && isAddressLiteral(`[${name}]`)) return name;
  if (!quirks.looseGreetingName && name.includes('_')) return undefined;
  const domain = parseMailDomain(name);
  return domain.ok ? domain.value : undefined;
}
