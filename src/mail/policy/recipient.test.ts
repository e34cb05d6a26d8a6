import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { Destination } from '#mail/routing/route.ts';
import { formatReply } from '#protocols/smtp/reply.ts';
import { decideRecipient, type RecipientFacts } from './recipient.ts';

const USUARIO2: Destination = {
  account: {
    id: 'usuario2@valija.test' as AccountId,
    displayName: undefined,
    addresses: ['usuario2@valija.test'],
    disabled: false,
    quotaBytes: 0,
  },
  address: { localPart: 'usuario2', domain: 'valija.test' },
};

const LOCAL: RecipientFacts = {
  profile: 'smtp',
  authenticated: false,
  recipient: 'usuario2@valija.test',
  acceptedRecipients: 0,
  recipientLimit: 1000,
  route: { kind: 'local', destinations: [USUARIO2], steps: [] },
  room: 'enough',
};

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
    rule: 'permit_auth_destination',
    reply: '250 2.1.5 Ok\r\n',
  },
  {
    name: '[C27] an unknown one is refused at RCPT, so that nobody gets a bounce',
    facts: { recipient: 'nadie@valija.test', route: { kind: 'unknown-user', steps: [] } },
    outcome: 'reject',
    rule: 'reject_unlisted_recipient',
    reply: '550 5.1.1 <nadie@valija.test>: Recipient address rejected: User unknown\r\n',
  },
  {
    name: '[C54] a stranger may not relay',
    facts: { recipient: 'ana@example.com', route: { kind: 'foreign', steps: [] } },
    outcome: 'reject',
    rule: 'reject_unauth_destination',
    reply: '554 5.7.1 <ana@example.com>: Relay access denied\r\n',
  },
  {
    name: 'LMTP relays for nobody either',
    facts: { profile: 'lmtp', recipient: 'ana@example.com', route: { kind: 'foreign', steps: [] } },
    outcome: 'reject',
    rule: 'reject_unauth_destination',
    reply: '554 5.7.1 <ana@example.com>: Relay access denied\r\n',
  },
  {
    name: '[C55] whoever has logged in hears that there is no way out yet',
    facts: {
      profile: 'submission',
      authenticated: true,
      recipient: 'ana@example.com',
      route: { kind: 'foreign', steps: [] },
    },
    outcome: 'reject',
    rule: 'no_outbound_delivery',
    reply: '550 5.7.1 <ana@example.com>: This server does not send to other servers yet\r\n',
  },
  {
    name: 'an alias that leads away is refused whole, and nothing dropped',
    facts: {
      recipient: 'todos@valija.test',
      route: { kind: 'leads-elsewhere', target: { localPart: 'ana', domain: 'example.com' }, steps: [] },
    },
    outcome: 'reject',
    rule: 'no_outbound_delivery',
    reply:
      '550 5.7.1 <todos@valija.test>: Leads to <ana@example.com>, and this server does not send to other servers yet\r\n',
  },
  {
    name: 'a disabled account says so',
    facts: { route: { kind: 'disabled', steps: [] } },
    outcome: 'reject',
    rule: 'reject_disabled_recipient',
    reply: '550 5.2.1 <usuario2@valija.test>: Recipient address rejected: Mailbox is disabled\r\n',
  },
  {
    name: 'aliases in a circle wait for the administrator',
    facts: { route: { kind: 'alias-loop', steps: [] } },
    outcome: 'defer',
    rule: 'alias_loop',
    reply: '451 4.6.0 <usuario2@valija.test>: Alias expansion error: aliases form a loop\r\n',
  },
  {
    name: 'so do aliases without end',
    facts: { route: { kind: 'alias-limit', steps: [] } },
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
  {
    name: 'recipients beyond the limit come again later',
    facts: { acceptedRecipients: 1000 },
    outcome: 'defer',
    rule: 'smtpd_recipient_limit',
    reply: '452 4.5.3 Too many recipients\r\n',
  },
  {
    name: 'the last recipient within the limit is accepted',
    facts: { acceptedRecipients: 999, authenticated: true },
    outcome: 'permit',
    rule: 'permit_sasl_authenticated',
    reply: '250 2.1.5 Ok\r\n',
  },
];

for (const { name, facts, outcome, rule, reply } of CASES) {
  test(name, () => {
    const verdict = decideRecipient({ ...LOCAL, ...facts });
    assert.deepEqual([verdict.outcome, verdict.rule, formatReply(verdict.reply)], [outcome, rule, reply]);
  });
}
