// Two domains, a certificate in files for each: chosen by name on every port, renewed under an open session, and seen by
// `valija tls`.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hasTls, lookAtPort } from '#cli/tls/look-at-port.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { runProgram } from '../interop/real-program.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');
const MESSAGE = 'Subject: hola\r\n\r\nhola\r\n';

describe('a certificate for each domain', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-certificates-'));
  const fileOf = (host: string) => join(folder, `${host}.pem`);
  let server: RunningServer;

  /** Key and chain in one file; the fingerprint. */
  async function write(host: string): Promise<string> {
    const { certificate, secretKey } = await makeSelfSigned(host, Date.now() - 60_000, Date.now() + 90 * 864e5);
    writeFileSync(fileOf(host), `${secretKey}${certificate}`);
    return new X509Certificate(certificate).fingerprint256;
  }

  /** Fingerprints that the ports show, each once. */
  async function shown(serverName: string): Promise<string[]> {
    const seen = new Set<string>();
    for (const [service, port] of Object.entries(server.ports)) {
      if (!hasTls(service)) continue;
      const view = await lookAtPort({ service, address: '127.0.0.1', port }, { serverName, trusted: undefined });
      assert.ok(view.kind === 'seen', `${service}: ${JSON.stringify(view)}`);
      seen.add(new X509Certificate(view.chain[0] ?? '').fingerprint256);
    }
    return [...seen];
  }

  async function valija(...args: readonly string[]) {
    return await runProgram(VALIJA, [...args, '--config', server.configFile]);
  }

  before(async () => {
    for (const host of ['mail.valija.test', 'mail.example.org']) await write(host);
    const main = fileOf('mail.valija.test');
    const settings = [
      `smtpd_tls_cert_file = "${main}"\nsmtpd_tls_key_file = "${main}"\ncertificate_check_interval = "1s"`,
      `[[certificate]]\ncert_file = "${fileOf('mail.example.org')}"\n`,
    ];
    server = await startServer({ settings: settings.join('\n') });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('[C69] each name its own on every port, before and after a renewal, while a session goes on', async () => {
    using talk = await openSmtp(server, 'submission', { address: USER1, password: PASSWORD });
    const before = await shown('mail.example.org');
    assert.equal(before.length, 1);
    const fallback = await shown('mail.valija.test');
    assert.equal(fallback.length, 1);
    assert.notDeepEqual(before, fallback);
    assert.deepEqual(await shown('nobody.example'), fallback);
    const renewed = await write('mail.example.org');
    await until('the renewed one', async () => (await shown('mail.example.org')).every((seen) => seen === renewed));
    assert.deepEqual(await shown('mail.valija.test'), fallback);
    assert.match(await talk.bring(USER1, [USER2], MESSAGE), /^250 /);
  });

  test('[C51] valija tls list and check, in two languages; a broken renewal stands there with what to do', async () => {
    const listed = JSON.parse((await valija('tls', 'list', '--json')).output);
    assert.deepEqual(
      listed.certificates.map((one: { id: string; source: string; isDefault: boolean }) => [
        one.id,
        one.source,
        one.isDefault,
      ]),
      [
        ['mail.valija.test', 'file', true],
        ['mail.example.org', 'file', false],
      ],
    );
    const checked = await valija('tls', 'check', '--lang', 'es');
    assert.equal(checked.code, 65);
    assert.match(
      checked.output,
      /^submission +\d+ +mail\.valija\.test +TLSv1\.3 .* autofirmado: los programas avisan/m,
    );
    assert.match(checked.output, /^\S+ +\d+ +mail\.example\.org /m);
    const kept = await shown('mail.example.org');
    truncateSync(fileOf('mail.example.org'), 100);
    await until('the complaint', () => /mail\.example\.org\.pem.*the one before stays in use/.test(server.log()));
    const english = (await valija('tls', 'list', '--lang', 'en')).output;
    assert.match(english, /^mail\.example\.org: .*\.pem: there is no whole certificate in it$/m);
    assert.match(english, /Mend the files; they are looked at every minute/);
    assert.match((await valija('tls', 'list', '--lang', 'es')).output, /Arregle los ficheros/);
    assert.deepEqual(await shown('mail.example.org'), kept);
  });

  test('[C51] the postmaster is told once, by mail, in two languages', async () => {
    const notices = async () => {
      const { messages } = await readMailbox(server, { address: USER1, password: PASSWORD });
      return messages.filter(({ text }) => /^Subject: TLS certificates of mail\.valija\.test/m.test(text));
    };
    const [notice] = await until('the notice', async () => {
      const found = await notices();
      return found.length > 0 && found;
    });
    assert.match(notice?.text ?? '', /^Auto-Submitted: auto-generated/m);
    assert.match(
      notice?.text ?? '',
      /mail\.example\.org: .*\.pem cannot be used; the certificate before it stays in use/,
    );
    assert.match(
      notice?.text ?? '',
      /mail\.example\.org: .*\.pem no se puede usar; sigue en uso el certificado anterior/,
    );
    // Many more looks have found the same since then.
    await until('another look', async () => (await valija('tls', 'list')).output.includes('in a row'));
    assert.equal((await notices()).length, 1);
  });
});
