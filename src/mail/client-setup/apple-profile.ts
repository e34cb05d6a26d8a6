// A profile for iPhones, iPads and Macs (`.mobileconfig`): one mail account, without its password, which the device asks for. Its
// identifiers hang on the address alone, so that a profile that is installed again replaces the former.
// https://developer.apple.com/documentation/devicemanagement/mail

import { createHash } from 'node:crypto';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { OfferedProof } from './offered-proof.ts';
import { bestServer, type OfferedServer } from './offered-server.ts';
import { escapeXml } from './xml-text.ts';

type Value = string | number | boolean | readonly Dictionary[];
interface Dictionary {
  readonly [key: string]: Value;
}

/** `undefined` where mail cannot both be read and sent, or passwords are not taken: these devices know no SCRAM. */
export function formatAppleProfile(
  address: AddrSpec,
  servers: readonly OfferedServer[],
  proofs: readonly OfferedProof[],
): string | undefined {
  if (!proofs.includes('password')) return undefined;
  const incoming = bestServer(servers, 'imap', 'pop3');
  const outgoing = bestServer(servers, 'submission');
  if (incoming === undefined || outgoing === undefined) return undefined;
  const login = formatAddrSpec(address);
  const identifier = `${address.domain.split('.').reverse().join('.')}.mail.${uuidOf(login, 'identifier').slice(0, 8)}`;
  const profile: Dictionary = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: uuidOf(login, 'profile'),
    PayloadDisplayName: login,
    PayloadOrganization: address.domain,
    PayloadContent: [
      {
        PayloadType: 'com.apple.mail.managed',
        PayloadVersion: 1,
        PayloadIdentifier: `${identifier}.account`,
        PayloadUUID: uuidOf(login, 'account'),
        PayloadDisplayName: login,
        EmailAccountDescription: address.domain,
        EmailAccountType: incoming.protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
        EmailAddress: login,
        ...serverKeys('IncomingMailServer', incoming, login),
        ...serverKeys('OutgoingMailServer', outgoing, login),
        OutgoingPasswordSameAsIncomingPassword: true,
      },
    ],
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...formatDictionary(profile, ''),
    '</plist>',
    '',
  ].join('\n');
}

/** `UseSSL` means STARTTLS on a port that begins in clear. */
function serverKeys(prefix: string, { hostname, port }: OfferedServer, login: string): Dictionary {
  return {
    [`${prefix}Authentication`]: 'EmailAuthPassword',
    [`${prefix}HostName`]: hostname,
    [`${prefix}PortNumber`]: port,
    [`${prefix}UseSSL`]: true,
    [`${prefix}Username`]: login,
  };
}

function formatDictionary(dictionary: Dictionary, indent: string): string[] {
  const entries = Object.entries(dictionary).flatMap(([key, value]) => [
    `${indent}  <key>${escapeXml(key)}</key>`,
    ...formatValue(value, `${indent}  `),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`];
}

function formatValue(value: Value, indent: string): string[] {
  if (typeof value === 'string') return [`${indent}<string>${escapeXml(value)}</string>`];
  if (typeof value === 'number') return [`${indent}<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [`${indent}<${value}/>`];
  const items = value.flatMap((item) => formatDictionary(item, `${indent}  `));
  return [`${indent}<array>`, ...items, `${indent}</array>`];
}

/** The form of a name-based UUID, over SHA-256: RFC 9562 §5.8. */
function uuidOf(login: string, role: string): string {
  const octets = createHash('sha256').update(`valija client set-up\0${role}\0${login}`).digest().subarray(0, 16);
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x80;
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80;
  const digits = octets.toString('hex').toUpperCase();
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ];
  return groups.join('-');
}
