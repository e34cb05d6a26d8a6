// Replies as they are seen in live logs → the entry that explains them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { explainReply } from './explain-reply.ts';
import { KNOWN_REPLIES } from './knowledge/all.ts';

/** Status, text, entry. */
const SEEN: readonly (readonly [status: string, text: string, name: string])[] = [
  // What a domain, or the sender, demands of the way
  ['4.7.5', 'MTA-STS policy of example.org does not allow the mail server mx9.example.org', 'mta-sts-other-server'],
  ['4.7.5', 'TLSA lookup error for mx.example.org:25 (servfail)', 'dns-failure'],
  ['5.7.30', 'REQUIRETLS is required, but was not offered by host mx.example.org[192.0.2.1]', 'requiretls'],
  ['5.7.30', '550 5.7.30 not with us', 'requiretls'],
  // Proof of the sender
  [
    '5.7.26',
    "host gmail-smtp-in.l.google.com[142.250.27.26] said: 550-5.7.26 Unauthenticated email from valija.test is not accepted due to domain's 550-5.7.26 DMARC policy. Please contact the administrator of valija.test domain if 550-5.7.26 this was a legitimate mail. (in reply to end of DATA command)",
    'dmarc',
  ],
  [
    '5.7.509',
    '550 5.7.509 Access denied, sending domain valija.test does not pass DMARC verification and has a DMARC policy of reject.',
    'dmarc',
  ],
  [
    '5.7.9',
    '554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes DMARC',
    'dmarc',
  ],
  [
    '5.7.26',
    '550-5.7.26 Your email has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. 550-5.7.26  550-5.7.26  Authentication results: 550-5.7.26  DKIM = did not pass 550-5.7.26  SPF [valija.test] with ip: [192.0.2.1] = did not pass',
    'gmail-unauthenticated',
  ],
  [
    '5.7.515',
    '550 5.7.515 Access denied, sending domain valija.test does not meet the required authentication level.',
    'gmail-unauthenticated',
  ],
  ['5.7.26', '550 5.7.26 verification says no', 'gmail-unauthenticated'],
  [
    '5.7.23',
    '550 5.7.23 The message was rejected because of Sender Policy Framework violation -> 550 5.7.23 <usuario1@valija.test>',
    'spf',
  ],
  [
    '5.7.1',
    '550 5.7.1 <ana@example.org>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom',
    'spf',
  ],
  ['5.7.20', '550 5.7.20 No passing DKIM signature found', 'dkim'],
  [
    '5.7.25',
    '550-5.7.25 [192.0.2.1] The IP address sending this message does not have a 550-5.7.25 PTR record setup, or the corresponding forward DNS entry does not 550-5.7.25 match the sending IP. As a policy, Gmail does not accept messages from 550-5.7.25 IPs with missing PTR records.',
    'no-ptr',
  ],
  ['4.7.1', '450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]', 'no-ptr'],
  ['4.7.1', '450 4.7.1 <localhost>: Helo command rejected: Host not found', 'helo'],
  ['5.5.2', '504 5.5.2 <correo>: Helo command rejected: need fully-qualified hostname', 'helo'],
  ['4.1.8', '450 4.1.8 <root@correo.localdomain>: Sender address rejected: Domain not found', 'sender-domain-unknown'],
  ['5.5.1', '553 5.1.8 Domain of sender address does not exist', 'sender-domain-unknown'],
  ['5.0.0', '550 Sender verify failed', 'sender-verification'],
  [
    '4.1.7',
    '450 4.1.7 <usuario1@valija.test>: Sender address rejected: unverified address: connect to valija.test[192.0.2.1]:25: Connection refused',
    'sender-verification',
  ],
  [
    '5.7.1',
    '553 5.7.1 <otro@valija.test>: Sender address rejected: not owned by user usuario1@valija.test',
    'sender-refused',
  ],
  ['5.1.7', '501 5.1.7 what a sender', 'sender-refused'],
  // Recipients
  [
    '5.2.2',
    "552-5.2.2 The recipient's inbox is out of storage space and inactive. Please direct 552-5.2.2 the recipient to https://support.google.com/mail/?p=OverQuotaPerm",
    'mailbox-full',
  ],
  ['4.2.2', '452 4.2.2 <ana@example.org> Quota exceeded (mailbox for user is full)', 'mailbox-full'],
  ['5.2.2', '552 5.2.2 STOREDRV.Deliver; mailbox full', 'mailbox-full'],
  ['5.2.2', '552 5.2.2 sorry', 'mailbox-full'],
  [
    '5.2.1',
    '550 5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser',
    'mailbox-disabled',
  ],
  ['5.0.0', "554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.com) [0]", 'no-such-user'],
  ['5.1.6', '551 5.1.6 User has moved to ana@example.net', 'mailbox-moved'],
  ['5.1.4', '550 5.1.4 RESOLVER.ADR.Ambiguous; ambiguous address', 'ambiguous-address'],
  [
    '5.7.133',
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group. It only accepts messages from people in its organization',
    'closed-group',
  ],
  [
    '5.1.1',
    "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces.",
    'no-such-user',
  ],
  [
    '5.1.1',
    'host mx.example.org[192.0.2.1] said: 550 5.1.1 <spam@example.org>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)',
    'no-such-user',
  ],
  [
    '5.1.10',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana@example.org not found by SMTP address lookup',
    'no-such-user',
  ],
  ['5.5.0', '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).', 'no-such-user'],
  [
    '5.4.1',
    '550 5.4.1 Recipient address rejected: Access denied. [HE1EUR01FT064.eop-EUR01.prod.protection.outlook.com]',
    'no-such-user',
  ],
  ['5.1.3', '501 5.1.3 Bad recipient address syntax', 'bad-address-syntax'],
  ['5.7.1', '554 5.7.1 <ana@example.org>: Relay access denied', 'relay-denied'],
  ['5.7.54', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain', 'relay-denied'],
  ['5.7.64', '550 5.7.64 TenantAttribution; Relay Access Denied [AM5EUR03FT018]', 'relay-denied'],
  // Block lists and reputation
  [
    '5.7.1',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1',
    'spamhaus',
  ],
  [
    '5.7.1',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/8.8.8.8/',
    'spamhaus-open-resolver',
  ],
  ['5.0.0', '550 Blocked - see https://www.spamhaus.org/query/ip/192.0.2.1 (PBL)', 'spamhaus-pbl'],
  ['5.7.1', '554 5.7.1 valija.test blocked using dbl.spamhaus.org', 'spamhaus-domain'],
  [
    '5.7.1',
    '554 5.7.1 blocked using bl.spamcop.net; Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.1',
    'spamcop',
  ],
  [
    '5.7.1',
    '554 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/?r=1&ip=192.0.2.1',
    'barracuda',
  ],
  ['5.7.1', '550 5.7.1 rejected, see https://senderscore.org/blocklistlookup/', 'sender-score'],
  [
    '5.7.1',
    "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
    'outlook-block-list',
  ],
  [
    '5.7.606',
    '550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/',
    'outlook-block-list',
  ],
  [
    '5.7.708',
    '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653 AS(7230)',
    'outlook-low-reputation',
  ],
  [
    '5.7.1',
    '550-5.7.1 [192.0.2.1      19] Gmail has detected that this message is likely 550-5.7.1 suspicious due to the very low reputation of the sending IP address.',
    'gmail-low-reputation',
  ],
  [
    '4.7.0',
    '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes',
    'yahoo-reputation',
  ],
  [
    '5.0.0',
    '554-web.de (mxweb110) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR resource record. 554 For explanation visit https://postmaster.web.de/en/case?c=r0101',
    'german-providers',
  ],
  ['5.0.0', '554 IP=192.0.2.1 - Dial-up or transient IP, see rx.t-online.de', 'german-providers'],
  ['5.7.0', '550 5.7.0 Local Policy Violation - https://community.mimecast.com/docs/DOC-1369#550', 'filter-services'],
  ['5.0.0', '554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1', 'filter-services'],
  ['5.7.1', '550 5.7.1 mail from dynamic IP is not accepted', 'dynamic-address'],
  ['5.7.1', '554 5.7.1 Client host [192.0.2.1] blocked using bl.example.net', 'block-list'],
  // Limits
  [
    '4.2.0',
    '450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html',
    'greylisting',
  ],
  ['4.7.1', '451 4.7.1 Greylisting in action, please come back later', 'greylisting'],
  [
    '4.2.1',
    '450-4.2.1 The user you are trying to contact is receiving email at a rate that 450-4.2.1 prevents additional messages from being delivered.',
    'gmail-recipient-rate',
  ],
  [
    '5.4.5',
    '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail 550 5.4.5 sending limits go to',
    'daily-limit',
  ],
  ['4.5.3', '452 4.5.3 Error: too many recipients', 'too-many-recipients'],
  ['4.7.0', '421 4.7.0 mx.example.org Error: too many connections from 192.0.2.1', 'too-many-connections'],
  [
    '4.7.28',
    '421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 from your IP address.',
    'rate-limit',
  ],
  ['4.7.500', '451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (AS77712)', 'server-busy'],
  ['5.3.4', '552 5.3.4 Message size exceeds fixed limit', 'too-large'],
  [
    '5.2.3',
    "552-5.2.3 Your message exceeded Google's message size limits. Please visit 552-5.2.3 https://support.google.com/mail/?p=MaxSizeError",
    'too-large',
  ],
  ['5.3.4', 'message size 60000000 exceeds size limit 52428800 of server mx.example.org[192.0.2.1]', 'too-large'],
  ['4.3.1', '452 4.3.1 Insufficient system storage', 'server-full'],
  ['4.3.2', '421 4.3.2 Service not available', 'server-busy'],
  // Connections
  [
    '5.4.4',
    'Host or domain name not found. Name service error for name=gmial.example type=AAAA: Host not found',
    'domain-not-found',
  ],
  ['5.1.10', 'Domain example.org does not accept mail (nullMX)', 'null-mx'],
  ['5.1.10', '556 5.1.10 no', 'null-mx'],
  [
    '4.4.3',
    'Host or domain name not found. Name service error for name=example.org type=MX: Host not found, try again',
    'dns-failure',
  ],
  ['5.4.6', 'mail for example.org loops back to myself', 'mail-loops'],
  ['5.4.0', '554 5.4.0 Error: too many hops', 'mail-loops'],
  ['4.7.5', 'Server certificate not verified', 'certificate'],
  ['5.7.0', '530 5.7.0 Must issue a STARTTLS command first', 'tls-required'],
  ['4.7.5', 'Cannot start TLS: handshake failure', 'tls-failed'],
  ['4.7.4', 'TLS is required, but was not offered by host mx.example.org[192.0.2.1]', 'tls-failed'],
  ['5.7.0', '530 5.7.0 Authentication required', 'login-required'],
  [
    '4.7.8',
    'SASL authentication failed; server smtp.gmail.com[142.250.102.108] said: 535-5.7.8 Username and Password not accepted.',
    'login-failed',
  ],
  ['4.4.1', 'connect to mx.spam-dane.example[192.0.2.1]:25: Connection refused', 'connection-refused'],
  ['4.4.1', 'connect to mx.example.org[192.0.2.1]:25: Connection timed out', 'connection-timed-out'],
  ['4.4.1', 'connect to mx.example.org[2001:db8::1]:25: Network is unreachable', 'unreachable'],
  ['4.4.2', 'lost connection with mx.example.org[192.0.2.1] while sending message body', 'conversation-broken'],
  [
    '4.4.2',
    'conversation with mx.example.org[192.0.2.1] timed out while receiving the initial server greeting',
    'conversation-broken',
  ],
  // Content
  ['5.7.1', '554 5.7.1 Virus found: Eicar-Test-Signature', 'virus'],
  [
    '5.7.0',
    '552-5.7.0 This message was blocked because its content presents a potential 552-5.7.0 security issue.',
    'attachment',
  ],
  ['5.7.1', '550 5.7.1 Message rejected: blacklisted URL in message', 'link'],
  [
    '5.7.1',
    '550-5.7.1 [192.0.2.1] Messages missing a valid messageId header are not 550 5.7.1 accepted.',
    'message-form',
  ],
  ['5.5.2', '521 5.5.2 mx.example.org Error: bare <LF> received', 'message-form'],
  ['5.6.7', 'SMTPUTF8 is required, but was not offered by host mx.example.org[192.0.2.1]', 'smtputf8'],
  ['5.6.3', '554 5.6.3 Conversion required but not supported', 'conversion'],
  ['5.7.1', '554 5.7.1 Spam message rejected', 'spam'],
  ['5.7.1', '550 High probability of spam', 'spam'],
  // Policies and this machine
  ['5.3.0', 'Command died with status 1: "/usr/local/bin/filtro". Command output: no such table', 'command-failed'],
  [
    '4.2.0',
    'cannot update mailbox /var/mail/usuario2 for user usuario2. unable to lock for exclusive access',
    'mailbox-file',
  ],
  ['5.4.6', 'aliases nested too deeply', 'alias-expansion'],
  ['5.5.1', '502 5.5.1 Command not implemented', 'protocol-error'],
  ['5.5.4', '555 5.5.4 eh?', 'protocol-error'],
  ['5.7.1', '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', 'access-denied'],
  ['5.7.1', '550 5.7.1 Requested action not taken', 'access-denied'],
  // Nothing but the code is known
  ['5.0.0', '550 nope', 'status-0'],
  ['5.1.9', '550 5.1.9 nope', 'status-1'],
  ['5.2.9', '550 5.2.9 nope', 'status-2'],
  ['5.3.9', '550 5.3.9 nope', 'status-3'],
  ['4.4.9', '450 4.4.9 nope', 'status-4'],
  ['5.5.9', '550 5.5.9 nope', 'status-5'],
  ['5.6.99', '550 5.6.99 nope', 'status-6'],
  ['5.7.99', '550 5.7.99 nope', 'status-7'],
  ['5.9.9', '550 5.9.9 nope', 'status-9'],
];

test('what servers say is understood', () => {
  const misread = SEEN.map(([status, text, name]) => [text, name, explainReply(text, status, 'en').name]);
  assert.deepEqual(
    misread.filter(([, expected, actual]) => expected !== actual),
    [],
  );
});

test('every entry has been seen, and has words in both languages', () => {
  const seen = new Set(SEEN.map(([, , name]) => name));
  assert.ok(KNOWN_REPLIES.length >= 40);
  assert.equal(new Set(KNOWN_REPLIES.map(({ name }) => name)).size, KNOWN_REPLIES.length);
  for (const { name, en, es, when } of KNOWN_REPLIES) {
    assert.ok(seen.has(name), name);
    for (const text of [en.what, en.how, es.what, es.how]) assert.match(text, /^\p{Lu}.*[.]$/u, name);
    assert.notEqual(en.what, es.what);
    for (const piece of when.flat()) assert.equal(piece, piece.toLowerCase(), name);
  }
});

test('the same reply in both languages', () => {
  const text = '552 5.2.2 Mailbox full';
  assert.equal(explainReply(text, '5.2.2', 'en').what, 'The recipient’s mailbox is full.');
  assert.equal(explainReply(text, '5.2.2', 'es').what, 'El buzón del destinatario está lleno.');
  assert.equal(explainReply(text, '5.2.2', 'es').mender, 'recipient');
});

test('any text and any status have an explanation, long ones quickly', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.string(), fc.string(), (text, status) => {
      assert.notEqual(explainReply(text, status, 'es').what, '');
    }),
  );
  const started = threadCpuMs();
  for (let i = 0; i < 100; i++) explainReply(`550 ${'spf '.repeat(100_000)}`, '5.0.0', 'en');
  assert.ok(threadCpuMs() - started < 2_000);
});
