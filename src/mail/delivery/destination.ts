// Where mail is to go, as `relayhost`, transport tables and recipients' domains say it. RFC 5321 §4.1.3, §5.1.

import { parseIpAddress } from '#base/ip-network.ts';
import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';

export interface Destination {
  /** A domain, a host name, or an address; without brackets and tag. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
  /** `[host]`: the host itself, never its mail exchangers. */
  readonly isBracketed: boolean;
  /** Where all the Internet's servers listen: ours, too, and there the rules for strangers' DNS data apply. */
  readonly usesDefaultPort: boolean;
}

/** Ports by name, for those who write `[mail.example.org]:submission`. */
const SERVICE_PORTS: Readonly<Record<string, number>> = {
  smtp: 25,
  lmtp: 24,
  submission: 587,
  submissions: 465,
  smtps: 465,
};

const BRACKETED = /^\[([^[\]]+)\](?::([^:]*))?$/;
const PLAIN = /^([^:[\]]+)(?::([^:]*))?$/;

/**
 * Postfix's form, several behind one another to be tried in turn:
 *   destinations = destination *( ("," / WSP) destination )
 *   destination  = ( host / "[" (host / ["IPv6:"] address) "]" ) [":" port]
 */
export function parseDestinations(text: string, defaultPort: number): Result<readonly Destination[], Mistake> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) return err(mistake('destination-empty'));
  const destinations: Destination[] = [];
  for (const word of words) {
    const destination = parseDestination(word, defaultPort);
    if (destination === undefined) return err(mistake('destination-malformed', { text: JSON.stringify(word) }));
    destinations.push(destination);
  }
  return ok(destinations);
}

function parseDestination(word: string, defaultPort: number): Destination | undefined {
  const bracketed = BRACKETED.exec(word);
  const [, inside, portText] = bracketed ?? PLAIN.exec(word) ?? [];
  const port = portText === undefined ? defaultPort : parsePort(portText);
  if (inside === undefined || port === undefined) return undefined;
  const host = inside
    .replace(/^ipv6:/i, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (host === '') return undefined;
  const isAddress = parseIpAddress(host) !== undefined;
  // What has a colon is an address or nothing.
  if (host.includes(':') && !isAddress) return undefined;
  return { host, port, isAddress, isBracketed: bracketed !== null, usesDefaultPort: port === defaultPort };
}

function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return Object.hasOwn(SERVICE_PORTS, text) ? SERVICE_PORTS[text] : undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}
