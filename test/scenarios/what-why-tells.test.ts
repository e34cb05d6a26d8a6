// `valija why` on a running server: a message that was accepted, refused at each stage, put off, returned, and one that never
// came; by whatever it is asked about, in both languages.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp, queueIdOf, submit } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const STRANGER = '127.0.0.9';

const letter = (subject: string) =>
  `From: <${USER1}>\r\nMessage-ID: <${subject}@valija.test>\r\nSubject: ${subject}\r\n\r\nhola\r\n`;

describe('valija why', () => {
  let server: RunningServer;
  let refusing: MailSink;
  let busy: MailSink;

  before(async () => {
    refusing = await openSink({ fault: (moment) => (moment === 'RCPT' ? '550 5.1.1 No such user' : undefined) });
    busy = await openSink({ fault: (moment) => (moment === 'RCPT' ? '450 4.2.0 Mailbox busy' : undefined) });
    const transports = [`no.example=smtp:[127.0.0.1]:${refusing.port}`, `luego.example=smtp:[127.0.0.1]:${busy.port}`];
    const settings = [
      `transport_maps = ["inline:{${transports.join(', ')}}"]`,
      'message_size_limit = 50000',
      'smtp_allow_loopback = true',
      'smtpd_sender_restrictions = [',
      '  "check_sender_access inline:{malo@example.org=REJECT}",',
      ']',
    ];
    server = await startServer({ settings: `${settings.join('\n')}\n${ONLY_STRANGERS}` });
  });

  after(async () => {
    await server?.[Symbol.asyncDispose]();
    await Promise.all([refusing, busy].map((sink) => sink?.[Symbol.asyncDispose]()));
  });

  /** What it prints once that says what is wanted: journeys are written a moment later. */
  async function told(wanted: RegExp, ...args: readonly string[]): Promise<string> {
    return await until(`${args.join(' ')} to tell ${wanted}`, async () => {
      const { output } = await valija(server, 'why', ...args);
      return wanted.test(output) ? output : undefined;
    });
  }

  async function bring(from: string, to: string, message = letter('x'), localAddress = STRANGER): Promise<string> {
    using talk = await openSmtp(server, 'smtp', undefined, localAddress);
    return await talk.bring(from, [to], message);
  }

  test('accepted: found by its ids, its sender, its recipient and its client', async () => {
    const id = queueIdOf(await bring('ana@example.org', USER2, letter('aceptado'), '127.0.0.11'));
    const story = await told(/In the end: the message was delivered: INBOX \(usuario2@valija\.test\)\./, id);
    assert.match(story, /├─ Rule: permit_auth_destination, RFC 5321 §3\.6\.2/);
    const story2 = async (...args: string[]) => (await valija(server, 'why', ...args)).output;
    for (const args of [
      ['<aceptado@valija.test>'],
      ['--from', 'ana@example.org', '--client', '127.0.0.11'],
      ['--to', USER2, '--from', 'ANA@example.org', '--since', 'today'],
      ['127.0.0.11'],
    ]) {
      assert.equal(await story2(...args), story, args.join(' '));
    }
    assert.match(await story2(id, '--lang', 'es'), /Al final: el mensaje se entregó: INBOX/);
  });

  test('refused at MAIL, by an access table: the entry of the list, its line, and what the table said', async () => {
    assert.match(await bring('malo@example.org', USER2), /^5/);
    const story = await told(/check_sender_access/, '--from', 'malo@example.org');
    assert.match(
      story,
      /None of it was accepted\. The last attempt was on .*: refused by the rule check_sender_access\./,
    );
    assert.match(story, /Setting: smtpd_sender_restrictions: check_sender_access \S+ \(\S+valija\.toml, line \d+\)/);
    assert.match(
      story,
      /What was asked:\n +│ {2}└─ Table inline:\{malo@example\.org=REJECT\}, asked for .*: «malo@example\.org» has «REJECT»/,
    );
    assert.match(story, /In the end: the message was refused/);
  });

  test('refused at RCPT: no relaying, nobody of that name', async () => {
    assert.match(await bring('bea@example.org', 'otra@example.net'), /^554 5\.7\.1/);
    assert.match(await bring('bea@example.org', 'nadie@valija.test'), /^550 5\.1\.1/);
    const relay = await told(/reject_unauth_destination/, '--to', 'otra@example.net');
    assert.match(relay, /Setting: mynetworks = \["192\.0\.2\.0\/24"\] \(\S+valija\.toml, line \d+\)/);
    assert.match(relay, /└─ What would have changed it: Logging in on port 587 or 465/);
    const { output } = await valija(server, 'why', 'example.org', '--to', 'nadie@valija.test', '--lang', 'es');
    assert.match(output, /Regla: reject_unlisted_recipient, RFC 5321 §3\.3/);
    const both = await valija(server, 'why', 'bea@example.org');
    assert.match(both.output, /None of it was accepted/);
    assert.match(both.output, /bea@example\.org +otra@example\.net +refused by the rule reject_unauth_destination\n/);
    assert.match(both.output, /bea@example\.org +nadie@valija\.test +refused by the rule reject_unlisted_recipient\n/);
    assert.match(both.output, /The story of one of them: valija why \S+\n/);
  });

  test('refused with its content, and a login that failed', async () => {
    assert.match(
      await bring('grande@example.org', USER2, `${letter('grande')}${'x'.repeat(70)}\r\n`.repeat(900)),
      /^5/,
    );
    await told(/grande@example\.org|too large|larger/, '--from', 'grande@example.org');
    await assert.rejects(openSmtp(server, 'submission', { address: USER2, password: 'falsa' }));
    const story = await told(/password was wrong/, USER2, '--client', '127.0.0.1');
    assert.match(story, /A login as «usuario2@valija\.test» \(PLAIN\)/);
    assert.match(story, /In the end: the client could not log in, and there was no message\./);
  });

  test('put off: it is in the queue, and the other server’s words are told', async () => {
    const id = queueIdOf(await submit(server, LOGIN, 'ana@luego.example', letter('luego')));
    const story = await told(/Mailbox busy/, id);
    assert.match(story, /In the end: the message is in the queue/);
  });

  test('returned: the message leads to its notice, and the notice back to it', async () => {
    const id = queueIdOf(await submit(server, LOGIN, 'ana@no.example', letter('devuelto')));
    const story = await told(/The notice \w+ to usuario1@valija\.test: the message was delivered/, id);
    const notice = /The notice (\w+) to/.exec(story)?.[1] ?? '';
    const back = await told(/In the end/, notice);
    const about = `This is a notice about the message ${id}, from ${USER1} to ana@no.example: the message could not be delivered`;
    assert.ok(back.includes(about), back);
  });

  test('never seen: nothing came, and since when that is known; or the last attempt before', async () => {
    const never = await valija(server, 'why', '--from', 'nunca@example.org', '--since', 'yesterday');
    assert.equal(never.code, 66);
    assert.match(never.output, /^Nothing came from nunca@example\.org since /);
    assert.match(never.output, /The stories that are kept begin on /);
    await bring('antes@example.org', 'otra@example.net');
    await told(/reject_unauth/, '--from', 'antes@example.org');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const spanish = await valija(server, 'why', '--from', 'antes@example.org', '--since', '1s', '--lang', 'es');
    assert.equal(spanish.code, 66);
    assert.match(
      spanish.output,
      /^No llegó nada de antes@example\.org desde el .*\.\nEl último intento antes de eso fue el .*: rechazado por la regla reject_unauth_destination\.\n/,
    );
    const json = JSON.parse(
      (await valija(server, 'why', '--from', 'antes@example.org', '--since', '1s', '--json')).output,
    );
    assert.deepEqual([json.stories, json.earlier.decisions.at(-1).rule], [[], 'reject_unauth_destination']);
    assert.equal((await valija(server, 'why')).code, 64);
    assert.equal((await valija(server, 'why', '--since', 'someday')).code, 64);
  });
});
