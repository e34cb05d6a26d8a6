import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  outgoingEnvelope as envelope,
  failureOf,
  playConversation as play,
  resultLines,
} from '../../../../test/world/smtp-client-script.ts';

const PLAIN_HELLO = `
  S: 220 mx.example.org ESMTP
  C: EHLO mail.valija.test
  S: 250 mx.example.org
`;
const PIPELINED_HELLO = `
  S: 220-mx.example.org ESMTP
  S: 220 second line
  C: EHLO mail.valija.test
  S: 250-mx.example.org
  S: 250-PIPELINING
  S: 250-SIZE 1000000
  S: 250-8BITMIME
  S: 250-DSN
  S: 250-CHUNKING
  S: 250-BINARYMIME
  S: 250 SMTPUTF8
`;
const TWO = [{ recipients: envelope('ana@example.org', 'eva@example.org').recipients }];

test('without PIPELINING one command waits for the other', () => {
  const end = play(
    `${PLAIN_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test>
    S: 250 ok
    C: RCPT TO:<ana@example.org>
    S: 250 ok
    C: RCPT TO:<eva@example.org>
    S: 550 5.1.1 no such user
    C: DATA
    S: 354 go on
    C: <content dots>
    S: 250 2.0.0 queued`,
    { messages: TWO },
  );
  assert.deepEqual(resultLines(end), [
    'delivered end-of-data: 250 2.0.0 queued',
    'failed RCPT: 550 5.1.1 no such user',
  ]);
});

test('[C5] with PIPELINING the envelope is one segment, and replies are counted', () => {
  const script = `${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: RCPT TO:<eva@example.org>
    C: DATA
    S: 250 2.1.0 ok
    S: 450 4.2.1 later
    S: 250-2.1.5
    S: 250 2.1.5 ok
    S: 354 go on
    C: <content dots>
    S: 250 2.0.0 queued
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <content dots>
    S: 554 5.7.1 spam`;
  const end = play(script, { messages: TWO });
  assert.deepEqual(resultLines(end), ['failed end-of-data: 554 5.7.1 spam']);
  const octets = (text: Buffer) => Array.from(text, (_, i) => text.subarray(i, i + 1));
  assert.deepEqual(play(script, { messages: TWO, cut: octets }), end, 'octet by octet');
});

test('354 though nobody was accepted: a dot on its own, whose answer is of no matter', () => {
  const end = play(`${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 ok
    S: 550 5.1.1 no such user
    S: 354 go on
    C: .
    S: 250 taken for nobody
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 452 4.3.1 full
    S: 503 need MAIL
    S: 354 go on
    C: .
    S: 554 no valid recipients`);
  assert.deepEqual(resultLines(end), ['deferred MAIL: 452 4.3.1 full']);
});

test('nobody accepted and DATA refused: RSET comes with the next message, in the same segment', () => {
  const end = play(`${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 ok
    S: 550 5.1.1 no such user
    S: 554 5.5.1 no valid recipients
    message
    C: RSET
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 reset
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <content dots>
    S: 250 queued`);
  assert.deepEqual(resultLines(end), ['delivered end-of-data: 250 queued']);
});

test('without PIPELINING a refused MAIL, or refused recipients, end the message at once', () => {
  const end = play(`${PLAIN_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test>
    S: 553 5.1.8 no
    message
    C: RSET
    S: 250 ok
    C: MAIL FROM:<usuario1@valija.test>
    S: 250 ok
    C: RCPT TO:<ana@example.org>
    S: 550 no`);
  assert.deepEqual(resultLines(end), ['failed RCPT: 550 no']);
});

test('a yes to DATA that is no 354 is no yes: the content would be read as commands', () => {
  const end = play(`${PLAIN_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test>
    S: 250 ok
    C: RCPT TO:<ana@example.org>
    S: 250 ok
    C: DATA
    S: 250 ok`);
  assert.deepEqual(resultLines(end), ['deferred DATA: 250 ok']);
});

test('LMTP answers once for each accepted recipient; who had no answer when it ended is cut off', () => {
  const lmtp = `
    S: 220 ready
    C: LHLO mail.valija.test
    S: 250-lmtp
    S: 250 PIPELINING
    message
    C: MAIL FROM:<usuario1@valija.test>
    C: RCPT TO:<a@x>
    C: RCPT TO:<b@x>
    C: RCPT TO:<c@x>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 550 no such user
    S: 250 ok
    S: 354 go on
    C: <content dots>
    S: 250 first stored`;
  const options = { setting: { protocol: 'lmtp' as const }, messages: [envelope('a@x', 'b@x', 'c@x')] };
  assert.deepEqual(resultLines(play(`${lmtp}\nS: 452 4.2.2 over quota`, options)), [
    'delivered end-of-data: 250 first stored',
    'failed RCPT: 550 no such user',
    'deferred end-of-data: 452 4.2.2 over quota',
  ]);
  assert.deepEqual(resultLines(play(`${lmtp}\nclosed`, options)), [
    'delivered end-of-data: 250 first stored',
    'failed RCPT: 550 no such user',
    'cut off: lost end-of-data',
  ]);
});

test('EHLO refused with 5xx: HELO, without extensions; with 4xx: nothing', () => {
  const end = play(`
    S: 220 old
    C: EHLO mail.valija.test
    S: 502 what
    C: HELO mail.valija.test
    S: 250-PIPELINING
    S: 250 SIZE 1
    message
    C: MAIL FROM:<usuario1@valija.test>
    S: 421 4.3.2 going down`);
  assert.deepEqual(resultLines(end), ['deferred MAIL: 421 4.3.2 going down']);
  assert.equal(failureOf(end), 'refused MAIL');
  assert.equal(failureOf(play('S: 220 old\nC: EHLO mail.valija.test\nS: 451 later')), 'refused EHLO');
  assert.equal(failureOf(play('S: 554 go away')), 'refused greeting');
  assert.equal(failureOf(play('S: +OK POP3')), 'broken-reply greeting');
  assert.equal(failureOf(play('S: 220 hi\nC: EHLO mail.valija.test\nS: 250 MAIL.valija.test')), 'loop');
});

const TLS_HELLO = `
  S: 220 hi
  C: EHLO mail.valija.test
  S: 250-mx.example.org
  S: 250-AUTH PLAIN
  S: 250 STARTTLS
  C: STARTTLS
`;

test('[T3] STARTTLS: the server is asked anew, and what it offered in clear is forgotten', () => {
  const end = play(`${TLS_HELLO}
    S: 220 go
    C: <tls>
    tls
    C: EHLO mail.valija.test
    S: 250-mx.example.org
    S: 250 SIZE 10`);
  assert.equal(end.state.session.offered.mechanisms, undefined);
  assert.equal(end.state.session.offered.sizeLimit, 10);
  assert.equal(end.state.session.secured, true);
});

test('[C41] STARTTLS refused, or not offered: in clear with «may», not at all where it is required', () => {
  assert.equal(play(`${TLS_HELLO}S: 454 4.7.0 not now`).state.phase, 'ready');
  const required = { setting: { startTls: 'required' as const } };
  assert.equal(failureOf(play(`${TLS_HELLO}S: 454 4.7.0 not now`, required)), 'tls-refused');
  assert.equal(failureOf(play(PLAIN_HELLO, required)), 'tls-not-offered');
});

const CREDENTIALS = { login: 'user', password: 'pencil' };

test('[C20] AUTH: the strongest mechanism, and no password in clear', () => {
  const hello = (mechanisms: string) => `S: 220 hi\nC: EHLO mail.valija.test\nS: 250-mx\nS: 250 AUTH ${mechanisms}`;
  const clear = { setting: { credentials: CREDENTIALS } };
  assert.equal(failureOf(play(hello('PLAIN LOGIN'), clear)), 'no-mechanism');
  const revealed = { setting: { credentials: CREDENTIALS, mayRevealPassword: { inClear: true, underTls: true } } };
  const plain = `${hello('LOGIN PLAIN')}\nC: AUTH PLAIN ${btoa('\0user\0pencil')}`;
  assert.equal(play(`${plain}\nS: 235 in`, revealed).state.session.loggedIn, true);
  assert.equal(failureOf(play(`${plain}\nS: 535 5.7.8 no`, revealed)), 'login-refused');
  const login = `${hello('LOGIN')}\nC: AUTH LOGIN ${btoa('user')}\nS: 334 ${btoa('Password:')}\nC: ${btoa('pencil')}`;
  assert.equal(play(`${login}\nS: 235 in`, revealed).state.session.loggedIn, true);
  assert.equal(play(PLAIN_HELLO, clear).state.phase, 'ready', 'no AUTH is offered');
});

test('SCRAM-SHA-256 as RFC 7677 §3 shows it; a server that proves nothing is not believed', () => {
  const setting = { credentials: CREDENTIALS };
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const first = `S: 220 hi
    C: EHLO mail.valija.test
    S: 250-mx
    S: 250 AUTH PLAIN SCRAM-SHA-256
    C: AUTH SCRAM-SHA-256 ${btoa('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')}
    S: 334 ${btoa(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)}
    C: ${btoa(`c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`)}`;
  const proof = btoa('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  assert.equal(play(`${first}\nS: 334 ${proof}\nC: \nS: 235 in`, { setting }).state.session.loggedIn, true);
  assert.equal(failureOf(play(`${first}\nS: 235 in`, { setting })), 'login-broken');
  assert.equal(failureOf(play(`${first}\nS: 334 ${btoa('v=AAAA')}`, { setting })), 'login-broken');
  for (const rounds of ['1', '4294967295']) {
    const asked = first.split('\n').slice(0, 5).join('\n');
    const challenge = btoa(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=${rounds}`);
    assert.equal(failureOf(play(`${asked}\nS: 334 ${challenge}`, { setting })), 'login-broken', rounds);
  }
});

test('parameters go only to servers that offer them', () => {
  const message = {
    body: '8BITMIME' as const,
    smtpUtf8: true,
    ret: 'HDRS' as const,
    envid: 'a+b',
    auth: '<>',
    recipients: [{ path: 'ñ@example.org', notify: ['SUCCESS', 'DELAY'], orcpt: 'utf-8;ñ=1@example.org' }],
  };
  play(
    `${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb
    C: RCPT TO:<ñ@example.org> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;ñ+3D1@example.org
    C: DATA`,
    { messages: [message] },
  );
  play(`${PLAIN_HELLO}\nmessage\nC: MAIL FROM:<usuario1@valija.test>`, { messages: [{ ...message, smtpUtf8: false }] });
});

test('binary content travels by BDAT, behind the first acceptance', () => {
  const end = play(
    `${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123 BODY=BINARYMIME
    C: RCPT TO:<ana@example.org>
    S: 250 ok
    S: 250 ok
    C: BDAT 123 LAST
    C: <content counted>
    S: 250 queued`,
    { messages: [{ body: 'BINARYMIME' }] },
  );
  assert.deepEqual(resultLines(end), ['delivered end-of-data: 250 queued']);
});

test('closed or silent in every state: what was awaited is named, and a lost answer is never a yes', () => {
  const lines = `${PIPELINED_HELLO}
    message
    C: MAIL FROM:<usuario1@valija.test> SIZE=123
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <content dots>`.split('\n');
  const stages = new Set<string>();
  for (let cut = 0; cut <= lines.length; cut++) {
    const script = lines.slice(0, cut).join('\n');
    if (/C: [^\n]*$/.test(lines.slice(cut).find((line) => line.trim() !== '') ?? '')) continue;
    if (lines[cut - 1]?.includes('-')) continue;
    for (const [word, kind] of [
      ['closed', 'lost'],
      ['timed out', 'timed-out'],
    ] as const) {
      const failure = failureOf(play(`${script}\n${word}`, {}));
      assert.ok(failure.startsWith(kind), failure);
      stages.add(failure.slice(kind.length + 1));
    }
  }
  assert.deepEqual([...stages], ['greeting', 'EHLO', 'ready', 'MAIL', 'RCPT', 'DATA', 'end-of-data']);
});

test('LMTP says 354 though nobody was accepted: the conversation ends, and everybody has their answer', () => {
  const end = play(
    `
    S: 220 ready
    C: LHLO mail.valija.test
    S: 250-lmtp
    S: 250 PIPELINING
    message
    C: MAIL FROM:<usuario1@valija.test>
    C: RCPT TO:<ana@example.org>
    C: DATA
    S: 250 ok
    S: 550 5.1.1 no such user
    S: 354 go on`,
    { setting: { protocol: 'lmtp' } },
  );
  assert.equal(end.state.phase, 'closed');
  assert.deepEqual(resultLines(end), ['failed RCPT: 550 5.1.1 no such user']);
});

test('[C29] a probe ends with the answers to RCPT; what comes next begins with RSET', () => {
  const probe = { recipients: TWO[0]?.recipients ?? [], sizeBytes: 0, sender: '' };
  const end = play(
    `${PIPELINED_HELLO}
    probe
    C: MAIL FROM:<>
    C: RCPT TO:<ana@example.org>
    C: RCPT TO:<eva@example.org>
    S: 250 ok
    S: 250 ok
    S: 550 5.1.1 no such user
    probe
    C: RSET
    C: MAIL FROM:<>
    C: RCPT TO:<ana@example.org>
    C: RCPT TO:<eva@example.org>
    S: 250 ok
    S: 250 ok
    S: 450 4.2.0 later
    S: 250 ok`,
    { messages: [probe, probe] },
  );
  assert.equal(end.state.phase, 'ready');
  const codes = end.state.phase === 'ready' && end.state.results.map((each) => 'reply' in each && each.reply.code);
  assert.deepEqual(codes, [450, 250]);
  const asked = `${PLAIN_HELLO}
    probe
    C: MAIL FROM:<>`;
  assert.deepEqual(resultLines(play(`${asked}\nS: 553 5.1.8 no null senders`, { messages: [probe] })), [
    'failed MAIL: 553 5.1.8 no null senders',
    'failed MAIL: 553 5.1.8 no null senders',
  ]);
  assert.equal(failureOf(play(`${asked}\nclosed`, { messages: [probe] })), 'lost MAIL');
});
