// Mail of strangers that our server passes on, sealed, and sealed once more: dkimpy finds the chain good, and a changed one not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatKeyRecord, formatZoneLine, keyRecordName } from '#protocols/dkim/key-record.ts';
import { openDns, readZone } from '../world/dns.ts';
import { openSink } from '../world/mail-sink.ts';
import { startServer } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';
import { DEBIAN_PYTHON } from './milter-programs.ts';
import { runProgram } from './real-program.ts';

const CHECKER = join(import.meta.dirname, 'check_arc.py');
const hasDkimpy = (await runProgram(DEBIAN_PYTHON, ['-c', 'import dkim']).catch(() => undefined))?.code === 0;

const TO = 'luis@relay.example';
const LETTER = [
  'From: Ana <ana@example.org>',
  `To: ${TO}`,
  'Subject: hola  y',
  '\tadios',
  'Date: Sun, 22 Nov 2026 10:00:00 +0100',
  '',
  'Hola \t Luis  ',
  '',
  '',
].join('\r\n');

test('[C31] what strangers send through us bears a chain that dkimpy finds good', {
  skip: hasDkimpy ? false : 'python3-dkim is not installed',
}, async () => {
  await using dns = await openDns({ zones: {} });
  await using sink = await openSink({ extensions: ['8BITMIME'] });
  const settings = [
    ...['mynetworks = []', 'relay_domains = ["relay.example"]', `relay_recipient_maps = ["inline:{${TO}=OK}"]`],
    ...[`relayhost = "[127.0.0.1]:${sink.port}"`, 'smtp_allow_loopback = true', 'arc_seal_domain = "valija.test"'],
    `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
  ];
  await using server = await startServer({ settings: settings.join('\n') });
  await valija(server, 'dkim', 'generate', 'valija.test');
  const listed = await valija(server, 'dkim', 'list', 'valija.test', '--json');
  const keys = JSON.parse(listed.output) as SigningKeyRecord[];
  dns.server.setZones([readZone('.', keys.map(formatZoneLine).join('\n'))]);
  const once = await passOn(LETTER);
  const twice = await passOn(once);
  assert.match(twice, /^ARC-Seal: i=2; a=rsa-sha256; cv=pass;/m);
  assert.equal(await opinionOf(once), 'pass');
  assert.equal(await opinionOf(twice), 'pass');
  assert.match(await opinionOf(twice.replace('Luis', 'Eva')), /^fail/);
  assert.match(await opinionOf(twice.replace(/(i=1; mail[\s\S]*?spf=)none/, '$1pass')), /^fail/);

  async function passOn(text: string): Promise<string> {
    const count = sink.messages.length;
    assert.match(await deliver(server, TO, text), /^250 /);
    await until('the message', () => sink.messages.length > count);
    return sink.messages[count]!.content.toString('latin1');
  }

  async function opinionOf(message: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'valija-arc-'));
    try {
      const records = join(folder, 'records');
      writeFileSync(records, keys.map((key) => `${keyRecordName(key)}\t${formatKeyRecord(key)}\n`).join(''));
      const run = await runProgram(DEBIAN_PYTHON, [CHECKER, records], { input: Buffer.from(message, 'latin1') });
      assert.equal(run.code, 0, run.errors);
      return run.output.trim();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
