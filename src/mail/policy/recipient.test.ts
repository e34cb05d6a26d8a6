import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import type { Destination, Route } from '#mail/routing/route.ts';
import { formatReply } from '#protocols/smtp/reply.ts';
import { decideRecipient, decideRecipientCount, type RecipientFacts } from './recipient.ts';

const USUARIO2: Destination = {
  kind: 'mailbox',
  account: {
    id: 'usuario2@valija.test' as AccountId,
    displayName: undefined,
    addresses: ['usuario2@valija.test'],
    disabled: false,
    quotaBytes: 0,
  },
  address: { localPart: 'usuario2', domain: 'valija.test' },
};

const OURS = { addressClass: 'hosted', steps: [] } as const;
const LOCAL: RecipientFacts = {
  recipient: 'usuario2@valija.test',
  rejectsUnlisted: true,
  route: { kind: 'deliverable', destinations: [USUARIO2], ...OURS },
  verification: undefined,
  room: 'enough',
  codes: {
    relay_domains_reject_code: 554,
    unknown_local_recipient_reject_code: 550,
    unknown_relay_recipient_reject_code: 550,
    unknown_virtual_alias_reject_code: 450,
    unknown_virtual_mailbox_reject_code: 550,
    unverified_recipient_reject_code: 450,
  },
};

function onward(nextHop: NextHop, addressClass: Route['addressClass']): Route {
  const address = { localPart: 'ana', domain: 'example.com' };
  const destination: Destination = { kind: 'next-hop', address, nextHop, sender: undefined };
  return { kind: 'deliverable', destinations: [destination], addressClass, steps: [] };
}

const OUTWARD: NextHop = { transport: 'smtp', destination: 'example.com' };
const NOWHERE: NextHop = { transport: 'error', status: '5.1.2', text: 'no such place' };

interface Case {
  readonly name: string;
  readonly facts: Partial<RecipientFacts>;
  readonly outcome: 'permit' | 'reject' | 'defer';
  readonly rule: string;
  readonly reply: string;
}

const CASES: readonly Case[] = [
  {
    name: '[C27] a recipient of ours is accepted',
    facts: {},
    outcome: 'permit',
    rule: 'permit_mynetworks',
    reply: '250 2.1.5 Ok\r\n',
  },
  {
    name: '[C27] an unknown one is refused at RCPT, so that nobody gets a bounce',
    facts: { recipient: 'nadie@valija.test', route: { kind: 'unknown-user', unknownIn: 'directory', ...OURS } },
    outcome: 'reject',
    rule: 'reject_unlisted_recipient',
    reply: '550 5.1.1 <nadie@valija.test>: Recipient address rejected: User unknown\r\n',
  },
  {
    name: 'an alias of ours may lead away',
    facts: { route: onward(OUTWARD, 'hosted') },
    outcome: 'permit',
    rule: 'permit_mynetworks',
    reply: '250 2.1.5 Ok\r\n',
  },
  {
    name: '[C29] a recipient whom the next server does not know is refused, softly until the code is 550',
    facts: { verification: { kind: 'undeliverable', text: 'host mx said: 550 no' }, route: onward(OUTWARD, 'relay') },
    outcome: 'defer',
    rule: 'reject_unverified_recipient',
    reply:
      '450 4.1.1 <usuario2@valija.test>: Recipient address rejected: undeliverable address: host mx said: 550 no\r\n',
  },
  {
    name: '[C29] … and with 550 for good',
    facts: {
      verification: { kind: 'undeliverable', text: 'no' },
      route: onward(OUTWARD, 'relay'),
      codes: { ...LOCAL.codes, unverified_recipient_reject_code: 550 },
    },
    outcome: 'reject',
    rule: 'reject_unverified_recipient',
    reply: '550 5.1.1 <usuario2@valija.test>: Recipient address rejected: undeliverable address: no\r\n',
  },
  {
    name: '[C29] where the next server cannot be asked, the sender keeps the mail',
    facts: {
      verification: { kind: 'unknown', text: 'Address verification in progress' },
      route: onward(OUTWARD, 'relay'),
      codes: { ...LOCAL.codes, unverified_recipient_reject_code: 550 },
    },
    outcome: 'defer',
    rule: 'reject_unverified_recipient',
    reply:
      '450 4.1.1 <usuario2@valija.test>: Recipient address rejected: unverified address: Address verification in progress\r\n',
  },
  {
    name: '[C29] whom the next server would take is accepted',
    facts: { verification: { kind: 'deliverable', text: '250 Ok' }, route: onward(OUTWARD, 'relay') },
    outcome: 'permit',
    rule: 'permit_mynetworks',
    reply: '250 2.1.5 Ok\r\n',
  },
  {
    name: 'each table says what it does not know, with its own code',
    facts: { route: { kind: 'unknown-user', unknownIn: 'virtual alias table', ...OURS } },
    outcome: 'defer',
    rule: 'reject_unlisted_recipient',
    reply: '450 4.1.1 <usuario2@valija.test>: Recipient address rejected: User unknown in virtual alias table\r\n',
  },
  {
    name: 'a table that nobody can follow waits for the administrator',
    facts: { route: { kind: 'broken-table', mistake: 'secret detail', ...OURS } },
    outcome: 'defer',
    rule: 'broken_table',
    reply: '451 4.3.5 <usuario2@valija.test>: Server configuration error, try again later\r\n',
  },
  {
    name: 'error: of a transport table is a refusal',
    facts: { route: onward(NOWHERE, 'relay') },
    outcome: 'reject',
    rule: 'error_transport',
    reply: '550 5.1.2 <usuario2@valija.test>: no such place\r\n',
  },
  {
    name: 'a disabled account says so',
    facts: { route: { kind: 'disabled', ...OURS } },
    outcome: 'reject',
    rule: 'reject_disabled_recipient',
    reply: '550 5.2.1 <usuario2@valija.test>: Recipient address rejected: Mailbox is disabled\r\n',
  },
  {
    name: 'aliases in a circle wait for the administrator',
    facts: { route: { kind: 'alias-loop', ...OURS } },
    outcome: 'defer',
    rule: 'alias_loop',
    reply: '451 4.6.0 <usuario2@valija.test>: Alias expansion error: aliases form a loop\r\n',
  },
  {
    name: 'so do aliases without end',
    facts: { route: { kind: 'alias-limit', ...OURS } },
    outcome: 'defer',
    rule: 'virtual_alias_expansion_limit',
    reply: '451 4.6.0 <usuario2@valija.test>: Alias expansion error: too many addresses\r\n',
  },
  {
    name: 'a full mailbox may have room tomorrow',
    facts: { room: 'full' },
    outcome: 'defer',
    rule: 'quota',
    reply: '452 4.2.2 <usuario2@valija.test>: Mailbox is full, try again later\r\n',
  },
  {
    name: 'a message larger than the mailbox never fits',
    facts: { room: 'never' },
    outcome: 'reject',
    rule: 'quota',
    reply: '552 5.2.2 <usuario2@valija.test>: Message is larger than the whole mailbox may be\r\n',
  },
];

for (const { name, facts, outcome, rule, reply } of CASES) {
  test(name, () => {
    const verdict = decideRecipient({ ...LOCAL, ...facts }, { rule: 'permit_mynetworks' });
    assert.deepEqual([verdict.outcome, verdict.rule, formatReply(verdict.reply)], [outcome, rule, reply]);
  });
}

test('recipients up to the limit are judged, those beyond come again later', () => {
  assert.equal(decideRecipientCount({ acceptedRecipients: 999, recipientLimit: 1000 }), undefined);
  assert.equal(decideRecipientCount({ acceptedRecipients: 9999, recipientLimit: undefined }), undefined);
  const verdict = decideRecipientCount({ acceptedRecipients: 1000, recipientLimit: 1000 });
  assert.deepEqual([verdict?.outcome, verdict?.rule], ['defer', 'smtpd_recipient_limit']);
  assert.equal(formatReply(verdict!.reply), '452 4.5.3 Too many recipients\r\n');
});

test('who does not exist is accepted only where the settings want to bounce it', () => {
  const facts = {
    ...LOCAL,
    route: { kind: 'unknown-user', unknownIn: 'directory', ...OURS },
    rejectsUnlisted: false,
  } as const;
  assert.equal(decideRecipient(facts, { rule: 'permit' }).outcome, 'permit');
});
