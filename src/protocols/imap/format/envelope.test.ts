import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Envelope, EnvelopeAddress } from '#protocols/message/envelope.ts';
import { formatEnvelope } from './envelope.ts';

const EMPTY: Envelope = {
  date: undefined,
  subject: undefined,
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
  inReplyTo: undefined,
  messageId: undefined,
};

const address = (mailbox: string | undefined, host: string | undefined, name?: string): EnvelopeAddress => ({
  name,
  route: undefined,
  mailbox,
  host,
});

test('ENVELOPE as RFC 3501 §8 has it', () => {
  const terry = [address('gray', 'cac.washington.edu', 'Terry Gray')];
  const envelope: Envelope = {
    ...EMPTY,
    date: 'Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
    subject: 'IMAP4rev1 WG mtg summary and minutes',
    from: terry,
    to: [address('imap', 'cac.washington.edu')],
    cc: [address('minutes', 'CNRI.Reston.VA.US'), address('KLENSIN', 'MIT.EDU', 'John Klensin')],
    messageId: '<B27397-0100000@cac.washington.edu>',
  };
  assert.equal(
    formatEnvelope(envelope).toString(),
    '("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ' +
      '(("Terry Gray" NIL "gray" "cac.washington.edu")) ' +
      '(("Terry Gray" NIL "gray" "cac.washington.edu")) ' +
      '(("Terry Gray" NIL "gray" "cac.washington.edu")) ' +
      '((NIL NIL "imap" "cac.washington.edu")) ' +
      '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) ' +
      'NIL NIL "<B27397-0100000@cac.washington.edu>")',
  );
});

test('an empty message has an envelope of NILs', () => {
  assert.equal(formatEnvelope(EMPTY).toString(), '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)');
});

test('a sender or Reply-To of its own stands', () => {
  const sender = [address('s', 'x')];
  const text = formatEnvelope({ ...EMPTY, from: [address('f', 'x')], sender }).toString();
  assert.equal(text, '(NIL NIL ((NIL NIL "f" "x")) ((NIL NIL "s" "x")) ((NIL NIL "f" "x")) NIL NIL NIL NIL NIL)');
});

test('[T20] a group begins with its name and ends with NILs, an empty one too', () => {
  const to = [address('Undisclosed', undefined), address(undefined, undefined)];
  assert.equal(
    formatEnvelope({ ...EMPTY, to }).toString(),
    '(NIL NIL NIL NIL NIL ((NIL NIL "Undisclosed" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL)',
  );
});

test('what is not ASCII is a literal of its octets', () => {
  const octets = formatEnvelope({ ...EMPTY, subject: 'año "nuevo"' });
  assert.equal(octets.toString(), '(NIL {12}\r\naño "nuevo" NIL NIL NIL NIL NIL NIL NIL NIL)');
});
