import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { formatReply } from '#protocols/smtp/reply.ts';
import { type ContentFacts, decideContent } from './content.ts';
import { decideFailure } from './failure.ts';
import type { AuthorshipFacts } from './submission.ts';

const PLAIN: ContentFacts = {
  queueId: '4ZxQ0',
  sizeBytes: 500,
  messageSizeLimit: 1000,
  headerTooLarge: false,
  headerSizeLimit: 100,
  hops: 3,
  hopcountLimit: 50,
  authorship: undefined,
  authentication: undefined,
};

const OWN: AuthorshipFacts = {
  account: 'usuario1@valija.test',
  fromFields: 1,
  senderFields: 0,
  readable: true,
  foreignAuthors: [],
};

function verdictOn(facts: Partial<ContentFacts>): string {
  const { rule, reply } = decideContent({ ...PLAIN, ...facts });
  return `${rule}: ${formatReply(reply)}`;
}

test('an ordinary message is taken, and its id is said', () => {
  assert.equal(verdictOn({}), 'permit: 250 2.0.0 Ok: queued as 4ZxQ0\r\n');
  assert.equal(verdictOn({ authorship: OWN }), 'permit: 250 2.0.0 Ok: queued as 4ZxQ0\r\n');
});

test('[C75] more than N hops are a loop', () => {
  assert.equal(verdictOn({ hops: 50 }), 'permit: 250 2.0.0 Ok: queued as 4ZxQ0\r\n');
  assert.equal(
    verdictOn({ hops: 51 }),
    'hopcount_limit: 554 5.4.6 Too many hops: 51 Received fields, a mail loop?\r\n',
  );
});

test('sizes are judged by what came', () => {
  assert.equal(
    verdictOn({ sizeBytes: 1001 }),
    'message_size_limit: 552 5.3.4 Message size exceeds fixed limit: 1000 bytes\r\n',
  );
  assert.equal(
    verdictOn({ headerTooLarge: true }),
    'header_size_limit: 552 5.3.4 Message header size exceeds fixed limit: 100 bytes\r\n',
  );
});

test('[C55] From must belong to the login', () => {
  assert.equal(
    verdictOn({ authorship: { ...OWN, foreignAuthors: ['usuario2@valija.test'] } }),
    'reject_author_login_mismatch: 553 5.7.1 <usuario2@valija.test>: From or Sender field rejected: ' +
      'not owned by user usuario1@valija.test\r\n',
  );
});

test('[T16] a message with two From fields has no author', () => {
  assert.equal(
    verdictOn({ authorship: { ...OWN, fromFields: 2 } }),
    'reject_unclear_author: 554 5.6.0 Message rejected: more than one From or Sender field\r\n',
  );
  assert.equal(
    verdictOn({ authorship: { ...OWN, readable: false } }),
    'reject_unclear_author: 554 5.6.0 Message rejected: its From or Sender cannot be read\r\n',
  );
});

test('a failing world means later, and a full disk is said as such', () => {
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  const cases: readonly [unknown, string][] = [
    [full, 'insufficient_storage: 452 4.3.1 Insufficient system storage, try again later\r\n'],
    [new Error('SQLITE_BUSY'), 'temporary_failure: 451 4.3.0 Temporary failure, try again later\r\n'],
  ];
  for (const [cause, expected] of cases) {
    const { rule, reply } = decideFailure(new WorldError('append', { transient: true, cause }));
    assert.equal(`${rule}: ${formatReply(reply)}`, expected);
  }
});
