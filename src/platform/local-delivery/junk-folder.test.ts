import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { memoryContent } from '#platform/files/memory-content.ts';
import type { DeliveryOrder } from './delivery-order.ts';
import { deliverAsUser } from './user-delivery.ts';

const MESSAGE = 'Subject: hola\r\n\r\nHola.\r\n';
const OURS = 'Authentication-Results: mail.valija.test; dmarc=fail\r\nX-Spam-Flag: YES\r\nReceived: by us\r\n';
const JUNK = `${OURS}${MESSAGE}`;

function openHome(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'valija-junk-'));
  t.after(() => rmSync(home, { recursive: true }));
  // Whose uid it is only matters for `~/.forward`; nothing is delivered as root.
  const user = { name: 'usuario1', uid: 54321, gid: 54321, fullName: '', home, shell: '/bin/sh' };
  const deliver = async (text: string, home_mailbox: string): Promise<string> => {
    const order: DeliveryOrder = {
      ...{ action: 'user', target: '', user: 'usuario1', extension: undefined, sender: 'ana@example.org' },
      ...{ recipient: 'usuario1@valija.test', originalRecipient: 'usuario1@valija.test', dateMs: 0 },
      settings: {
        ...{ mail_spool_directory: '/nowhere', mailbox_size_limit: 0, home_mailbox, mailbox_command: '' },
        ...{ recipient_delimiter: '', command_time_limit_ms: 1_000 },
      },
    };
    const answer = await deliverAsUser(user, order, memoryContent(Buffer.from(text)));
    assert.equal(answer.kind, 'done');
    return answer.kind === 'done' && answer.toSpool ? 'spool' : answer.text;
  };
  return { home, deliver };
}

test('[C31] what was taken for junk goes to ~/mail/Junk, where there is one', async (t) => {
  const { home, deliver } = openHome(t);
  assert.equal(await deliver(JUNK, ''), 'spool');
  mkdirSync(join(home, 'mail'));
  writeFileSync(join(home, 'mail/Junk'), '');
  assert.equal(await deliver(JUNK, ''), `delivered to mailbox: ${home}/mail/Junk`);
  assert.equal(await deliver(JUNK, 'Mailbox'), `delivered to mailbox: ${home}/mail/Junk`);
  assert.equal(readFileSync(join(home, 'mail/Junk'), 'latin1').match(/^X-Spam-Flag: YES$/gm)?.length, 2);
});

test('[C31] in a Maildir it goes to the folder Junk, where there is one', async (t) => {
  const { home, deliver } = openHome(t);
  await deliver(JUNK, 'Maildir/');
  assert.equal(readdirSync(join(home, 'Maildir/new')).length, 1);
  mkdirSync(join(home, 'Maildir/.Junk'));
  await deliver(JUNK, 'Maildir/');
  assert.equal(readdirSync(join(home, 'Maildir/.Junk/new')).length, 1);
  await deliver(MESSAGE, 'Maildir/');
  assert.equal(readdirSync(join(home, 'Maildir/new')).length, 2);
});

test('[T1] a mark that a stranger wrote moves nothing', async (t) => {
  const { home, deliver } = openHome(t);
  mkdirSync(join(home, 'mail'));
  writeFileSync(join(home, 'mail/Junk'), '');
  for (const text of [
    `Received: by us\r\nX-Spam-Flag: YES\r\n${MESSAGE}`,
    `X-Spam-Flag: YES\r\n${MESSAGE}`,
    `Subject: x\r\n X-Spam-Flag: YES\r\nReceived: by us\r\n\r\nX-Spam-Flag: YES\r\n`,
    MESSAGE,
  ]) {
    assert.equal(await deliver(text, ''), 'spool', text);
  }
});
