// Thunderbird's autoconfig file, version 1.1, which K-9, Evolution, KMail and FairEmail read, too. All servers are named, the
// best first, each with the ways in that it offers: programs take the first that they know.
// https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html

import type { OfferedProof } from './offered-proof.ts';
import type { OfferedProtocol, OfferedServer } from './offered-server.ts';
import { escapeXml, xmlElement } from './xml-text.ts';

const ELEMENTS: Readonly<Record<OfferedProtocol, readonly [element: string, type: string]>> = {
  imap: ['incomingServer', 'imap'],
  pop3: ['incomingServer', 'pop3'],
  submission: ['outgoingServer', 'smtp'],
};

/** The password in clear goes over TLS. */
const AUTHENTICATION: Readonly<Record<OfferedProof, string>> = {
  password: 'password-cleartext',
  keys: 'password-encrypted',
  token: 'OAuth2',
};

/** `undefined` where mail cannot both be read and sent, or nobody can log in: such a file would be none. */
export function formatThunderbirdConfig(
  domain: string,
  servers: readonly OfferedServer[],
  proofs: readonly OfferedProof[],
): string | undefined {
  const incoming = servers.filter(({ protocol }) => protocol !== 'submission');
  const outgoing = servers.filter(({ protocol }) => protocol === 'submission');
  if (incoming.length === 0 || outgoing.length === 0 || proofs.length === 0) return undefined;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<clientConfig version="1.1">',
    `  <emailProvider id="${escapeXml(domain)}">`,
    xmlElement(4, 'domain', domain),
    xmlElement(4, 'displayName', domain),
    xmlElement(4, 'displayShortName', domain),
    ...[...incoming, ...outgoing].flatMap((server) => formatServer(server, proofs)),
    '  </emailProvider>',
    '</clientConfig>',
    '',
  ].join('\n');
}

function formatServer(
  { protocol, hostname, port, security }: OfferedServer,
  proofs: readonly OfferedProof[],
): string[] {
  const [element, type] = ELEMENTS[protocol];
  return [
    `    <${element} type="${type}">`,
    xmlElement(6, 'hostname', hostname),
    xmlElement(6, 'port', port),
    xmlElement(6, 'socketType', security === 'tls' ? 'SSL' : 'STARTTLS'),
    ...proofs.map((proof) => xmlElement(6, 'authentication', AUTHENTICATION[proof])),
    xmlElement(6, 'username', '%EMAILADDRESS%'),
    `    </${element}>`,
  ];
}
