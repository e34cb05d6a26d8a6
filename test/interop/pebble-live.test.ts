// A whole server that asks an authority: what it gets is live on every port while sessions go on, stays when the authority
// fails, and is told about.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hasTls, lookAtPort } from '#cli/tls/look-at-port.ts';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { freePort } from '../world/free-port.ts';
import { makeState, PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';
import { type Pebble, startPebble } from './pebble-server.ts';
import { programTest } from './real-program.ts';

const DAY_MS = 86_400_000;
const NAMES = ['mail.valija.test', 'valija.test', 'mta-sts.valija.test'];

async function openTown(challenges: string, names = NAMES) {
  const [httpPort, httpsPort] = await Promise.all([freePort(), freePort()]);
  const pebble = await startPebble({ names, httpPort, tlsPort: httpsPort });
  const settings = [
    `resolver_addresses = ["${pebble.dns}"]`,
    'sender_authentication = false',
    'certificate_check_interval = "1s"',
    `acme_challenges = ${challenges}`,
    `[[acme]]\ndirectory = "${pebble.directory}"\nCAfile = "${pebble.authoritiesFile}"`,
    `[[listen]]\nservice = "http"\nport = ${httpPort}`,
    `[[listen]]\nservice = "https"\nport = ${httpsPort}\n`,
  ];
  return { pebble, settings: settings.join('\n'), httpsPort };
}

/** Issuers that clients see at each port, by its service. */
async function issuersSeen(server: RunningServer, serverName: string): Promise<Record<string, string>> {
  const services = Object.entries(server.ports).filter(([service]) => hasTls(service));
  const seen = services.map(async ([service, port]) => {
    const view = await lookAtPort({ service, address: '127.0.0.1', port }, { serverName, trusted: undefined });
    assert.equal(view.kind, 'seen', `${service}: ${JSON.stringify(view)}`);
    const leaf = new X509Certificate(view.kind === 'seen' ? (view.chain[0] ?? '') : '');
    return [service, `${leaf.subjectAltName} by ${leaf.issuer}`] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

async function awaitCertificates(server: RunningServer, count: number): Promise<void> {
  await until(`${count} certificates`, () => (server.log().match(/issued by/g)?.length ?? 0) >= count);
}

programTest('pebble', '[C51] [C69] one certificate a domain, live on every port, while a session goes on', async () => {
  const { pebble, settings } = await openTown('["http-01"]');
  await using _pebble: Pebble = pebble;
  await using server = await startServer({ settings });
  using talk = await openSmtp(server, 'submissions', { address: USER1, password: PASSWORD });
  await awaitCertificates(server, 2);
  const own = await issuersSeen(server, 'mail.valija.test');
  const domains = await issuersSeen(server, 'mta-sts.valija.test');
  const unknown = await issuersSeen(server, 'unknown.test');
  for (const service of ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'https']) {
    assert.match(own[service] ?? '', /^DNS:mail\.valija\.test by CN=Pebble/, service);
    assert.match(
      domains[service] ?? '',
      /^DNS:(?:mta-sts\.)?valija\.test, DNS:(?:mta-sts\.)?valija\.test by CN=Pebble/,
      service,
    );
    assert.equal(unknown[service], own[service]);
  }
  assert.match(await talk.bring(USER1, [USER2], 'Subject: hola\r\n\r\nhola\r\n'), /^250 /);
});

programTest(
  'pebble',
  '[C51] domains that live in a database get theirs, and so does one that comes later',
  async () => {
    const { pebble, settings } = await openTown('["http-01"]', ['mail.valija.test', 'casa.test', 'escuela.test']);
    await using _pebble: Pebble = pebble;
    const state = await makeState();
    using database = new DatabaseSync(join(state, 'mail.db'));
    database.exec("CREATE TABLE domain (domain TEXT); INSERT INTO domain VALUES ('casa.test')");
    const source = [
      '[[directory]]\ntype = "sql"\ndriver = "sqlite"\ndbname = "mail.db"\ncache_ttl = "1s"',
      'domain_query = "SELECT domain FROM domain"',
      'user_query = "SELECT domain AS user FROM domain WHERE 0"\n',
    ];
    await using server = await startServer({ state, settings: `${settings}${source.join('\n')}` });
    await awaitCertificates(server, 2);
    assert.match((await issuersSeen(server, 'casa.test'))['imaps'] ?? '', /^DNS:casa\.test by CN=Pebble/);
    database.exec("INSERT INTO domain VALUES ('escuela.test')");
    await awaitCertificates(server, 3);
    assert.match((await issuersSeen(server, 'escuela.test'))['imaps'] ?? '', /^DNS:escuela\.test by CN=Pebble/);
  },
);

programTest('pebble', '[C51] TLS-ALPN-01 on the port of https, beside clients that want pages', async () => {
  const { pebble, settings, httpsPort } = await openTown('["tls-alpn-01"]');
  await using _pebble: Pebble = pebble;
  await using server = await startServer({ settings });
  const visits = new AbortController();
  const visiting = (async () => {
    // Not more than the port takes from one network.
    for (; !visits.signal.aborted; await delay(200)) {
      const place = { service: 'https', address: '127.0.0.1', port: httpsPort };
      const view = await lookAtPort(place, { serverName: 'mail.valija.test', trusted: undefined });
      assert.equal(view.kind, 'seen', JSON.stringify(view));
      const leaf = new X509Certificate(view.kind === 'seen' ? (view.chain[0] ?? '') : '');
      // That of a challenge is for one host alone.
      assert.ok(leaf.subjectAltName?.includes('localhost') || leaf.issuer.includes('Pebble'), leaf.toString());
    }
  })();
  await awaitCertificates(server, 2);
  visits.abort();
  await visiting;
});

programTest(
  'pebble',
  '[C51] while the authority is away the certificate in use stays, and the next try is later',
  async () => {
    const { pebble, settings } = await openTown('["http-01"]', NAMES.slice(0, 1));
    await using _pebble: Pebble = pebble;
    await using server = await startServer({ settings: `acme_order_timeout = "10s"\n${settings}` });
    await awaitCertificates(server, 1);
    const before = await issuersSeen(server, 'mail.valija.test');
    pebble.pause();
    // A name that was not there before makes it ask.
    await pebble.lead('valija.test', ['127.0.0.1']);
    process.kill(server.supervisorPid, 'SIGHUP');
    await until('the failure', () => server.log().includes('no certificate for valija.test'));
    assert.match(
      server.log(),
      /no certificate for valija\.test: 127\.0\.0\.1: it did not finish within 10 seconds.* tried again at 20/,
    );
    assert.deepEqual(await issuersSeen(server, 'mail.valija.test'), before);
    pebble.resume();
  },
);

programTest(
  'pebble',
  '[C51] valija tls revoke: the authority agrees, and a certificate with a new key takes its place',
  async () => {
    const { pebble, settings } = await openTown('["http-01"]', NAMES.slice(0, 1));
    await using _pebble: Pebble = pebble;
    await using server = await startServer({ settings });
    await awaitCertificates(server, 1);
    const [host = ''] = NAMES;
    for (const [at, reason] of ['superseded', 'keyCompromise'].entries()) {
      const before = await leafAt(server, host);
      assert.equal(await pebble.statusOf(before), 'Valid');
      const run = await valija(server, 'tls', 'revoke', host, '--reason', reason);
      assert.deepEqual([run.code, run.errors], [0, '']);
      assert.match(
        run.output,
        /^mail\.valija\.test: revoked by 127\.0\.0\.1\. A new certificate with a new key is asked for/,
      );
      assert.equal(await pebble.statusOf(before), 'Revoked');
      await awaitCertificates(server, at + 2);
      const after = await leafAt(server, host);
      assert.match(after.issuer, /Pebble/);
      assert.notDeepEqual(
        after.publicKey.export({ type: 'spki', format: 'der' }),
        before.publicKey.export({ type: 'spki', format: 'der' }),
      );
    }
    const unknown = await valija(server, '--lang', 'es', 'tls', 'revoke', 'example.org');
    assert.equal(unknown.code, 66);
    assert.match(unknown.errors, /aquí ninguna autoridad ha emitido un certificado example\.org/);
    assert.equal((await valija(server, 'tls', 'revoke', host, '--reason', 'boredom')).code, 64);
  },
);

programTest(
  'pebble',
  '[C51] an authority that offers renewal information decides when the certificate is renewed',
  async (t) => {
    const { pebble, settings } = await openTown('["http-01"]', NAMES.slice(0, 1));
    await using _pebble: Pebble = pebble;
    const startMs = Date.now() + 10 * DAY_MS;
    const suggestedWindow = { start: new Date(startMs), end: new Date(startMs + DAY_MS) };
    const { directory, asked } = await openAdvisingFront(t, pebble, {
      suggestedWindow,
      explanationURL: 'https://example.org/why',
    });
    await using server = await startServer({ settings: settings.replace(pebble.directory, directory) });
    await awaitCertificates(server, 1);
    process.kill(server.supervisorPid, 'SIGHUP');
    await until('the advice', () => server.log().includes('to be renewed between'));
    assert.match(
      server.log(),
      /127\.0\.0\.1 wants the certificate mail\.valija\.test to be renewed .*; why: https:\/\/example\.org\/why/,
    );
    assert.match(asked.at(-1) ?? '', /^\/info\/[\w-]+\.[\w-]+$/);
    const { output } = await valija(server, '--json', 'tls', 'list');
    const { certificates } = JSON.parse(output) as CertificateListing;
    const nextMs = certificates.find(({ source }) => source === 'acme')?.nextMs ?? 0;
    assert.ok(nextMs >= startMs && nextMs <= startMs + DAY_MS, `${new Date(nextMs).toISOString()}`);
  },
);

/** Debian's pebble offers none: before it stands who adds that to its directory, and answers. */
async function openAdvisingFront(t: TestContext, pebble: Pebble, info: object) {
  const asked: string[] = [];
  const own = await makeSelfSigned('front.valija.test', Date.now() - DAY_MS, Date.now() + DAY_MS);
  const server = createServer({ cert: own.certificate, key: own.secretKey }, async (request, response) => {
    asked.push(request.url ?? '');
    const renewalInfo = `https://127.0.0.1:${(server.address() as AddressInfo).port}/info`;
    const directory = async () => ({ ...((await pebble.readDirectory()) as object), renewalInfo });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/dir' ? await directory() : info));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Whoever trusts pebble's own certificate is to trust this one, too.
  appendFileSync(pebble.authoritiesFile, own.certificate);
  return { asked, directory: `https://127.0.0.1:${(server.address() as AddressInfo).port}/dir` };
}

async function leafAt(server: RunningServer, serverName: string): Promise<X509Certificate> {
  const place = { service: 'imaps', address: '127.0.0.1', port: server.ports.imaps };
  const view = await lookAtPort(place, { serverName, trusted: undefined });
  return new X509Certificate(view.kind === 'seen' ? (view.chain[0] ?? '') : '');
}
