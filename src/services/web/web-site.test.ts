import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { OfferedServer } from '#mail/client-setup/offered-server.ts';
import { collectingLog } from '../../../test/world/log.ts';
import type { WebVisitor } from './visitor.ts';
import { createWebSite, type WebSiteSettings, type WebSiteWorld } from './web-site.ts';

const HOSTNAME = 'mail.valija.test';
const SERVERS: readonly OfferedServer[] = [
  { protocol: 'imap', hostname: HOSTNAME, port: 993, security: 'tls' },
  { protocol: 'submission', hostname: HOSTNAME, port: 465, security: 'tls' },
];
const PROOFS = ['password'] as const;
const POLICY = 'version: STSv1\nmode: enforce\nmx: mail.valija.test\nmax_age: 604800\n';

function site(given: Partial<WebSiteWorld & WebSiteSettings> = {}) {
  const log = collectingLog();
  const settings = {
    hostname: HOSTNAME,
    httpsPort: 443,
    servers: SERVERS,
    proofs: PROOFS,
    requestBodyBytes: 20_000,
    ...given,
  };
  const world: WebSiteWorld = {
    isOwnDomain: async (domain) => domain === 'valija.test',
    isReady: async () => true,
    challenges: { findKeyAuthorization: (token) => (token === 'known' ? 'known.thumbprint' : undefined) },
    findMtaStsPolicy: async (domain) => (domain === 'valija.test' ? POLICY : undefined),
    log,
    nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    ...given,
  };
  const answer = createWebSite(settings, world);
  const ask = async (url: string, init: RequestInit = {}) => {
    const isEncrypted = url.startsWith('https:');
    const visitor: WebVisitor = { connectionId: 'c1', clientAddress: '192.0.2.10', isEncrypted };
    const response = await answer(new Request(url, init), visitor);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { ask, log };
}

const autodiscover = (address: string) =>
  `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;

test('in clear: certificate authorities and monitors are answered, everybody else is led to https', async () => {
  const { ask } = site();
  const challenge = await ask('http://valija.test/.well-known/acme-challenge/known');
  assert.equal(challenge.text, 'known.thumbprint');
  assert.match(challenge.headers.get('Content-Type') ?? '', /^text\/plain/);
  assert.equal((await ask('http://valija.test/.well-known/acme-challenge/other')).status, 404);
  assert.equal((await ask('http://valija.test/healthz')).status, 200);
  const led = await ask('http://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=a%40valija.test');
  assert.equal(led.status, 308);
  const place = 'https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=a%40valija.test';
  assert.equal(led.headers.get('Location'), place);
  const other = await site({ httpsPort: 2443 }).ask('http://valija.test:2080/x');
  assert.equal(other.headers.get('Location'), 'https://valija.test:2443/x');
});

test('without an https listener mail programs are answered where they ask', async () => {
  const { ask } = site({ httpsPort: undefined });
  assert.equal((await ask('http://autoconfig.valija.test/mail/config-v1.1.xml')).status, 200);
});

test('[C71] the policy of MTA-STS is at its host under TLS, and nowhere else', async () => {
  const { ask } = site({ httpsPort: undefined });
  const found = await ask('https://mta-sts.valija.test/.well-known/mta-sts.txt');
  assert.equal(found.text, POLICY);
  assert.match(found.headers.get('Content-Type') ?? '', /^text\/plain/);
  for (const url of [
    'http://mta-sts.valija.test/.well-known/mta-sts.txt',
    'https://valija.test/.well-known/mta-sts.txt',
    'https://mta-sts.example.org/.well-known/mta-sts.txt',
  ]) {
    assert.equal((await ask(url)).status, 404, url);
  }
});

test('health: a word, and a status that a load balancer understands', async () => {
  const { ask } = site({ isReady: async () => false });
  assert.deepEqual((await ask('https://a.test/healthz')).status, 503);
  assert.deepEqual((await ask('https://a.test/healthz/ready')).text, 'not ready\n');
  assert.deepEqual((await ask('https://a.test/healthz/live')).text, 'live\n');
});

test('Thunderbird finds its file in both places, by address or by host, for our domains only', async () => {
  const { ask } = site();
  const urls = [
    'https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=usuario1%40valija.test',
    'https://valija.test/.well-known/autoconfig/mail/config-v1.1.xml',
    'https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=%25EMAILADDRESS%25',
    'https://mail.valija.test/mail/config-v1.1.xml?emailaddress=nadie%40valija.test',
  ];
  for (const url of urls) {
    const { status, text, headers } = await ask(url);
    assert.equal(status, 200, url);
    assert.match(headers.get('Content-Type') ?? '', /^text\/xml/);
    assert.match(text, /<emailProvider id="valija\.test">/);
  }
  const foreign = 'https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=a%40example.org';
  assert.equal((await ask(foreign)).status, 404);
  assert.equal((await ask('https://autoconfig.example.org/mail/config-v1.1.xml')).status, 404);
});

test('Outlook is answered at every spelling of its path, and never told who exists', async () => {
  const { ask } = site();
  const post = (path: string, body: string) => ask(`https://valija.test${path}`, { method: 'POST', body });
  for (const path of [
    '/autodiscover/autodiscover.xml',
    '/Autodiscover/Autodiscover.xml',
    '/AutoDiscover/AutoDiscover.XML',
  ]) {
    assert.match((await post(path, autodiscover('nadie@valija.test'))).text, /<Server>mail\.valija\.test<\/Server>/);
  }
  const refused = await post('/autodiscover/autodiscover.xml', autodiscover('a@example.org'));
  assert.match(refused.text, /<ErrorCode>600<\/ErrorCode>/);
  assert.match(refused.text, /Time="03:04:05"/);
  const empty = await ask('https://autodiscover.valija.test/autodiscover/autodiscover.xml');
  assert.match(empty.text, /<ErrorCode>600<\/ErrorCode>/);
  const where = await ask(
    'https://valija.test/autodiscover/autodiscover.json?Email=a@valija.test&Protocol=AutodiscoverV1',
  );
  assert.deepEqual(JSON.parse(where.text), {
    Protocol: 'AutodiscoverV1',
    Url: 'https://mail.valija.test/autodiscover/autodiscover.xml',
  });
});

test('Apple devices get a profile to install', async () => {
  const { ask } = site();
  const found = await ask('https://mail.valija.test/mail/apple.mobileconfig?emailaddress=usuario1%40valija.test');
  assert.equal(found.headers.get('Content-Type'), 'application/x-apple-aspen-config; charset=utf-8');
  assert.match(found.headers.get('Content-Disposition') ?? '', /filename="valija\.test\.mobileconfig"/);
  const missing = 'https://mail.valija.test/mail/apple.mobileconfig';
  assert.equal((await ask(missing)).status, 404);
  assert.equal((await ask(`${missing}?emailaddress=a%40example.org`)).status, 404);
});

test('where passwords are not taken, programs that know nothing else are told so, and people too', async () => {
  const { ask } = site({ proofs: ['keys'] });
  const config = await ask('https://autoconfig.valija.test/mail/config-v1.1.xml');
  assert.match(config.text, /<authentication>password-encrypted</);
  assert.doesNotMatch(config.text, /cleartext/);
  const body = autodiscover('usuario1@valija.test');
  const outlook = await ask('https://valija.test/autodiscover/autodiscover.xml', { method: 'POST', body });
  assert.match(outlook.text, /<ErrorCode>601<\/ErrorCode>/);
  const apple = await ask('https://mail.valija.test/mail/apple.mobileconfig?emailaddress=usuario1%40valija.test');
  assert.equal(apple.status, 404);
  assert.match(apple.text, /takes no passwords/);
  const nobody = await site({ proofs: [] }).ask('https://autoconfig.valija.test/mail/config-v1.1.xml');
  assert.equal(nobody.status, 404);
});

test('a body that is too large is refused, however it comes', async () => {
  const { ask } = site();
  const url = 'https://valija.test/autodiscover/autodiscover.xml';
  assert.equal((await ask(url, { method: 'POST', body: 'x'.repeat(20_001) })).status, 413);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(8_192)) });
  const init = { method: 'POST', body: endless, duplex: 'half' };
  assert.equal((await ask(url, init as RequestInit)).status, 413);
});

test('everything else is not there, and every page is kept from doing harm', async () => {
  const { ask } = site();
  for (const path of ['/', '/admin', '/.env', '/../../etc/passwd', '/mail/', '/%2e%2e/%2e%2e/etc/passwd']) {
    const { status, text, headers } = await ask(`https://mail.valija.test${path}`);
    assert.equal(status, 404, path);
    assert.match(text, /nothing at this address/);
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
    assert.match(headers.get('Content-Security-Policy') ?? '', /default-src 'none'/);
    assert.match(headers.get('Strict-Transport-Security') ?? '', /max-age/);
  }
  assert.equal((await ask('http://mail.valija.test/')).headers.get('Strict-Transport-Security'), null);
  assert.equal((await ask('https://mail.valija.test/healthz', { method: 'DELETE' })).status, 404);
});

test('a world that fails is a 503, a bug a 500; the log has the reason, the visitor has not', async () => {
  const url = 'https://autoconfig.valija.test/mail/config-v1.1.xml';
  const fails = (error: Error) => site({ isOwnDomain: () => Promise.reject(error) });
  const later = fails(new WorldError('ask the directory', { transient: true, cause: new Error('disk gone') }));
  const { status, headers, text } = await later.ask(url);
  assert.deepEqual([status, headers.get('Retry-After')], [503, '60']);
  assert.doesNotMatch(text, /directory|disk/);
  assert.match(later.log.text(), /ask the directory/);
  const bug = fails(new TypeError('no such thing'));
  assert.equal((await bug.ask(url)).status, 500);
  assert.match(bug.log.text(), /bug: TypeError: no such thing/);
});

test('the log has a line for each request, without the people in it', async () => {
  const { ask, log } = site();
  await ask('https://autoconfig.valija.test/mail/config-v1.1.xml?emailaddress=usuario1%40valija.test');
  await ask('https://autoconfig.valija.test/a%0Ab');
  assert.deepEqual(
    log.lines.map(({ text }) => text),
    [
      '192.0.2.10: GET autoconfig.valija.test /mail/config-v1.1.xml 200',
      '192.0.2.10: GET autoconfig.valija.test /a%0Ab 404',
    ],
  );
});
