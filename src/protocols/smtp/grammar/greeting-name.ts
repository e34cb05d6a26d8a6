// The name that a client greets with. RFC 5321 §4.1.1.1, §4.1.3.

import type { SmtpQuirks } from '../quirks.ts';
import { parseAddressLiteral, parseDomain } from './domain.ts';

// ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
// helo = "HELO" SP Domain CRLF
//
// HELO with an address literal is common and harms nobody. Whether the name is the client's is not asked here.
export function parseGreetingName(text: string, quirks: SmtpQuirks): string | undefined {
  if (text.startsWith('[')) return parseAddressLiteral(text);
  const name = quirks.looseGreetingName && text.endsWith('.') ? text.slice(0, -1) : text;
  if (!quirks.looseGreetingName && name.includes('_')) return undefined;
  return parseDomain(name);
}
