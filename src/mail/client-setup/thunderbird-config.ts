// Thunderbird's autoconfig file, version 1.1, which K-9, Evolution, KMail and FairEmail read, too. All servers are named, the
// best first; the password goes over TLS, so that `password-cleartext` is right.
// https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html

import type { OfferedProtocol, OfferedServer } from './offered-server.ts';
import { escapeXml, xmlElement } from './xml-text.ts';

const ELEMENTS: Readonly<Record<OfferedProtocol, readonly [element: string, type: string]>> = {
  imap: ['incomingServer', 'imap'],
  pop3: ['incomingServer', 'pop3'],
  submission: ['outgoingServer', 'smtp'],
};

/** `undefined` where mail cannot both be read and sent: such a file would be none. */
export function formatThunderbirdConfig(domain: string, servers: readonly OfferedServer[]): string | undefined {
  const incoming = servers.filter(({ protocol }) => protocol !== 'submission');
  const outgoing = servers.filter(({ protocol }) => protocol === 'submission');
  if (incoming.length === 0 || outgoing.length === 0) return undefined;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<clientConfig version="1.1">',
    `  <emailProvider id="${escapeXml(domain)}">`,
    xmlElement(4, 'domain', domain),
    xmlElement(4, 'displayName', domain),
    xmlElement(4, 'displayShortName', domain),
    ...[...incoming, ...outgoing].flatMap(formatServer),
    '  </emailProvider>',
    '</clientConfig>',
    '',
  ].join('\n');
}

function formatServer({ protocol, hostname, port, security }: OfferedServer): string[] {
  const [element, type] = ELEMENTS[protocol];
  return [
    `    <${element} type="${type}">`,
    xmlElement(6, 'hostname', hostname),
    xmlElement(6, 'port', port),
    xmlElement(6, 'socketType', security === 'tls' ? 'SSL' : 'STARTTLS'),
    xmlElement(6, 'authentication', 'password-cleartext'),
    xmlElement(6, 'username', '%EMAILADDRESS%'),
    `    </${element}>`,
  ];
}
