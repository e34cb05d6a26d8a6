// Microsoft's Autodiscover, as Outlook asks it of servers that are not Exchange: a POX request that names an address, and an
// answer with the servers ([MS-OXDSCLI], the `outlook/responseschema/2006a`).

import { err, ok, type Result } from '#base/result.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';
import type { OfferedProof } from './offered-proof.ts';
import { bestServer, type OfferedProtocol, type OfferedServer } from './offered-server.ts';
import { readSmallXml } from './small-xml.ts';
import { escapeXml, xmlElement } from './xml-text.ts';

export const AUTODISCOVER_REQUEST_BYTES = 16_384;

const REQUEST_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const RESPONSE_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';

/** Why there is no answer: [MS-OXDSCLI] §2.2.3.1.1.1. */
export type AutodiscoverFault = 'invalid-request' | 'provider-not-available';

const FAULTS: Readonly<Record<AutodiscoverFault, readonly [code: number, message: string]>> = {
  'invalid-request': [600, 'Invalid Request'],
  'provider-not-available': [601, 'Provider is not available'],
};

const TYPES: Readonly<Record<OfferedProtocol, string>> = { imap: 'IMAP', pop3: 'POP3', submission: 'SMTP' };

/** The address that is asked about. ActiveSync asks at the same place for what we do not have. */
export function parseAutodiscoverRequest(octets: Uint8Array): Result<AddrSpec, AutodiscoverFault> {
  const document = decodeUtf8(octets);
  const texts = document === undefined ? undefined : readSmallXml(document);
  if (!texts?.ok) return err('invalid-request');
  const schema = texts.value.get('Autodiscover/Request/AcceptableResponseSchema');
  if (schema !== undefined && schema !== REQUEST_SCHEMA) return err('provider-not-available');
  const address = parseMailbox(texts.value.get('Autodiscover/Request/EMailAddress') ?? '');
  return address === undefined ? err('invalid-request') : ok(address);
}

/**
 * One server for each protocol: Outlook takes the first that works for it. `undefined` where mail cannot both be read and
 * sent, or where it could log in at none.
 */
export function formatAutodiscoverAnswer(
  address: AddrSpec,
  servers: readonly OfferedServer[],
  proofs: readonly OfferedProof[],
): string | undefined {
  // What it calls SPA is NTLM; to servers that are not Microsoft's it brings no tokens.
  if (!proofs.includes('password')) return undefined;
  const [incoming, outgoing] = [bestServer(servers, 'imap', 'pop3'), bestServer(servers, 'submission')];
  if (incoming === undefined || outgoing === undefined) return undefined;
  const login = formatAddrSpec(address);
  const first = servers.filter(({ protocol }, at) => servers.findIndex((other) => other.protocol === protocol) === at);
  return formatDocument([
    `  <Response xmlns="${REQUEST_SCHEMA}">`,
    '    <User>',
    xmlElement(6, 'DisplayName', login),
    '    </User>',
    '    <Account>',
    xmlElement(6, 'AccountType', 'email'),
    xmlElement(6, 'Action', 'settings'),
    ...first.flatMap((server) => formatProtocol(server, login)),
    '    </Account>',
    '  </Response>',
  ]);
}

/** `time` is the hour of the day, as Exchange writes it: `08:35:00.0000000`. */
export function formatAutodiscoverFault(fault: AutodiscoverFault, time: string, serverId: string): string {
  const [code, message] = FAULTS[fault];
  return formatDocument([
    '  <Response>',
    `    <Error Time="${escapeXml(time)}" Id="${escapeXml(serverId)}">`,
    xmlElement(6, 'ErrorCode', code),
    xmlElement(6, 'Message', message),
    '      <DebugData />',
    '    </Error>',
    '  </Response>',
  ]);
}

function formatProtocol({ protocol, hostname, port, security }: OfferedServer, login: string): string[] {
  const isSubmission = protocol === 'submission';
  return [
    '      <Protocol>',
    xmlElement(8, 'Type', TYPES[protocol]),
    xmlElement(8, 'Server', hostname),
    xmlElement(8, 'Port', port),
    xmlElement(8, 'DomainRequired', 'off'),
    xmlElement(8, 'LoginName', login),
    xmlElement(8, 'SPA', 'off'),
    // Encryption overrules SSL where a program knows it.
    xmlElement(8, 'SSL', 'on'),
    xmlElement(8, 'Encryption', security === 'tls' ? 'SSL' : 'TLS'),
    xmlElement(8, 'AuthRequired', 'on'),
    ...(isSubmission ? [xmlElement(8, 'UsePOPAuth', 'off'), xmlElement(8, 'SMTPLast', 'off')] : []),
    '      </Protocol>',
  ];
}

function formatDocument(lines: readonly string[]): string {
  const open = `<Autodiscover xmlns="${RESPONSE_SCHEMA}">`;
  return ['<?xml version="1.0" encoding="utf-8"?>', open, ...lines, '</Autodiscover>', ''].join('\n');
}

function decodeUtf8(octets: Uint8Array): string | undefined {
  if (octets.length > AUTODISCOVER_REQUEST_BYTES) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return undefined;
  }
}
