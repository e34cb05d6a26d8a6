import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReply } from '#protocols/smtp/reply.ts';
import { decideSender, type SenderFacts } from './sender.ts';
import type { SubmissionSenderFacts } from './submission.ts';

const STRANGER: SenderFacts = { sizeBytes: undefined, messageSizeLimit: 1000, submission: undefined };

const SUBMITTER: SubmissionSenderFacts = {
  submitter: { account: 'usuario1@valija.test', state: 'active' },
  sender: 'usuario1@valija.test',
  ownSender: true,
};

function verdictOn(facts: SenderFacts): string {
  const { rule, reply } = decideSender(facts);
  return `${rule}: ${formatReply(reply)}`;
}

test('[C27] any sender may begin a message on 25, the null one too', () => {
  assert.equal(verdictOn(STRANGER), 'permit: 250 2.1.0 Ok\r\n');
});

test('a declared size is judged before a single octet is sent', () => {
  assert.equal(
    verdictOn({ ...STRANGER, sizeBytes: 1001 }),
    'message_size_limit: 552 5.3.4 Message size exceeds fixed limit: 1000 bytes\r\n',
  );
  assert.equal(verdictOn({ ...STRANGER, sizeBytes: 1000 }), 'permit: 250 2.1.0 Ok\r\n');
  assert.equal(verdictOn({ ...STRANGER, sizeBytes: 9e9, messageSizeLimit: 0 }), 'permit: 250 2.1.0 Ok\r\n');
});

test('[C55] no MAIL before AUTH on submission', () => {
  assert.equal(
    verdictOn({ ...STRANGER, submission: { ...SUBMITTER, submitter: undefined } }),
    'authentication_required: 530 5.7.0 Authentication required: log in first\r\n',
  );
});

test('[C55] the envelope sender belongs to the login', () => {
  assert.equal(verdictOn({ ...STRANGER, submission: SUBMITTER }), 'permit: 250 2.1.0 Ok\r\n');
  assert.equal(
    verdictOn({ ...STRANGER, submission: { ...SUBMITTER, sender: 'usuario2@valija.test', ownSender: false } }),
    'reject_sender_login_mismatch: 553 5.7.1 <usuario2@valija.test>: Sender address rejected: ' +
      'not owned by user usuario1@valija.test\r\n',
  );
});

test('a receipt is submitted with the null sender', () => {
  assert.equal(
    verdictOn({ ...STRANGER, submission: { ...SUBMITTER, sender: undefined, ownSender: false } }),
    'permit: 250 2.1.0 Ok\r\n',
  );
});

test('an account that was disabled after its login sends nothing more', () => {
  const submitter = { account: 'usuario1@valija.test', state: 'disabled' } as const;
  assert.equal(
    verdictOn({ ...STRANGER, submission: { ...SUBMITTER, submitter } }),
    'reject_disabled_submitter: 550 5.7.1 Account usuario1@valija.test may not send: it is disabled\r\n',
  );
});
