// What policies of other domains, and wishes of senders, make of a delivery: to servers that are scripts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import type { MailServer } from '#mail/delivery/choose-servers.ts';
import type { StsMode } from '#mail/mta-sts/policy.ts';
import type { ServerIdentity } from '#mail/ports/dialer.ts';
import type { DnsAnswer, DnsType, Resolver } from '#mail/ports/resolver.ts';
import type { StsFinding } from '#mail/ports/sts-policies.ts';
import type { TlsWish } from '#mail/queue/queued-message.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { otherServers, scriptedServer } from '../../../test/world/other-servers.ts';
import { deliveryJob } from '../../../test/world/outgoing-mail.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { mailServer, transportSecurity } from '../../../test/world/transport-security.ts';
import { DEFAULT_SMTP_CLIENT, type SmtpClientSettings } from './settings.ts';
import { createSmtpTransport } from './smtp-transport.ts';

const MX1 = mailServer();
const MX2 = mailServer({ name: 'mx2.example.org', address: '192.0.2.2', isBest: false });
const CLEAR = 'S: 220 x\nC...\nS: 250-mx\nS: 250 PIPELINING\n';
const STARTTLS = 'S: 220 x\nC...\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\nC...\n';
const SECURE = `${STARTTLS}S: 250-mx\nS: 250 PIPELINING\n`;
const SECURE_TO_THE_END = `${STARTTLS}S: 250-mx\nS: 250-REQUIRETLS\nS: 250 PIPELINING\n`;
const take = (parameters = '') =>
  `C: MAIL FROM:<usuario1@valija.test>${parameters}\nC...\nC...\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nS: 250 2.0.0 Ok\n`;

interface Given {
  readonly servers: Readonly<Record<string, string>>;
  readonly chosen?: readonly MailServer[];
  readonly sts?: StsFinding;
  readonly resolver?: Resolver;
  readonly identity?: Partial<ServerIdentity>;
  readonly settings?: Partial<SmtpClientSettings>;
  readonly wish?: TlsWish;
  readonly destination?: string;
}

async function deliver({
  servers,
  chosen = [MX1],
  sts,
  resolver,
  identity,
  settings,
  wish,
  destination = 'example.org',
}: Given) {
  const scripts = Object.fromEntries(
    Object.entries(servers).map(([place, script]) => [`${place}:25`, [scriptedServer(script)]]),
  );
  const dialer = otherServers({ servers: scripts, identity: { names: [MX1.name], ...identity } });
  const log = collectingLog();
  const security = transportSecurity({ ...(sts && { sts }), ...(resolver && { resolver }) });
  using transport = createSmtpTransport(
    {
      ...security,
      dialer,
      chooseServers: async () => ok(chosen),
      clock: fixedClock(),
      alarm: systemAlarm,
      randomness: seededRandomness(),
      log,
    },
    {
      ...DEFAULT_SMTP_CLIENT,
      heloName: 'mail.valija.test',
      ownNames: new Set(),
      tlsLevel: 'dane',
      ...settings,
    },
  );
  const nextHop = { transport: 'smtp', destination } as const;
  const report = await transport.deliver(deliveryJob({ nextHop, message: wish ? { tlsWish: wish } : {} }));
  const [outcome] = report.outcomes;
  assert.ok(outcome);
  const { kind, status, text, security: guarded } = outcome;
  const results = security.results.map(({ policy, failure }) => `${policy.type} ${failure?.type ?? 'good'}`);
  return {
    line: `${kind} ${status} ${text}`,
    guarded,
    results,
    dialled: dialer.dialled.length,
    log,
    full: security.results,
  };
}

function sts(mode: StsMode, mx: readonly string[] = [MX1.name]): StsFinding {
  return { kind: 'policy', id: 'A1', policy: { mode, maxAgeSeconds: 86_400, mx } };
}

test('[C71] enforced: a server that the policy does not name is passed over, another is talked to', async () => {
  const servers = { [MX1.address]: `${SECURE}${take()}`, [MX2.address]: `${SECURE}${take()}` };
  const given = { servers, chosen: [MX1, MX2], sts: sts('enforce', [MX2.name]), identity: { names: [MX2.name] } };
  const { line, guarded, results, dialled, log } = await deliver(given);
  assert.equal(line, 'delivered 2.0.0 250 2.0.0 Ok');
  assert.deepEqual(guarded, { basis: 'mta-sts', demand: 'certificate', sts: 'enforce A1', trust: 'Verified' });
  assert.deepEqual(results, ['sts validation-failure', 'sts good']);
  assert.equal(dialled, 1);
  assert.match(
    log.text(),
    /Verified TLS connection established to mx2\.example\.org\[192\.0\.2\.2\]:25: TLSv1\.3 with cipher/,
  );
});

test('[C71] enforced: never in clear, however long it waits, nor to a server that nobody vouches for', async () => {
  const waited = await deliver({ servers: { [MX1.address]: `${CLEAR}${take()}` }, sts: sts('enforce') });
  assert.match(waited.line, /^deferred 4\.7\.4 TLS is required, but was not offered/);
  assert.deepEqual(waited.results, ['sts starttls-not-supported']);
  const identity = { distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
  const forged = await deliver({ servers: { [MX1.address]: SECURE }, sts: sts('enforce'), identity });
  assert.equal(forged.line, 'deferred 4.7.5 Server certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
  assert.deepEqual(forged.guarded, { basis: 'mta-sts', demand: 'certificate', sts: 'enforce A1' });
});

test('[C71] the policy is that of the next hop, a smart host too; addresses, names of one label and several hops have none', async () => {
  const results = async (destination: string) => {
    const servers = { [MX1.address]: `${SECURE}${take()}` };
    const { guarded, full } = await deliver({ servers, destination, sts: sts('enforce') });
    return [guarded?.basis, full[0]?.domain];
  };
  for (const [destination, domain] of [
    ['example.org', 'example.org'],
    ['example.org:2525', 'example.org'],
    ['[mx1.example.org]', 'mx1.example.org'],
    ['[MX1.Example.ORG.]:submission', 'mx1.example.org'],
  ] as const) {
    assert.deepEqual(await results(destination), ['mta-sts', domain], destination);
  }
  for (const destination of [
    '[192.0.2.1]:25',
    '[2001:db8::1]',
    'localhost:2525',
    '[relay]',
    'example.org, example.net',
  ]) {
    assert.deepEqual(await results(destination), ['smtp_tls_security_level', undefined], destination);
  }
});

test('[C71] a policy in force holds where the settings demand TLS and no certificate; not where they demand one, or none', async () => {
  const identity = { distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
  const basisAt = async (tlsLevel: SmtpClientSettings['tlsLevel'], script: string) => {
    const given = { servers: { [MX1.address]: script }, sts: sts('enforce'), identity, settings: { tlsLevel } };
    const { line, guarded } = await deliver(given);
    return `${line.split(' ')[0]} ${guarded?.basis}`;
  };
  for (const level of ['may', 'encrypt', 'dane'] as const)
    assert.equal(await basisAt(level, SECURE), 'deferred mta-sts');
  assert.equal(await basisAt('secure', SECURE), 'deferred smtp_tls_security_level');
  assert.equal(await basisAt('none', `${CLEAR}${take()}`), 'delivered smtp_tls_security_level');
});

test('[T33] in testing all is delivered, and told', async () => {
  const clear = await deliver({ servers: { [MX1.address]: `${CLEAR}${take()}` }, sts: sts('testing') });
  assert.match(clear.line, /^delivered/);
  assert.deepEqual(clear.results, ['sts starttls-not-supported']);
  const identity = { distrust: 'CERT_HAS_EXPIRED' };
  const expired = await deliver({ servers: { [MX1.address]: `${SECURE}${take()}` }, sts: sts('testing'), identity });
  assert.match(expired.line, /^delivered/);
  assert.deepEqual(expired.results, ['sts certificate-expired']);
  assert.equal(expired.guarded?.complaint, 'Server certificate not trusted (CERT_HAS_EXPIRED)');
  assert.match(expired.log.text(), /Untrusted TLS connection established to mx1/);
  const unnamed = await deliver({
    servers: { [MX1.address]: `${SECURE}${take()}` },
    sts: sts('testing', ['x.example.org']),
  });
  assert.match(unnamed.line, /^delivered/);
  assert.deepEqual(unnamed.results, ['sts validation-failure']);
  assert.deepEqual(unnamed.full[0]?.failure, {
    type: 'validation-failure',
    sendingAddress: '198.51.100.1',
    mxName: MX1.name,
    receivingAddress: MX1.address,
    reason: 'MTA-STS policy of example.org does not allow the mail server mx1.example.org',
  });
});

test('[T33] a domain that is not ASCII is kept to, and reported, as the DNS has it', async () => {
  const name = 'mx.xn--espaa-rta.example';
  const { line, full } = await deliver({
    servers: { [MX1.address]: `${SECURE}${take()}` },
    chosen: [mailServer({ name })],
    destination: 'España.example',
    sts: sts('enforce', ['*.xn--espaa-rta.example']),
    identity: { names: [name] },
  });
  assert.match(line, /^delivered/);
  assert.deepEqual(
    full.map(({ domain }) => domain),
    ['xn--espaa-rta.example'],
  );
});

test('a policy that cannot be had is told, and mail goes as without', async () => {
  const unavailable = { kind: 'unavailable', failure: 'sts-policy-fetch-error', text: 'the answer is 404' } as const;
  const { line, results } = await deliver({ servers: { [MX1.address]: `${SECURE}${take()}` }, sts: unavailable });
  assert.match(line, /^delivered/);
  assert.deepEqual(results, ['sts sts-policy-fetch-error', 'no-policy-found good']);
});

test('[T33] TLSA records that cannot be asked for defer; those that match nothing, too', async () => {
  const proven = mailServer({ isProven: true, hasProvenAddress: true });
  const broken: Resolver = { resolve: async () => ({ kind: 'failed', reason: 'servfail' }) };
  const bogus = await deliver({ servers: {}, chosen: [proven], resolver: broken, sts: sts('enforce') });
  assert.equal(bogus.line, 'deferred 4.7.5 TLSA lookup error for mx1.example.org:25 (servfail)');
  assert.deepEqual([bogus.dialled, ...bogus.results], [0, 'no-policy-found dnssec-invalid']);
  const records = [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32) }];
  const wrong: Resolver = {
    async resolve<Type extends DnsType>(name: string): Promise<DnsAnswer<Type>> {
      const found = { kind: 'found', records, canonicalName: name, ttlSeconds: 60, isAuthenticated: true };
      return found as unknown as DnsAnswer<Type>;
    },
  };
  const mismatch = await deliver({ servers: { [MX1.address]: SECURE }, chosen: [proven], resolver: wrong });
  assert.equal(mismatch.line, 'deferred 4.7.5 Server certificate not trusted (no TLSA record matches it)');
  assert.deepEqual(mismatch.results, ['tlsa certificate-not-trusted']);
  const off = { dane: { isPossible: false, insecureMxPolicy: 'dane' } } as const;
  const disabled = await deliver({
    servers: { [MX1.address]: `${SECURE}${take()}` },
    chosen: [proven],
    resolver: wrong,
    settings: off,
  });
  assert.match(disabled.line, /^delivered/);
});

test('smtp_tls_dane_insecure_mx_policy: what TLSA records are worth behind an MX record that nothing proves', async () => {
  const chosen = [mailServer({ hasProvenAddress: true })];
  const broken: Resolver = { resolve: async () => ({ kind: 'failed', reason: 'servfail' }) };
  const outcome = async (insecureMxPolicy: 'dane' | 'encrypt' | 'may', script: string) => {
    const settings = { dane: { isPossible: true, insecureMxPolicy } };
    const servers = { [MX1.address]: script };
    return (await deliver({ servers, chosen, resolver: broken, settings })).line;
  };
  assert.match(await outcome('dane', ''), /^deferred 4\.7\.5 TLSA lookup error/);
  assert.match(await outcome('encrypt', CLEAR), /^deferred 4\.7\.4 TLS is required/);
  assert.match(await outcome('may', `${CLEAR}${take()}`), /^delivered/);
});

test('REQUIRETLS travels on, to a server that offers it', async () => {
  const chosen = [mailServer({ isProven: true })];
  const servers = { [MX1.address]: `${SECURE_TO_THE_END}${take(' REQUIRETLS')}` };
  const { line, guarded } = await deliver({ servers, chosen, wish: 'required' });
  assert.match(line, /^delivered/);
  assert.deepEqual(guarded, { basis: 'requiretls', demand: 'certificate', trust: 'Verified' });
});

test('REQUIRETLS is returned where no server offers it, or none is proven; a server that is down may come back', async () => {
  const wish = 'required';
  const proven = mailServer({ isProven: true });
  const other = mailServer({ ...MX2, isProven: true });
  const without = await deliver({ servers: { [MX1.address]: SECURE }, chosen: [proven], wish });
  assert.equal(
    without.line,
    'failed 5.7.30 REQUIRETLS is required, but was not offered by host mx1.example.org[192.0.2.1]',
  );
  const identity = { distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
  const forged = await deliver({ servers: { [MX1.address]: SECURE }, chosen: [proven], identity, wish });
  assert.match(forged.line, /^failed 5\.7\.10 Server certificate not trusted/);
  const clear = await deliver({ servers: { [MX1.address]: CLEAR }, chosen: [proven], wish });
  assert.match(clear.line, /^failed 5\.7\.10 TLS is required, but was not offered/);
  const unproven = await deliver({ servers: {}, wish });
  assert.match(unproven.line, /^failed 5\.7\.10 REQUIRETLS: neither DNSSEC nor MTA-STS proves/);
  const down = await deliver({
    servers: { [MX2.address]: SECURE },
    chosen: [proven, other],
    identity: { names: [MX2.name] },
    wish,
  });
  assert.match(down.line, /^deferred 4\.4\.1 connect to mx1/);
});

test('[T30] «TLS-Required: No» passes by what the domain demands, and nobody is told of it', async () => {
  const servers = { [MX1.address]: `${CLEAR}${take()}` };
  const waived = await deliver({ servers, sts: sts('enforce'), wish: 'waived' });
  assert.match(waived.line, /^delivered/);
  assert.deepEqual([waived.guarded?.basis, waived.results], ['tls-required-no', []]);
  const settings = { mayWaiveTls: false };
  const held = await deliver({ servers: { [MX1.address]: CLEAR }, sts: sts('enforce'), wish: 'waived', settings });
  assert.match(held.line, /^deferred 4\.7\.4/);
  const encrypt = await deliver({
    servers: { [MX1.address]: CLEAR },
    wish: 'waived',
    settings: { tlsLevel: 'encrypt' },
  });
  assert.match(encrypt.line, /^deferred 4\.7\.4/);
});
