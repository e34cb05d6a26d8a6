import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { LogLevel } from '#mail/ports/log.ts';
import { createAuthority } from '../../../test/world/certificate-authority.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { DEFAULT_SOCKET_LIMITS, SocketConnection } from '../sockets/socket-connection.ts';
import { checkPair } from './checked-pair.ts';
import type { PairPlace } from './pair-files.ts';
import { makeSelfSigned } from './self-signed.ts';
import { Certificates, type ServerTls } from './server-tls.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const DAY_MS = 86_400_000;
const FACTS = { connectionId: 'c1', clientAddress: '::1', clientPort: 1, serverAddress: '::1', serverPort: 2 };

function openFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function writePair(folder: string, host: string, untilMs = NOW_MS + 90 * DAY_MS): Promise<PairPlace> {
  const place = { certificateFile: join(folder, `${host}.pem`), secretKeyFile: join(folder, `${host}.key`) };
  const { certificate, secretKey } = await makeSelfSigned(host, NOW_MS - DAY_MS, untilMs);
  writeFileSync(place.certificateFile, certificate);
  writeFileSync(place.secretKeyFile, secretKey);
  return place;
}

async function openStore(folder: string, given: { main?: PairPlace; others?: readonly PairPlace[] }) {
  const clock = fixedClock(NOW_MS);
  const steadyClock = fixedClock(0);
  const lines: string[] = [];
  const log = { write: (level: LogLevel, _area: string, text: string) => lines.push(`${level} ${text}`) };
  const own = { folder: join(folder, 'own'), hostname: 'mail.valija.test' };
  const settings = { main: given.main, others: given.others ?? [], own };
  const certificates = await Certificates.open({ clock, steadyClock, log }, settings, new Map());
  return { certificates, settings, clock, steadyClock, lines };
}

async function serve(connection: SocketConnection): Promise<void> {
  await connection.startTls();
  await connection.write('hello');
  // Until the client goes: a ticket comes behind the handshake.
  await connection.read(60_000);
  await connection.close();
}

/** The subject's first name that a client sees, and whether its session was resumed. */
async function visit(tls: ServerTls, servername: string, session?: Buffer, maxVersion?: 'TLSv1.2') {
  const server = createServer((socket) => {
    const connection = new SocketConnection(socket, FACTS, tls, DEFAULT_SOCKET_LIMITS);
    void serve(connection).catch(() => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const resumption = session === undefined ? {} : { session };
  const version = maxVersion === undefined ? {} : { maxVersion };
  const client = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...resumption, ...version });
  let ticket: Buffer | undefined;
  client.on('session', (octets: Buffer) => {
    ticket = octets;
  });
  const heard = once(client, 'data');
  await once(client, 'secureConnect');
  const own = client.getPeerX509Certificate();
  const shown = own?.subject ?? '';
  const above = own?.issuerCertificate?.subject.replace('CN=', '');
  const isResumed = client.isSessionReused();
  await heard;
  client.end();
  if (!client.closed) await once(client, 'close');
  server.close();
  return { shown: shown.replace('CN=', ''), above, isResumed, ticket };
}

test('[C69] each name gets its own certificate; a name that nobody knows, and none, the default', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  const others = [await writePair(folder, 'mail.example.org'), await writePair(folder, '*.example.net')];
  const { certificates } = await openStore(folder, { main, others });
  const shown: Readonly<Record<string, string>> = {
    'mail.example.org': 'mail.example.org',
    'MAIL.Example.ORG': 'mail.example.org',
    'imap.example.net': '*.example.net',
    'a.imap.example.net': 'mail.valija.test',
    'unknown.test': 'mail.valija.test',
    '': 'mail.valija.test',
  };
  for (const [name, certificate] of Object.entries(shown)) {
    assert.equal((await visit(certificates, name)).shown, certificate, name);
    assert.equal((await visit(certificates, name, undefined, 'TLSv1.2')).shown, certificate, name);
  }
});

test('[C69] names are asked for as soon as there is a second certificate, and not before', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  const { certificates, settings } = await openStore(folder, { main });
  assert.equal(certificates.heedsNames, false);
  assert.equal((await visit(certificates, 'mail.example.org')).shown, 'mail.valija.test');
  const others = [await writePair(folder, 'mail.example.org')];
  (await certificates.prepare({ ...settings, others }, new Map())).enter();
  assert.equal(certificates.heedsNames, true);
  assert.equal((await visit(certificates, 'mail.example.org')).shown, 'mail.example.org');
});

test('key and chain may stand in one file, in either order', async (t) => {
  const folder = openFolder(t);
  const { certificate, secretKey } = await makeSelfSigned('mail.example.org', NOW_MS, NOW_MS + DAY_MS);
  for (const text of [certificate + secretKey, secretKey + certificate]) {
    const file = join(folder, 'chain.pem');
    writeFileSync(file, text);
    const place = { certificateFile: file, secretKeyFile: file };
    const { certificates } = await openStore(folder, { others: [place] });
    assert.equal((await visit(certificates, 'mail.example.org')).shown, 'mail.example.org');
  }
});

test('[C51] the certificate of its issuer, put into the file or taken as another file, is shown with it at the next look', async (t) => {
  const folder = openFolder(t);
  const below = await (await createAuthority()).authorize('Below');
  const { pem, key } = await below.sign(['mail.valija.test']);
  const place = { certificateFile: join(folder, 'cert.pem'), secretKeyFile: join(folder, 'key.pem') };
  writeFileSync(place.secretKeyFile, key);
  writeFileSync(place.certificateFile, pem);
  const { certificates, settings, lines } = await openStore(folder, { main: place });
  assert.equal((await visit(certificates, 'mail.valija.test')).above, undefined);
  const whole = { ...place, certificateFile: join(folder, 'fullchain.pem') };
  writeFileSync(whole.certificateFile, `${pem}\n${below.pem}\n`);
  const prepared = await certificates.prepare({ ...settings, main: whole }, new Map());
  prepared.enter();
  assert.equal((await visit(certificates, 'mail.valija.test')).above, 'Below');
  (await certificates.prepare(settings, new Map())).enter();
  assert.equal((await visit(certificates, 'mail.valija.test')).above, undefined);
  writeFileSync(place.certificateFile, `${pem}\n${below.pem}\n`);
  lines.length = 0;
  await certificates.look();
  assert.equal((await visit(certificates, 'mail.valija.test')).above, 'Below');
  assert.match(lines.join(), /info certificate of .*cert\.pem: for mail\.valija\.test/);
});

test('[C51] what certbot renews through its symbolic links is live at the next look, and the log says so', async (t) => {
  const folder = openFolder(t);
  const [archive, live] = [join(folder, 'archive'), join(folder, 'live')];
  for (const each of [archive, live, join(archive, '1'), join(archive, '2')]) mkdirSync(each);
  const place = { certificateFile: join(live, 'fullchain.pem'), secretKeyFile: join(live, 'privkey.pem') };
  const link = async (turn: string, untilMs: number) => {
    const made = await writePair(join(archive, turn), 'mail.valija.test', untilMs);
    for (const [target, path] of [
      [made.secretKeyFile, place.secretKeyFile],
      [made.certificateFile, place.certificateFile],
    ] as const) {
      symlinkSync(target, `${path}.new`);
      renameSync(`${path}.new`, path);
    }
  };
  await link('1', NOW_MS + 30 * DAY_MS);
  const { certificates, lines } = await openStore(folder, { main: place });
  const before = certificates.shownFor('mail.valija.test');
  await certificates.look();
  assert.equal(certificates.shownFor('mail.valija.test'), before);
  await link('2', NOW_MS + 90 * DAY_MS);
  await certificates.look();
  assert.notEqual(certificates.shownFor('mail.valija.test'), before);
  assert.match(
    lines.at(-1) ?? '',
    /^info certificate of .*fullchain\.pem: for mail\.valija\.test.* valid until 2027-02-19/,
  );
});

test('[C51] what is half written, mismatched, gone or expired never takes the place of what was good, and is told once', async (t) => {
  const folder = openFolder(t);
  const other = await writePair(folder, 'other.test');
  const expired = await writePair(folder, 'expired.test', NOW_MS - 1_000);
  const breakages: readonly (readonly [RegExp, (place: PairPlace) => void])[] = [
    [/cut off|no whole certificate/, ({ certificateFile }) => truncateSync(certificateFile, 300)],
    [/no whole certificate/, ({ certificateFile }) => writeFileSync(certificateFile, '')],
    [/no key in the key file/, ({ secretKeyFile }) => writeFileSync(secretKeyFile, '')],
    [/key is not whole/, ({ secretKeyFile }) => truncateSync(secretKeyFile, 100)],
    [/does not belong/, ({ secretKeyFile }) => copy(other.secretKeyFile, secretKeyFile)],
    [/no such file/, ({ secretKeyFile }) => unlinkSync(secretKeyFile)],
    [/no such file/, ({ certificateFile }) => unlinkSync(certificateFile)],
    [
      /has expired, and the one before it has not/,
      ({ certificateFile, secretKeyFile }) => {
        copy(expired.certificateFile, certificateFile);
        copy(expired.secretKeyFile, secretKeyFile);
      },
    ],
  ];
  for (const [complaint, breakIt] of breakages) {
    const main = await writePair(folder, 'mail.valija.test');
    const { certificates, lines } = await openStore(folder, { main });
    const before = certificates.shownFor(undefined);
    breakIt(main);
    await certificates.look();
    assert.equal(lines.filter((line) => line.startsWith('error')).length, 0, 'the first look may be in the midst');
    for (let i = 0; i < 3; i += 1) await certificates.look();
    assert.equal(certificates.shownFor(undefined), before);
    const errors = lines.filter((line) => line.startsWith('error'));
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', complaint);
    assert.match(errors[0] ?? '', /the one before stays in use/);
    assert.match(certificates.files[0]?.failure?.text ?? '', complaint);
    await writePair(folder, 'mail.valija.test');
    await certificates.look();
    assert.notEqual(certificates.shownFor(undefined), before);
    assert.equal(certificates.files[0]?.failure, undefined);
  }
});

test('a start with broken files is no reason to take no mail: another certificate is shown', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  truncateSync(main.certificateFile, 100);
  const { certificates, lines } = await openStore(folder, { main });
  assert.equal((await visit(certificates, 'mail.valija.test')).shown, 'mail.valija.test');
  assert.ok(certificates.own !== undefined);
  assert.match(lines[0] ?? '', /^error warning: .*another certificate is shown/);
});

test('settings that name broken files are refused whole; those that were named before keep what they had', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  const { certificates, settings } = await openStore(folder, { main });
  const broken = await writePair(folder, 'broken.test');
  truncateSync(broken.secretKeyFile, 10);
  const before = certificates.shownFor(undefined);
  await assert.rejects(certificates.prepare({ ...settings, others: [broken] }, new Map()), (error) => {
    return (
      error instanceof WorldError &&
      /^load a certificate: .*broken\.test\.pem: the key is not whole/.test(error.message)
    );
  });
  unlinkSync(main.certificateFile);
  (await certificates.prepare(settings, new Map())).enter();
  assert.equal(certificates.shownFor(undefined), before);
});

test('settings that are prepared show nothing before they enter', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  const other = await writePair(folder, 'other.test');
  const { certificates, settings } = await openStore(folder, { main });
  const prepared = await certificates.prepare({ ...settings, main: other }, new Map());
  assert.equal((await visit(certificates, 'other.test')).shown, 'mail.valija.test');
  prepared.enter();
  assert.equal((await visit(certificates, 'other.test')).shown, 'other.test');
});

test('what only root can read comes as text, and anew when it has changed', async (t) => {
  const folder = openFolder(t);
  const main = { certificateFile: '/root/fullchain.pem', secretKeyFile: '/root/privkey.pem' };
  const secretsOf = async () => {
    const { certificate, secretKey } = await makeSelfSigned('mail.valija.test', NOW_MS, NOW_MS + DAY_MS);
    return new Map([
      [main.certificateFile, certificate],
      [main.secretKeyFile, secretKey],
    ]);
  };
  const { certificates, settings } = await openStore(folder, {});
  (await certificates.prepare({ ...settings, main }, await secretsOf())).enter();
  const before = certificates.shownFor(undefined);
  await certificates.takeSecrets(await secretsOf());
  assert.notEqual(certificates.shownFor(undefined), before);
});

test('[C51] a session is resumed on any port, under any certificate, after a renewal, and no longer than the keys last', async (t) => {
  const folder = openFolder(t);
  const main = await writePair(folder, 'mail.valija.test');
  const others = [await writePair(folder, 'mail.example.org')];
  const { certificates, steadyClock } = await openStore(folder, { main, others });
  for (const name of ['mail.valija.test', 'mail.example.org']) {
    for (const version of [undefined, 'TLSv1.2'] as const) {
      const first = await visit(certificates, name, undefined, version);
      assert.equal(first.isResumed, false);
      await writePair(folder, name);
      await certificates.look();
      const second = await visit(certificates, name, first.ticket, version);
      assert.equal(second.isResumed, true, `${name} ${version}`);
      steadyClock.advance(DAY_MS);
      assert.equal((await visit(certificates, name, second.ticket ?? first.ticket, version)).isResumed, false);
    }
  }
});

test('what an authority issued serves its names, and the host itself where no file does', async (t) => {
  const folder = openFolder(t);
  const { certificates } = await openStore(folder, { others: [await writePair(folder, 'mail.example.org')] });
  assert.ok(certificates.own !== undefined);
  const issued = await Promise.all(
    ['mail.valija.test', 'mail.example.org'].map(async (id) => {
      const { certificate, secretKey } = await makeSelfSigned(id, NOW_MS, NOW_MS + DAY_MS);
      const pair = checkPair(certificate, secretKey);
      assert.ok(pair.ok);
      return { id, pair: pair.value };
    }),
  );
  await certificates.setIssued(issued);
  assert.equal(certificates.own, undefined);
  assert.equal(certificates.shownFor(undefined), issued[0]?.pair.facts.fingerprint);
  assert.notEqual(certificates.shownFor('mail.example.org'), issued[1]?.pair.facts.fingerprint);
});

function copy(from: string, to: string): void {
  unlinkSync(to);
  symlinkSync(from, to);
}

test('what an authority issues while the own certificate is being made is not lost by it', async (t) => {
  const folder = openFolder(t);
  const { certificates, clock } = await openStore(folder, {});
  clock.advance(340 * DAY_MS);
  const made = await makeSelfSigned('mail.valija.test', NOW_MS, clock.nowMs() + DAY_MS);
  const pair = checkPair(made.certificate, made.secretKey);
  assert.ok(pair.ok);
  const look = certificates.look();
  await certificates.setIssued([{ id: 'mail.valija.test', pair: pair.value }]);
  await look;
  assert.equal(certificates.shownFor(undefined), pair.value.facts.fingerprint);
});
