// DANE against zones that knot signs and unbound validates, with Debian's Postfix as the second opinion: what our client
// makes of each server's records must be what posttls-finger makes of them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseServers, DEFAULT_SERVER_CHOICE } from '#mail/delivery/choose-servers.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { createDialer } from '#platform/sockets/dial.ts';
import { ClientTls } from '#platform/tls/client-tls.ts';
import { DEFAULT_SMTP_CLIENT } from '#services/outbound/settings.ts';
import { createSmtpTransport } from '#services/outbound/smtp-transport.ts';
import { createAuthority } from '../world/certificate-authority.ts';
import { collectingLog } from '../world/log.ts';
import { openSink } from '../world/mail-sink.ts';
import { deliveryJob } from '../world/outgoing-mail.ts';
import { transportSecurity } from '../world/transport-security.ts';
import { findProgram, runProgram } from './real-program.ts';
import { openSignedZones } from './signed-zones.ts';

const PROGRAMS = ['knotd', 'unbound', 'dig', 'posttls-finger', 'unshare'];
const missing = PROGRAMS.filter((name) => findProgram(name) === undefined);
const skip = missing.length > 0 ? `${missing.join(', ')} not installed` : process.getuid?.() !== 0 && 'not root';

const authority = await createAuthority('Authority of example.org');
const stranger = await createAuthority('Stranger');
const certificate = await authority.sign(['mx.example.org']);
const chain = { pem: `${certificate.pem}\n${authority.pem}`, key: certificate.key };

const digest = (name: string, octets: Buffer) => createHash(name).update(octets).digest('hex');
const sha256 = (octets: Buffer) => digest('sha256', octets);
const hex = (octets: Buffer) => octets.toString('hex');

/** A host below example.org, its records, and the verdict. */
const HOSTS: readonly (readonly [host: string, tlsa: readonly string[], verdict: Verdict])[] = [
  ['key', [`3 1 1 ${sha256(certificate.keyOctets)}`], 'Verified'],
  ['key512', [`3 1 2 ${digest('sha512', certificate.keyOctets)}`], 'Verified'],
  ['whole-key', [`3 1 0 ${hex(certificate.keyOctets)}`], 'Verified'],
  ['certificate', [`3 0 1 ${sha256(certificate.octets)}`], 'Verified'],
  ['whole-certificate', [`3 0 0 ${hex(certificate.octets)}`], 'Verified'],
  ['wrong-key', [`3 1 1 ${sha256(authority.keyOctets)}`], 'refused'],
  ['either', [`3 1 1 ${sha256(authority.keyOctets)}`, `3 1 1 ${sha256(certificate.keyOctets)}`], 'Verified'],
  ['authority-other-name', [`2 1 1 ${sha256(authority.keyOctets)}`], 'refused'],
  ['mx', [`2 1 1 ${sha256(authority.keyOctets)}`], 'Verified'],
  ['strange-authority', [`2 1 1 ${sha256(stranger.keyOctets)}`], 'refused'],
  [
    'stronger-wins',
    [`3 1 1 ${sha256(certificate.keyOctets)}`, `3 1 2 ${digest('sha512', authority.keyOctets)}`],
    'refused',
  ],
  ['pkix-only', [`1 1 1 ${sha256(certificate.keyOctets)}`], 'Untrusted'],
  ['broken-digest', ['3 1 1 abcd'], 'Untrusted'],
  ['none', [], 'Untrusted'],
];

/** Hosts below example.org that are aliases of one in an unsigned zone: their own records count. RFC 7672 §2.2.2. */
const ALIASES: readonly (readonly [host: string, tlsa: string, verdict: Verdict])[] = [
  ['away', `3 1 1 ${sha256(certificate.keyOctets)}`, 'Verified'],
  ['away-wrong', `3 1 1 ${sha256(authority.keyOctets)}`, 'refused'],
];

type Verdict = 'Verified' | 'Untrusted' | 'refused';

/** `a` → its address; each host has its MX below the same label. */
function zone(port: number): string {
  const hosts = HOSTS.flatMap(([host, tlsa]) => [
    `${host} A 127.0.0.1`,
    `to-${host} MX 10 ${host}`,
    ...tlsa.map((record) => `_${port}._tcp.${host} TLSA ${record}`),
  ]);
  const aliases = ALIASES.flatMap(([host, tlsa]) => [
    `${host} CNAME mx.example.net.`,
    `to-${host} MX 10 ${host}`,
    `_${port}._tcp.${host} TLSA ${tlsa}`,
  ]);
  return [...hosts, ...aliases].join('\n');
}

test('[T33] what TLSA records make of a server, as Postfix has it', { skip }, async (t) => {
  await using sink = await openSink({ hasTls: true, certificate: chain });
  const { port } = sink;
  await using zones = await openSignedZones({
    zones: {
      'example.org': zone(port),
      'example.net': `mx A 127.0.0.1\n@ MX 10 mx\n_${port}._tcp.mx TLSA 3 1 1 ${sha256(authority.keyOctets)}`,
      'bogus.example': 'mx A 127.0.0.1\n@ MX 10 mx',
      'insecure.example': '@ MX 10 wrong-key.example.org.',
    },
    unsigned: ['example.net', 'insecure.example'],
    bogus: ['bogus.example'],
  });
  const postfix = preparePostfix(t, zones.address);
  for (const [host, tlsa, verdict] of [...HOSTS, ...ALIASES]) {
    const ours = await deliverTo(`to-${host}.example.org:${port}`, zones.address);
    assert.equal(ours.verdict, verdict, `${host} ${tlsa}: ${ours.text}`);
    const theirs = await postfix(`[${host}.example.org]:${port}`);
    // It goes on to the end where our client would refuse: that it verified nothing is what it says of both.
    assert.equal(theirs.isVerified, verdict === 'Verified', `Postfix: ${host} ${tlsa}: ${theirs.text}`);
  }
  assert.equal((await deliverTo(`example.net:${port}`, zones.address)).verdict, 'Untrusted', 'an unsigned zone');
  const bogus = await deliverTo(`bogus.example:${port}`, zones.address);
  assert.match(bogus.text, /^deferred 4\.4\.3 .*Host not found, try again/, 'a zone with wrong signatures');
  const behind = await deliverTo(`insecure.example:${port}`, zones.address);
  assert.equal(behind.verdict, 'refused', 'records of a proven server behind an unsigned MX');
});

async function deliverTo(destination: string, resolverAddress: string): Promise<{ verdict: string; text: string }> {
  const world = { clock: steadyClock, randomness: systemRandomness };
  await using resolver = openResolver(
    { servers: [{ address: resolverAddress, port: 53 }], hostsFile: '/dev/null' },
    world,
  );
  const choice = {
    resolver: resolver.dnsOnly,
    hostLookup: [resolver.dnsOnly],
    randomness: systemRandomness,
    settings: { ...DEFAULT_SERVER_CHOICE, inet_protocols: ['ipv4' as const] },
    ownAddresses: [],
    ownNames: new Set<string>(),
  };
  using transport = createSmtpTransport(
    {
      ...transportSecurity({ resolver: resolver.dnsOnly }),
      dialer: createDialer(new ClientTls(), () => 'dane'),
      chooseServers: (to) => chooseServers(choice, to),
      clock: systemClock,
      alarm: systemAlarm,
      randomness: systemRandomness,
      log: collectingLog(),
    },
    { ...DEFAULT_SMTP_CLIENT, heloName: 'mail.valija.test', ownNames: new Set(), tlsLevel: 'dane' },
  );
  const report = await transport.deliver(deliveryJob({ nextHop: { transport: 'smtp', destination } }));
  const [outcome] = report.outcomes;
  const text = `${outcome?.kind} ${outcome?.status} ${outcome?.text}`;
  const isRefused = outcome?.kind !== 'delivered';
  return { verdict: isRefused ? 'refused' : (outcome?.security?.trust ?? 'in clear'), text };
}

/** posttls-finger asks the name servers of /etc/resolv.conf: in a mount namespace of its own, that is ours. */
function preparePostfix(t: TestContext, resolverAddress: string) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-finger-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, `nameserver ${resolverAddress}\noptions trust-ad edns0\n`);
  return async (destination: string) => {
    const script = 'mount --bind "$1" /etc/resolv.conf && exec posttls-finger -c -l dane -L summary "$2"';
    const args = ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', file, destination];
    const { output, errors } = await runProgram(findProgram('unshare') ?? 'unshare', args);
    const text = output + errors;
    assert.match(text, /(?:Verified|Untrusted) TLS connection established/);
    return { isVerified: text.includes('Verified TLS connection established'), text };
  };
}
