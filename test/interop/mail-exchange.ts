// What must hold between our server and any other MTA, in both directions; each real program's test calls it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../world/free-port.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtpAt } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { queueIsEmpty } from '../world/valija-command.ts';
import { OTHER_DOMAIN, OTHER_USER, OTHER_USER_UTF8, type OtherMta } from './other-mta.ts';

const BIG_LINES = 200_000;
/** Below it lies the big message, above it the too big one. */
const SIZE_LIMIT = 20_000_000;
/** An address that SMTPUTF8 alone can carry. */
const USER_UTF8 = 'maría@valija.test';
const ACCOUNTS = [USER1, USER2, USER_UTF8].map((address) => ({ address, password: PASSWORD }));
const ENDINGS = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n\0.\r\n', '\r.\r\n', '\r\n.\r', '.\r.\r\n'];

export interface ExchangePartner {
  readonly skip: string | false;
  readonly offersStartTls: boolean;
  readonly knowsSmtpUtf8: boolean;
  /** Its reports say ENVID and ORCPT again. */
  readonly namesEnvelopes: boolean;
  start(port: number, ourPort: number): Promise<OtherMta>;
}

interface Envelope {
  readonly from?: string;
  readonly to: string;
  /** Behind MAIL FROM and RCPT TO. */
  readonly mail?: string;
  readonly rcpt?: string;
}

export function describeExchange(name: string, partner: ExchangePartner): void {
  const { skip, offersStartTls, knowsSmtpUtf8, namesEnvelopes, start } = partner;
  describe(`${name} on the other side`, { skip }, () => {
    let server: RunningServer;
    let other: OtherMta;
    before(async () => {
      const port = await freePort();
      server = await startServer({ settings: settings(port, partner), accounts: ACCOUNTS });
      other = await start(port, server.ports.smtp);
    });
    after(async () => {
      await other?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const sendThere = (envelope: Envelope, subject: string, body?: string) =>
      bring(other.port, { from: OTHER_USER, ...envelope }, messageOf(subject, body));
    const sendHere = (envelope: Envelope, subject: string, body?: string) =>
      bring(server.ports.smtp, { from: USER1, ...envelope }, messageOf(subject, body));
    const ourMail = (words: string, address = USER2) =>
      until(`«${words}» for ${address}`, async () => {
        const { messages } = await readMailbox(server, { address, password: PASSWORD });
        return messages.find(({ text }) => text.includes(words))?.text;
      });
    const theirMail = (words: string) =>
      until(`«${words}» at ${name}`, () => other.mail().find((text) => text.includes(words)));

    test('it sends to us: STARTTLS, eight bits as they are', async () => {
      await sendThere({ to: USER2, mail: ' BODY=8BITMIME' }, 'hacia aquí', 'Mañana: 5 €');
      const text = await ourMail('Subject: hacia aquí');
      assert.match(text, /by mail\.valija\.test \(Valija\) with (?:UTF8SMTP|ESMTP)S id /);
      assert.match(text, /Mañana: 5 €/);
    });

    test(`we send to it: ${offersStartTls ? 'STARTTLS, ' : ''}eight bits as they are`, async () => {
      await sendHere({ to: OTHER_USER, mail: ' BODY=8BITMIME' }, 'hacia allí', 'Mañana: 5 €');
      const text = await theirMail('Subject: hacia allí');
      if (offersStartTls) assert.match(text, /TLS/);
      assert.match(text, /Mañana: 5 €/);
      const sent = new RegExp(
        `to=<${OTHER_USER}>, relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:\\d+, .*dsn=2\\.0\\.0, status=sent \\(250 `,
      );
      await until('its line in the log', () => sent.test(server.log()));
    });

    test('[C21] a message of many megabytes, both ways, octet for octet', async () => {
      const body = '.áéíóú y 70 columnas de texto que nadie lee nunca jamás\r\n'.repeat(BIG_LINES);
      await sendThere({ to: USER2 }, 'grande hacia aquí', body);
      await sendHere({ to: OTHER_USER }, 'grande hacia allí', body);
      assert.ok((await ourMail('grande hacia aquí')).includes(body));
      assert.ok((await theirMail('grande hacia allí')).replaceAll(/\r?\n/g, '\r\n').includes(body));
    });

    test('SIZE: what is too large for us goes back to its sender there', async () => {
      await sendThere({ to: USER2 }, 'enorme', `${'x'.repeat(998)}\r\n`.repeat(SIZE_LIMIT / 1_000 + 1));
      assert.match(await theirMail('Subject: enorme'), /^Final-Recipient: rfc822; ?usuario2@valija\.test$|size/im);
    });

    test('[C27] an unknown user here is refused at RCPT, and the bounce is theirs', async () => {
      await sendThere({ to: 'nadie@valija.test' }, 'a nadie aquí');
      assert.match(await theirMail('nadie@valija.test'), /550[- ]5\.1\.1 <nadie@valija\.test>/);
    });

    test('an unknown user there: the bounce is ours, with their words in it', async () => {
      await sendHere({ to: `nadie@${OTHER_DOMAIN}` }, 'a nadie allí');
      const text = await ourMail(`nadie@${OTHER_DOMAIN}`, USER1);
      assert.match(text, /^Return-Path: <>\r$/m);
      assert.match(text, /^Action: failed\r$/m);
      assert.match(text, /^Status: 5\.\d\.\d\r$/m);
      assert.match(text, /^Diagnostic-Code: smtp; ?550 /m);
    });

    for (const [from, to] of [
      ['here', 'there'],
      ['there', 'here'],
    ] as const) {
      const isNamed = namesEnvelopes || from === 'there';
      test(`DSN from ${from} to ${to}: NOTIFY, ENVID and ORCPT go along, and a receipt comes back`, async () => {
        const envelope = {
          to: from === 'here' ? OTHER_USER : USER2,
          mail: ` RET=HDRS ENVID=sobre-${from}`,
          rcpt: ' NOTIFY=SUCCESS ORCPT=rfc822;original@example.org',
        };
        await (from === 'here' ? sendHere : sendThere)(envelope, `acuse ${from}`);
        const words = isNamed ? `original-envelope-id: sobre-${from}` : 'action: delivered';
        const receipt = await until('a receipt', async () => {
          const { messages } = await readMailbox(server, { address: USER1, password: PASSWORD });
          const texts = from === 'here' ? messages.map(({ text }) => text) : other.mail();
          return texts.find((text) => text.toLowerCase().includes(words));
        });
        assert.match(receipt, /^Action: delivered\r?$/m);
        if (isNamed) assert.match(receipt, /^Original-Recipient: rfc822; ?original@example\.org\r?$/im);
      });
    }

    const beyondAscii = async () => {
      await sendHere({ from: USER_UTF8, to: OTHER_USER_UTF8, mail: ' SMTPUTF8 BODY=8BITMIME' }, 'ñandú hacia allí');
      const there = await theirMail('Subject: ñandú hacia allí');
      assert.match(there, /^Return-path: <maría@valija\.test>$/im);
      assert.match(there, /^(?:Delivered-To|Envelope-to|X-Original-To): josé@otro\.test$/im);
      await sendThere({ from: OTHER_USER_UTF8, to: USER_UTF8, mail: ' SMTPUTF8 BODY=8BITMIME' }, 'ñandú hacia aquí');
      const here = await ourMail('Subject: ñandú hacia aquí', USER_UTF8);
      assert.match(here, /^Return-Path: <josé@otro\.test>\r$/m);
      assert.match(here, /by mail\.valija\.test \(Valija\) with UTF8SMTPS id /);
    };

    const notBeyondAscii = async () => {
      await sendHere({ from: USER1, to: OTHER_USER_UTF8, mail: ' SMTPUTF8' }, 'a quien no se puede');
      const text = await ourMail('SMTPUTF8 is required', USER1);
      assert.match(text, /^Status: 5\.6\.7\r$/m);
    };

    if (knowsSmtpUtf8) test('SMTPUTF8: addresses and headers beyond ASCII go both ways as they are', beyondAscii);
    else test('SMTPUTF8: where the other side knows none, the sender is told why', notBeyondAscii);

    test('[T1] [T2] endings that smuggle: what one side counts as one message is never two at the other', async () => {
      for (const [at, ending] of ENDINGS.entries()) {
        await smuggle(other.port, { from: `there${at}@example.org`, to: USER2, ending });
        await smuggle(server.ports.smtp, { from: `here${at}@example.org`, to: OTHER_USER, ending });
      }
      await until('an empty queue here', () => queueIsEmpty(server));
      await until('an empty queue there', () => other.isIdle());
      const { messages } = await readMailbox(server, { address: USER2, password: PASSWORD });
      const came = messages.map(({ text }) => text).filter((text) => /^Return-Path: <there\d/.test(text));
      const went = other.mail().filter((text) => /^Return-path: <here\d/im.test(text));
      const senders = went.map((text) => /<here\d+@/.exec(text)?.[0]);
      assert.deepEqual(senders, [...new Set(senders)], 'we took one message, or none');
      // What the other side itself cut in two has two of its ids: none was cut on the way to us.
      const ids = came.map((text) => /by mx\.otro\.test .*?\sid ([\w-]+)/s.exec(text)?.[1]);
      assert.deepEqual(ids, [...new Set(ids)]);
      assert.ok(came.length + went.length >= 1);
      for (const text of [...came, ...went]) assert.doesNotMatch(text, /\r(?!\n)/);
    });
  });
}

/** Under a level of TLS that the other side can have. */
function settings(port: number, { offersStartTls }: ExchangePartner): string {
  return [
    `transport_maps = ["inline:{${OTHER_DOMAIN}=smtp:[127.0.0.1]:${port}}"]`,
    `message_size_limit = ${SIZE_LIMIT}`,
    `smtp_tls_security_level = "${offersStartTls ? 'encrypt' : 'may'}"`,
    'minimal_backoff_time = "1s"\nmaximal_backoff_time = "2s"\nqueue_run_delay = "1s"',
  ].join('\n');
}

function messageOf(subject: string, body = 'hola\r\n'): string {
  const head = [
    'From: <ana@example.org>',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body.endsWith('\r\n') ? body : `${body}\r\n`}`;
}

async function bring(port: number, { from, to, mail = '', rcpt = '' }: Envelope, message: string): Promise<void> {
  using talk = await openSmtpAt(port);
  await talk.say('EHLO client.example');
  for (const command of [`MAIL FROM:<${from}>${mail}`, `RCPT TO:<${to}>${rcpt}`, 'DATA']) {
    assert.match(await talk.say(command), /^[23]/, command);
  }
  talk.stream.send(message.replaceAll('\r\n.', '\r\n..'));
  assert.match(await talk.say('.'), /^250/);
  await talk.say('QUIT');
}

/** A first message whose end may be taken for one, and a second one behind it. */
async function smuggle(
  port: number,
  { from, to, ending }: { from: string; to: string; ending: string },
): Promise<void> {
  using talk = await openSmtpAt(port);
  for (const line of ['EHLO client.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) await talk.say(line);
  const second = `MAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\nDATA\r\nSubject: segundo\r\n\r\ndos\r\n.\r\n`;
  talk.stream.send(`Subject: primero\r\n\r\nuno${ending}${second}QUIT\r\n`);
  while ((await talk.stream.readLine(60_000)) !== undefined);
}
