// What addresses may do to a command: nothing, also where it is written carelessly; and commands that cannot be run.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryContent } from '#platform/files/memory-content.ts';
import type { DeliveryOrder } from './delivery-order.ts';
import { runCommand } from './run-command.ts';

const home = mkdtempSync(join(tmpdir(), 'valija-command-'));
after(() => rmSync(home, { recursive: true }));

const OWN_UID = process.getuid?.() ?? 0;
const USER = { name: 'usuario1', uid: OWN_UID === 0 ? 54_321 : OWN_UID, gid: 0, fullName: '', home, shell: '/bin/sh' };
const SETTINGS: DeliveryOrder['settings'] = {
  mail_spool_directory: home,
  mailbox_size_limit: 0,
  home_mailbox: '',
  mailbox_command: '',
  recipient_delimiter: '+',
  command_time_limit_ms: 60_000,
};

/** What attackers wrote where a mail server kept an address for a command. */
const HOSTILE = [
  ';touch owned;@example.org',
  '`touch owned`@example.org',
  '$(touch owned)@example.org',
  `\${run{/bin/sh -c "touch owned"}}@example.org`,
  "'; touch owned; '@example.org",
  '"; touch owned; "@example.org',
  '|touch owned@example.org',
  '&& touch owned #@example.org',
  '\\ntouch owned\\n@example.org',
  'a\ntouch owned\nb@example.org',
];

test('[T10] an address is no part of a command, not even of one that evaluates what it is told', async () => {
  const command = 'eval "echo $SENDER $RECIPIENT $ORIGINAL_RECIPIENT $LOCAL $DOMAIN $EXTENSION" > said';
  for (const hostile of HOSTILE) {
    const addresses = { sender: hostile, recipient: hostile, originalRecipient: hostile, extension: hostile };
    const action = { action: 'command', target: command, user: USER.name, dateMs: 0 } as const;
    await using content = memoryContent(Buffer.from(`Subject: ${hostile}\r\n\r\n${hostile}\r\n`));
    const answer = await runCommand(command, USER, { ...action, ...addresses, settings: SETTINGS }, content);
    assert.equal(answer.kind, 'done', hostile);
    assert.ok(!existsSync(join(home, 'owned')), hostile);
    assert.match(readFileSync(join(home, 'said'), 'utf8'), /@example\.org/);
    rmSync(join(home, 'said'));
  }
});

test('[C44] a command that no system takes puts the mail off, with what is wrong', async () => {
  const addresses = {
    sender: '',
    recipient: 'a@valija.test',
    originalRecipient: 'a@valija.test',
    extension: undefined,
  };
  const order = { action: 'user', target: '', user: USER.name, dateMs: 0, ...addresses, settings: SETTINGS } as const;
  for (const [command, reason] of [
    ['true \0', /^cannot run "true \0": .*null bytes/],
    [`true ${'x'.repeat(200_000)}`, /^cannot run "true x{395}": spawn E2BIG/],
  ] as const) {
    await using content = memoryContent(Buffer.from('A: b\r\n\r\n'));
    const answer = await runCommand(command, USER, order, content);
    assert.deepEqual(answer.kind === 'deferred' && answer.status, '4.3.5');
    assert.match(answer.kind === 'deferred' ? answer.text : '', reason);
  }
});
