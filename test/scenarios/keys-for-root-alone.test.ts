// Certificates as certbot keeps them: in a folder that only root may enter, renewed through symbolic links. The server, whose
// workers have no rights, shows the new one without a restart or a signal, and keeps the old one while the new is broken.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lookAtPort } from '#cli/tls/look-at-port.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { freePort } from '../world/free-port.ts';
import { startRootServer } from '../world/root-server.ts';
import { until } from '../world/until.ts';

const HOST = 'mail.valija.test';

test('[C51] what certbot renews for root alone is live without a restart; a broken renewal is told, and changes nothing', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, async () => {
  const port = await freePort();
  const made = await Promise.all([1, 2].map(() => makeSelfSigned(HOST, Date.now() - 60_000, Date.now() + 864e5)));
  let live = '';
  /** New files beside the old ones, then the links, one after the other. */
  const renew = (turn: string, { certificate, secretKey }: { certificate: string; secretKey: string }) => {
    for (const [name, text] of [
      ['privkey', secretKey],
      ['fullchain', certificate],
    ] as const) {
      const file = join(live, `${name}${turn}.pem`);
      writeFileSync(file, text, { mode: 0o600 });
      symlinkSync(file, join(live, 'next'));
      renameSync(join(live, 'next'), join(live, `${name}.pem`));
    }
  };
  const [first, second] = made;
  assert.ok(first !== undefined && second !== undefined);
  await using server = await startRootServer((folder) => {
    live = join(folder, 'letsencrypt');
    mkdirSync(live, { mode: 0o700 });
    renew('1', first);
    return `smtpd_tls_cert_file = "${live}/fullchain.pem"\nsmtpd_tls_key_file = "${live}/privkey.pem"
certificate_check_interval = "1s"\n[[listen]]\nservice = "imaps"\nport = ${port}\n`;
  });
  const shows = async ({ certificate }: { certificate: string }) => {
    const look = { serverName: HOST, trusted: undefined };
    const view = await lookAtPort({ service: 'imaps', address: '127.0.0.1', port }, look);
    const seen = view.kind === 'seen' ? new X509Certificate(view.chain[0] ?? '').fingerprint256 : view.reason;
    return seen === new X509Certificate(certificate).fingerprint256;
  };
  assert.ok(await shows(first));
  renew('2', second);
  await until('the renewed certificate', () => shows(second));
  truncateSync(join(live, 'fullchain2.pem'), 200);
  await until('a complaint', () => /fullchain\.pem.*no whole certificate.*the one before stays/.test(server.log()));
  assert.ok(await shows(second));
});
