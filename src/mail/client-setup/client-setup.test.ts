import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USUAL_MECHANISMS } from '#protocols/sasl/mechanisms.ts';
import { formatAppleProfile } from './apple-profile.ts';
import {
  AUTODISCOVER_REQUEST_BYTES,
  formatAutodiscoverAnswer,
  formatAutodiscoverFault,
  parseAutodiscoverRequest,
} from './autodiscover.ts';
import { type OfferedProof, offeredProofs } from './offered-proof.ts';
import { offeredServers, portForOthers } from './offered-server.ts';
import { serviceRecords } from './service-records.ts';
import { MOST_XML_DEPTH, MOST_XML_ELEMENTS, readSmallXml } from './small-xml.ts';
import { formatThunderbirdConfig } from './thunderbird-config.ts';
import { escapeXml } from './xml-text.ts';

const SERVED = [
  { service: 'smtp', address: '0.0.0.0', port: 25 },
  { service: 'imap', address: '0.0.0.0', port: 143 },
  { service: 'submission', address: '0.0.0.0', port: 587 },
  { service: 'submissions', address: '0.0.0.0', port: 465 },
  { service: 'imaps', address: '127.0.0.1', port: 10_993 },
  { service: 'imaps', address: '0.0.0.0', port: 993 },
];
const SERVERS = offeredServers(SERVED, 'mail.valija.test');
const PASSWORD = ['password'] as const;
const ADDRESS = { localPart: 'usuario1', domain: 'valija.test' };

test('only what is served is offered, TLS first, and ports that others can reach before those on loopback', () => {
  assert.deepEqual(
    SERVERS.map(({ protocol, port, security }) => `${protocol} ${port} ${security}`),
    ['imap 993 tls', 'imap 143 starttls', 'submission 465 tls', 'submission 587 starttls'],
  );
  assert.equal(portForOthers([{ service: 'https', address: '::1', port: 2443 }], 'https'), 2443);
  assert.equal(portForOthers(SERVED, 'https'), undefined);
});

test("Thunderbird's file names all servers, and is none where mail cannot be read and sent", () => {
  const config = formatThunderbirdConfig('valija.test', SERVERS, PASSWORD) ?? '';
  assert.deepEqual(
    [...config.matchAll(/<(?:port|socketType)>(.*?)</g)].map(([, text]) => text),
    ['993', 'SSL', '143', 'STARTTLS', '465', 'SSL', '587', 'STARTTLS'],
  );
  assert.equal(formatThunderbirdConfig('valija.test', SERVERS.slice(0, 2), PASSWORD), undefined);
  assert.equal(formatThunderbirdConfig('valija.test', SERVERS.slice(2), PASSWORD), undefined);
});

test('how one may log in is said in the words of the settings, the usual way first', () => {
  assert.deepEqual(offeredProofs(USUAL_MECHANISMS, false), ['password']);
  assert.deepEqual(offeredProofs(USUAL_MECHANISMS, true), ['password', 'token']);
  assert.deepEqual(offeredProofs(['LOGIN'], true), ['password']);
  assert.deepEqual(offeredProofs(['SCRAM-SHA-256', 'XOAUTH2'], true), ['keys', 'token']);
  assert.deepEqual(offeredProofs(['SCRAM-SHA-1', 'OAUTHBEARER'], false), ['keys']);
  assert.deepEqual(offeredProofs(['OAUTHBEARER', 'XOAUTH2'], false), []);
});

test('Thunderbird hears of each way in at each server; where nobody can log in there is no file', () => {
  const ways = (...proofs: OfferedProof[]) => {
    const config = formatThunderbirdConfig('valija.test', SERVERS, proofs) ?? '';
    return [...config.matchAll(/<authentication>(.*?)</g)].map(([, text]) => text);
  };
  const atEach = (...words: string[]) => SERVERS.flatMap(() => words);
  assert.deepEqual(ways('password'), atEach('password-cleartext'));
  assert.deepEqual(ways('password', 'token'), atEach('password-cleartext', 'OAuth2'));
  assert.deepEqual(ways('keys'), atEach('password-encrypted'));
  assert.deepEqual(ways('keys', 'token'), atEach('password-encrypted', 'OAuth2'));
  assert.equal(formatThunderbirdConfig('valija.test', SERVERS, []), undefined);
});

test('what knows passwords only gets no settings that it could not log in with', () => {
  for (const proofs of [['keys'], ['token'], ['keys', 'token'], []] as const) {
    assert.equal(formatAutodiscoverAnswer(ADDRESS, SERVERS, proofs), undefined);
    assert.equal(formatAppleProfile(ADDRESS, SERVERS, proofs), undefined);
  }
  assert.match(formatAppleProfile(ADDRESS, SERVERS, PASSWORD) ?? '', /<string>EmailAuthPassword</);
});

test('where mail cannot both be read and sent, nobody is told that the settings are these', () => {
  for (const servers of [[], SERVERS.filter(({ protocol }) => protocol === 'imap')]) {
    assert.equal(formatAutodiscoverAnswer(ADDRESS, servers, PASSWORD), undefined);
    assert.equal(formatAppleProfile(ADDRESS, servers, PASSWORD), undefined);
    assert.equal(formatThunderbirdConfig('valija.test', servers, PASSWORD), undefined);
  }
});

const request = (inner: string) =>
  Buffer.from(`\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<!-- Outlook -->\n${inner}`);
const outlook = (address: string, schema = 'outlook/responseschema/2006a') =>
  request(`<a:Autodiscover xmlns:a='x'><a:Request>
    <a:EMailAddress>${address}</a:EMailAddress>
    <a:AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/${schema}</a:AcceptableResponseSchema>
  </a:Request></a:Autodiscover>`);

test('an Autodiscover request gives its address', () => {
  assert.deepEqual(parseAutodiscoverRequest(outlook('usuario1@valija.test')), { ok: true, value: ADDRESS });
  assert.deepEqual(parseAutodiscoverRequest(outlook(' &#117;suario&#x31;@VALIJA.test ')), { ok: true, value: ADDRESS });
  const mobile = parseAutodiscoverRequest(outlook('usuario1@valija.test', 'mobilesync/responseschema/2006'));
  assert.deepEqual(mobile, { ok: false, error: 'provider-not-available' });
});

test('requests that are none, or tricks, are refused and read no further', () => {
  const bad: readonly (string | Buffer)[] = [
    '',
    'hola',
    '<Autodiscover/>',
    '<Autodiscover><Request><EMailAddress>no address</EMailAddress></Request></Autodiscover>',
    '<Autodiscover><Request><EMailAddress>a@valija.test</Request></Autodiscover>',
    '<Other><Request><EMailAddress>a@valija.test</EMailAddress></Request></Other>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Autodiscover><Request><EMailAddress>&e;</EMailAddress></Request></Autodiscover>',
    '<!DOCTYPE x><Autodiscover><Request><EMailAddress>a@valija.test</EMailAddress></Request></Autodiscover>',
    '<Autodiscover><Request><EMailAddress>&e;a@valija.test</EMailAddress></Request></Autodiscover>',
    '<Autodiscover><Request><EMailAddress><![CDATA[a@valija.test]]></EMailAddress></Request></Autodiscover>',
    '<?php system("id")?><Autodiscover><Request><EMailAddress>a@valija.test</EMailAddress></Request></Autodiscover>',
    Buffer.from([0x3c, 0xff, 0x3e]),
  ];
  for (const octets of bad) {
    const refused = parseAutodiscoverRequest(typeof octets === 'string' ? Buffer.from(octets) : octets);
    assert.deepEqual(refused, { ok: false, error: 'invalid-request' }, String(octets));
  }
  const large = outlook(`usuario1@valija.test${' '.repeat(AUTODISCOVER_REQUEST_BYTES)}`);
  assert.equal(parseAutodiscoverRequest(large).ok, false);
});

test('small XML: depth and elements are bounded, and no input takes long', () => {
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  assert.equal(readSmallXml(nested(MOST_XML_DEPTH)).ok, true);
  assert.equal(readSmallXml(nested(MOST_XML_DEPTH + 1)).ok, false);
  assert.equal(readSmallXml(`<r>${'<a/>'.repeat(MOST_XML_ELEMENTS - 1)}</r>`).ok, true);
  assert.equal(readSmallXml(`<r>${'<a/>'.repeat(MOST_XML_ELEMENTS)}</r>`).ok, false);
  for (const text of [
    '<a></b>',
    '<a>',
    '</a>',
    '<a/><b/>',
    '<a/>text',
    '<a b=c/>',
    '<a b="<"/>',
    '<a/><!--',
    '<!-- -->',
  ]) {
    assert.equal(readSmallXml(text).ok, false, text);
  }
  const slow = [' ', 'a=""', ' a', '<', '&', '&#', '<!--', '-'].flatMap((piece) => [
    `<a ${piece.repeat(200_000)}`,
    `<a>${piece.repeat(200_000)}`,
  ]);
  for (const text of slow) {
    const started = process.cpuUsage().user;
    assert.equal(readSmallXml(text).ok, false);
    assert.ok(process.cpuUsage().user - started < 2_000_000, text.slice(0, 8));
  }
});

test('the first text of several counts, and references are read', () => {
  const read = readSmallXml('<a><b>1 &lt; 2 &amp; &quot;x&apos;</b><b>3</b><c x="a>b"/></a>');
  assert.deepEqual(read.ok && [...read.value], [
    ['a/b', `1 < 2 & "x'`],
    ['a/c', ''],
    ['a', ''],
  ]);
});

test('Outlook hears of one server for each protocol, and of faults by their codes', () => {
  const answer = formatAutodiscoverAnswer(ADDRESS, SERVERS, PASSWORD) ?? '';
  assert.deepEqual(
    [...answer.matchAll(/<(?:Type|Port|Encryption|LoginName)>(.*?)</g)].map(([, text]) => text),
    ['IMAP', '993', 'usuario1@valija.test', 'SSL', 'SMTP', '465', 'usuario1@valija.test', 'SSL'],
  );
  const fault = formatAutodiscoverFault('provider-not-available', '08:35:00', 'mail"><x');
  assert.match(fault, /<ErrorCode>601<\/ErrorCode>/);
  assert.match(fault, /Id="mail&quot;&gt;&lt;x"/);
});

test('a profile for Apple devices stays the same for an address, so that it replaces itself', () => {
  const profile = formatAppleProfile(ADDRESS, SERVERS, PASSWORD);
  assert.equal(profile, formatAppleProfile(ADDRESS, SERVERS, PASSWORD));
  assert.match(profile ?? '', /<key>IncomingMailServerPortNumber<\/key>\n\s*<integer>993<\/integer>/);
  assert.match(profile ?? '', /<key>OutgoingMailServerUseSSL<\/key>\n\s*<true\/>/);
  const uuids = [...(profile ?? '').matchAll(/[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}/g)];
  assert.equal(new Set(uuids.map(String)).size, 2);
  const hostile = { localPart: '</string><true/>&', domain: 'valija.test' };
  assert.doesNotMatch(formatAppleProfile(hostile, SERVERS, PASSWORD) ?? '', /<\/string><true\/>&/);
  assert.equal(formatAppleProfile(ADDRESS, [], PASSWORD), undefined);
});

test('SRV records say what there is, and what there is not', () => {
  const records = serviceRecords('valija.test', SERVERS, 443);
  assert.deepEqual(
    records.map(({ name, priority, port, target }) => `${name} ${priority} ${port} ${target}.`),
    [
      '_submissions._tcp.valija.test 0 465 mail.valija.test.',
      '_imaps._tcp.valija.test 0 993 mail.valija.test.',
      '_pop3s._tcp.valija.test 0 0 .',
      '_submission._tcp.valija.test 0 587 mail.valija.test.',
      '_imap._tcp.valija.test 0 143 mail.valija.test.',
      '_pop3._tcp.valija.test 0 0 .',
      '_autodiscover._tcp.valija.test 0 443 mail.valija.test.',
    ],
  );
  assert.equal(serviceRecords('valija.test', SERVERS, undefined).length, 6);
});

test('text in XML stays text', () => {
  assert.equal(escapeXml('<a b="c">&\u0000\u0007\ud800é'), '&lt;a b=&quot;c&quot;&gt;&amp;é');
});
