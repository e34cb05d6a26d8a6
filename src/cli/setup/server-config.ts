// The first valija.toml of a server: everything that a mail server of the Internet offers, on its usual ports.

import type { ServerAnswers } from './answers.ts';

export interface ServerPlaces {
  readonly stateFolder: string;
  readonly mailFolder: string;
  /** Where a certificate authority of one's own is copied to, for the server to read. */
  readonly authorityFile: string;
}

const SERVICES: readonly (readonly [service: string, port: number, what: string])[] = [
  ['smtp', 25, 'mail of other servers'],
  ['submission', 587, 'mail of the users, STARTTLS'],
  ['submissions', 465, 'mail of the users, TLS from the first byte on'],
  ['imap', 143, 'reading, STARTTLS'],
  ['imaps', 993, 'reading, TLS'],
  ['pop3', 110, 'fetching, STARTTLS'],
  ['pop3s', 995, 'fetching, TLS'],
  ['http', 80, 'proofs for certificates; the rest is sent on to https'],
  ['https', 443, 'client set-up, MTA-STS'],
];

export function formatServerConfig(answers: ServerAnswers, places: ServerPlaces, hasIpv6: boolean): string {
  const { hostname, authority, contact, publicAddresses, relayhost } = answers;
  const lines = [
    "# Valija's settings, as `valija setup` wrote them: docs/configuration.md explains each.",
    '',
    `myhostname = ${quoted(hostname)}`,
    `state_directory = ${quoted(places.stateFolder)}`,
    `virtual_mailbox_base = ${quoted(places.mailFolder)}`,
  ];
  if (publicAddresses.length > 0) {
    lines.push(
      '',
      '# This machine is reached from outside by these addresses, which are not its own.',
      `proxy_interfaces = [${publicAddresses.map(quoted).join(', ')}]`,
    );
  }
  if (relayhost !== undefined) lines.push('', `relayhost = ${quoted(relayhost)}`);
  if (authority !== undefined) {
    lines.push('', `acme_contact = ${quoted(contact)}`, '', '[[acme]]', `directory = ${quoted(authority.directory)}`);
    if (authority.trusted !== undefined) lines.push(`CAfile = ${quoted(places.authorityFile)}`);
  }
  const address = hasIpv6 ? '::' : '0.0.0.0';
  for (const [service, port, what] of SERVICES) {
    lines.push('', '[[listen]]', `service = ${quoted(service)} # ${what}`);
    lines.push(`address = ${quoted(address)}`, `port = ${port}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Which ports must be free. */
export const SERVER_PORTS: readonly number[] = SERVICES.map(([, port]) => port);

/** A basic string of TOML is written as JSON writes it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
