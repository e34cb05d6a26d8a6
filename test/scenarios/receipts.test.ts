// Who asks for a receipt (NOTIFY=SUCCESS, RFC 3461) gets one, for what is filed here as for what went on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeliveryReport } from '../world/delivery-report.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { queueIsEmpty } from '../world/valija-command.ts';

const SENDER = { address: USER1, password: PASSWORD };
const TEXT = `From: ${USER1}\r\nSubject: con acuse\r\nMessage-ID: <1@valija.test>\r\n\r\nhola\r\n`;

async function sendWithReceipt(server: RunningServer, ...recipients: string[]): Promise<void> {
  using talk = await openSmtp(server, 'submission', SENDER);
  await talk.say(`MAIL FROM:<${USER1}> RET=HDRS ENVID=QQ314159`);
  for (const each of recipients) {
    assert.match(await talk.say(`RCPT TO:<${each}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;${each}`), /^250 /);
  }
  assert.match(await talk.say('DATA'), /^354 /);
  talk.stream.send(TEXT);
  assert.match(await talk.say('.'), /^250 /);
}

async function receiptsOf(server: RunningServer) {
  const { messages } = await readMailbox(server, SENDER);
  return messages.flatMap(({ text }) => findDeliveryReport(Buffer.from(text)) ?? []);
}

test('a receipt for a copy filed here, and one for an alias of several: its members are told to nobody', async () => {
  await using server = await startServer({ aliases: { 'lista@valija.test': [USER1, USER2] } });
  await sendWithReceipt(server, USER2, 'lista@valija.test');
  const receipts = await until('both receipts', async () => {
    const found = await receiptsOf(server);
    return found.length >= 2 ? found : undefined;
  });
  const told = receipts.flatMap(({ status }) => {
    assert.equal(status?.originalEnvelopeId, 'QQ314159');
    return status?.recipients.map(({ action, status: code, finalRecipient, originalRecipient }) =>
      [action, code, finalRecipient.text, originalRecipient?.text].join(' '),
    );
  });
  assert.deepEqual(told.sort(), [
    `delivered 2.0.0 ${USER2} ${USER2}`,
    'expanded 2.0.0 lista@valija.test lista@valija.test',
  ]);
  await until('an empty queue', () => queueIsEmpty(server));
  assert.equal((await readMailbox(server, { address: USER2, password: PASSWORD })).messages.length, 1);
  assert.equal((await receiptsOf(server)).length, 2);
  const [, first] = /(\w+): message-id=<1@valija\.test>/.exec(server.log()) ?? [];
  const log = await untilLogged(server, new RegExp(`${first}: removed$`, 'm'));
  const ids = [...log.matchAll(/(\w+): message-id=<1@valija\.test>/g)].map(([, id]) => id);
  assert.equal(ids.length, 1);
  for (const line of [`${ids[0]}: from=<${USER1}>, size=\\d+, nrcpt=3 \\(queue active\\)`, `${ids[0]}: removed`]) {
    assert.equal(log.match(new RegExp(line, 'g'))?.length, 1, line);
  }
  const story = log.split('\n').filter((line) => line.includes(` ${ids[0]}: `));
  assert.match(story.at(-1) ?? '', /: removed$/, 'behind the copies that were filed here');
});
