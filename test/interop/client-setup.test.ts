// What mail programs read to set themselves up, as other programs judge it: xmllint by the schema of Thunderbird's file.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatAppleProfile } from '#mail/client-setup/apple-profile.ts';
import { formatAutodiscoverAnswer } from '#mail/client-setup/autodiscover.ts';
import { offeredServers } from '#mail/client-setup/offered-server.ts';
import { formatThunderbirdConfig } from '#mail/client-setup/thunderbird-config.ts';

const SCHEMA = join(import.meta.dirname, '../schemas/thunderbird-config.rng');
const SERVICES = ['imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'];
const SERVERS = offeredServers(
  SERVICES.map((service, at) => ({ service, address: '192.0.2.1', port: 2_000 + at })),
  'mail.valija.test',
);
const ADDRESS = { localPart: 'usuario&1', domain: 'valija.test' };

const xmllint = (document: string, ...options: string[]) =>
  spawnSync('xmllint', ['--noout', '--nonet', ...options, '-'], { input: document, encoding: 'utf8' });
const missing = xmllint('<a/>').error ? 'xmllint is not installed (libxml2-utils)' : false;

test("Thunderbird's file fits its schema, and a file that does not is found out", { skip: missing }, () => {
  const config = formatThunderbirdConfig('valija.test', SERVERS, ['keys', 'token']) ?? '';
  const judged = xmllint(config, '--relaxng', SCHEMA);
  assert.equal(judged.status, 0, judged.stderr);
  for (const [good, bad] of [
    ['<socketType>SSL<', '<socketType>TLS<'],
    ['<port>2001<', '<port>0<'],
    ['version="1.1"', 'version="1.0"'],
    ['<displayName>', '<displayname>'],
    ['>password-encrypted<', '>SCRAM-SHA-256<'],
  ] as const) {
    assert.notEqual(xmllint(config.replace(good, bad), '--relaxng', SCHEMA).status, 0, bad);
  }
});

test('what Outlook and Apple devices get is well-formed XML', { skip: missing }, () => {
  for (const format of [formatAutodiscoverAnswer, formatAppleProfile]) {
    const judged = xmllint(format(ADDRESS, SERVERS, ['password']) ?? '');
    assert.equal(judged.status, 0, judged.stderr);
  }
});
