// Recipients of the command line and of the header.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesOf, headerRecipients, senderOf } from './recipients.ts';

test('[C14] a word of the command line may be a list, with names and comments', () => {
  assert.deepEqual(addressesOf('root'), ['root']);
  assert.deepEqual(addressesOf('root, José Ñ <ana@example.org>, "a b"@example.org'), [
    'root',
    'ana@example.org',
    '"a b"@example.org',
  ]);
  assert.deepEqual(addressesOf('amigos: ana@example.org, beto (Beto);'), ['ana@example.org', 'beto']);
  assert.deepEqual(addressesOf('undisclosed-recipients:;'), []);
  assert.equal(senderOf('Usuario Uno <usuario1@valija.test>'), 'usuario1@valija.test');
  assert.equal(senderOf('<>'), '');
  assert.equal(senderOf(''), '');
});

test('[C14] -t: To, Cc and Bcc, folded and repeated; Resent- fields alone where there are some', () => {
  const recipients = (lines: string) => headerRecipients(Buffer.from(lines.replaceAll('\n', '\r\n')));
  assert.deepEqual(
    recipients('To: root,\n\tana@example.org\nCC: beto@example.org\nbcc: carla, root\nTo: dora\n\nTo: no\n'),
    ['root', 'ana@example.org', 'dora', 'beto@example.org', 'carla'],
  );
  assert.deepEqual(recipients('To: old\nResent-To: new\nResent-Bcc: hidden\nBcc: older\n\n'), ['new', 'hidden']);
  assert.deepEqual(recipients('Subject: none\n\nTo: body@example.org\n'), []);
  assert.deepEqual(recipients('To: a\nno field\nCc: b\n'), ['a']);
});
