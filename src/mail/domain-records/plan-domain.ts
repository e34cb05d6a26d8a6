// What a domain must publish, and what it had better publish, so that its mail arrives here, is believed elsewhere, and travels
// encrypted.

import { composeOwnPolicy } from '#mail/mta-sts/own-policy.ts';
import { stsRecordName } from '#mail/mta-sts/record.ts';
import type { MxRecord } from '#mail/ports/resolver.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatKeyRecord, keyRecordName } from '#protocols/dkim/key-record.ts';
import { clientRecords } from './client-records.ts';
import { formatText } from './published-record.ts';
import { reportAddressOf, type ServerFacts } from './server-facts.ts';
import { type Purpose, record, type WantedRecord, type Weight } from './wanted-record.ts';

/** What cannot be said, and why. */
export type Gap = 'no-public-name' | 'unknown-addresses' | 'behind-relay' | 'no-keys' | 'no-certificate';

export interface DomainPlan {
  readonly domain: string;
  readonly mailHost: string;
  /** `` where mail leaves by itself. */
  readonly relayhost: string;
  readonly records: readonly WantedRecord[];
  readonly gaps: readonly Gap[];
}

const MX_PREFERENCE = 10;

/** `others`: exchangers that the domain has besides this one; the policy for all of them names them, too. */
export function planDomain(
  domain: string,
  keys: readonly SigningKeyRecord[],
  server: ServerFacts,
  others: readonly MxRecord[] = [],
): DomainPlan {
  const { mailHost, relayhost } = server;
  const gaps = findGaps(keys, server);
  if (gaps.includes('no-public-name')) {
    return { domain, mailHost, relayhost, records: ownRecords(domain, keys, server), gaps };
  }
  const records = [
    ...exchangeRecords(domain, server),
    ...ownRecords(domain, keys, server),
    ...transportRecords(domain, server, others),
    ...clientRecords(domain, server),
    ...authorityRecords(domain, server),
  ];
  return { domain, mailHost, relayhost, records: records.filter(isFirstOfItsKind), gaps };
}

/** It means the same host to everybody: not one of one's own network (RFC 6761 §6), and no address, which ends in a number. */
export function isGlobalName(name: string): boolean {
  const last = name.split('.').at(-1) ?? '';
  return (
    name.includes('.') &&
    /^[a-z]/.test(last) &&
    !['localhost', 'localdomain', 'local', 'internal', 'invalid'].includes(last)
  );
}

function findGaps(keys: readonly SigningKeyRecord[], server: ServerFacts): Gap[] {
  const gaps: readonly (readonly [gap: Gap, isOpen: boolean])[] = [
    ['no-public-name', !isGlobalName(server.mailHost)],
    ['unknown-addresses', server.addresses.length === 0],
    ['behind-relay', server.relayhost !== ''],
    ['no-keys', publishedKeys(keys).length === 0],
    ['no-certificate', server.tlsaData === undefined],
  ];
  return gaps.filter(([, isOpen]) => isOpen).map(([gap]) => gap);
}

function exchangeRecords(domain: string, server: ServerFacts): WantedRecord[] {
  const { mailHost, addresses } = server;
  const hosts = addresses.map((address) =>
    record(server, 'host', 'required', mailHost, address.includes(':') ? 'AAAA' : 'A', address),
  );
  return [record(server, 'mx', 'required', domain, 'MX', `${MX_PREFERENCE} ${mailHost}.`), ...hosts];
}

/** What makes others believe that mail is of this domain. */
function ownRecords(domain: string, keys: readonly SigningKeyRecord[], server: ServerFacts): WantedRecord[] {
  const { heloName } = server;
  const text = (purpose: Purpose, weight: Weight, name: string, value: string) =>
    record(server, purpose, weight, name, 'TXT', formatText(value));
  const reports = reportAddressOf(server, domain);
  const reportDomain = reports.slice(reports.lastIndexOf('@') + 1).toLowerCase();
  const isElsewhere = reportDomain !== domain && !reportDomain.endsWith(`.${domain}`);
  return [
    text('spf', 'required', domain, spfText(server)),
    // Of bounces, which have no sender, the name in EHLO is looked up. RFC 7208 §2.4.
    ...(heloName === domain || !isGlobalName(heloName)
      ? []
      : [text('helo-spf', 'recommended', heloName, heloSpfText(server))]),
    ...publishedKeys(keys).map((key) =>
      text('dkim', key.status === 'next' ? 'recommended' : 'required', keyRecordName(key), formatKeyRecord(key)),
    ),
    text('dmarc', 'required', `_dmarc.${domain}`, dmarcText(server, reports)),
    ...(isElsewhere
      ? [text('report-consent', 'required', `${domain}._report._dmarc.${reportDomain}`, 'v=DMARC1;')]
      : []),
  ];
}

/** The exchangers, and the addresses that mail leaves from, which need not be theirs. */
function spfText({ egress }: ServerFacts): string {
  return ['v=spf1', 'mx', ...egress.map(spfAddress), '-all'].join(' ');
}

/** The name's own addresses, and those that mail leaves from without being among them. */
function heloSpfText({ heloName, mailHost, addresses, egress }: ServerFacts): string {
  const own = heloName === mailHost ? addresses : [];
  const others = egress.filter((address) => !own.includes(address));
  return ['v=spf1', 'a', ...others.map(spfAddress), '-all'].join(' ');
}

function spfAddress(address: string): string {
  return address.includes(':') ? `ip6:${address}` : `ip4:${address}`;
}

function dmarcText({ settings }: ServerFacts, reports: string): string {
  return `v=DMARC1; p=${settings.dmarcPolicy}; rua=mailto:${encodeMailbox(reports)}`;
}

/** RFC 6068 §2: what divides lists and sizes must not stand in an address as it is. */
function encodeMailbox(address: string): string {
  return address.replace(/[%,!;?&=#\s]/g, (sign) => encodeURIComponent(sign).replace('!', '%21'));
}

function transportRecords(domain: string, server: ServerFacts, others: readonly MxRecord[]): WantedRecord[] {
  const { mailHost, mtaSts, webPort, tlsaData } = server;
  const reports = encodeMailbox(reportAddressOf(server, domain));
  const policy = composeOwnPolicy(domain, [{ preference: MX_PREFERENCE, exchange: mailHost }, ...others], {
    ...mtaSts,
    ownNames: new Set([mailHost]),
  });
  const text = (purpose: Purpose, weight: Weight, name: string, value: string) =>
    record(server, purpose, weight, name, 'TXT', formatText(value));
  const isServed = policy.ok && webPort !== undefined && mtaSts.mode !== 'none';
  return [
    ...(isServed
      ? [
          text('mta-sts', 'recommended', stsRecordName(domain), policy.value.record),
          record(server, 'mta-sts-host', 'recommended', `mta-sts.${domain}`, 'CNAME', `${mailHost}.`),
        ]
      : []),
    text('tls-rpt', 'recommended', `_smtp._tls.${domain}`, `v=TLSRPTv1; rua=mailto:${reports}`),
    ...(tlsaData === undefined ? [] : [record(server, 'tlsa', 'optional', `_25._tcp.${mailHost}`, 'TLSA', tlsaData)]),
  ];
}

function authorityRecords(domain: string, server: ServerFacts): WantedRecord[] {
  return server.settings.caaIssuers.map((issuer) =>
    record(server, 'caa', 'optional', domain, 'CAA', `0 issue "${issuer}"`),
  );
}

/** Those that mail is, was, or will be signed with; a revoked one needs no record. */
export function publishedKeys(keys: readonly SigningKeyRecord[]): readonly SigningKeyRecord[] {
  return keys.filter(({ status, fault }) => status !== 'revoked' && fault === undefined);
}

/** A domain that is the mail host itself wants some of them twice; a name with an address needs no CNAME. */
function isFirstOfItsKind(wanted: WantedRecord, at: number, all: readonly WantedRecord[]): boolean {
  if (wanted.type === 'CNAME') return !all.some((other) => other.name === wanted.name && other.type !== 'CNAME');
  return (
    all.findIndex(({ name, type, data }) => name === wanted.name && type === wanted.type && data === wanted.data) === at
  );
}
