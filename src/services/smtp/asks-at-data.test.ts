// Where somebody must be asked before the content comes: at DATA, and at the first chunk of BDAT, whose octets follow anyway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Acceptance } from '#mail/acceptance/transaction.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import { GO_AHEAD, reply } from '#protocols/smtp/reply.ts';
import { openDoor, plainAcceptance, type TakenMessage } from '../../../test/dialogs/smtp/door.ts';

const ENVELOPE = 'EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<usuario1@valija.test>\r\n';

/** Says it all at once, and hears the service out; `judge` is told whether the client was too early. */
async function talk(said: string, judge: (spokeEarly: boolean) => Verdict) {
  const taken: TakenMessage[] = [];
  const asked: boolean[] = [];
  const plain = plainAcceptance(taken, []);
  const acceptance: Acceptance = {
    ...plain,
    asksAtData: true,
    async openTransaction(...question) {
      const opening = await plain.openTransaction(...question);
      const transaction = opening.transaction && {
        ...opening.transaction,
        async decideData(spokeEarly: boolean) {
          asked.push(spokeEarly);
          return judge(spokeEarly);
        },
      };
      return { ...opening, transaction };
    },
  };
  const { client, over } = openDoor({ acceptance });
  client.send(said);
  client.close();
  const heard = await client.readToEnd();
  await over;
  return { heard, taken, asked };
}

const yes = (): Verdict => ({ rule: 'permit', outcome: 'permit', reply: GO_AHEAD });
const no = (): Verdict => ({ rule: 'reject', outcome: 'reject', reply: reply(554, '5.7.1', 'No') });
const early = (spokeEarly: boolean): Verdict => (spokeEarly ? no() : yes());

test('[C35] DATA goes on where nobody is against it', async () => {
  const { heard, taken, asked } = await talk(`${ENVELOPE}DATA\r\nhola\r\n.\r\nQUIT\r\n`, yes);
  assert.match(heard, /354 [^\r]*\r\n250 2\.0\.0 Ok: queued as Q1\r\n221 /);
  assert.equal(taken[0]?.octets, 'hola\r\n');
  assert.deepEqual(asked, [true], 'the content came with DATA');
});

test('[C35] a refused DATA leaves the envelope as it is', async () => {
  const { heard, taken } = await talk(`${ENVELOPE}DATA\r\nRSET\r\nQUIT\r\n`, no);
  assert.match(heard, /250 2\.1\.5 Ok\r\n554 5\.7\.1 No\r\n250 2\.0\.0 Ok\r\n221 /);
  assert.equal(taken.length, 0);
});

test('[C35] of BDAT the first chunk is asked for, and a refused one is read over', async () => {
  const chunks = 'BDAT 6\r\nhola\r\nBDAT 6 LAST\r\nhola\r\n';
  const taken = await talk(`${ENVELOPE}${chunks}QUIT\r\n`, early);
  assert.equal(taken.taken[0]?.octets, 'hola\r\nhola\r\n');
  assert.deepEqual(taken.asked, [false], 'once, and whoever counts may go on');
  const smuggled = 'MAIL FROM:<x@y>\r\n';
  const refused = await talk(`${ENVELOPE}BDAT ${smuggled.length} LAST\r\n${smuggled}NOOP\r\nQUIT\r\n`, no);
  assert.match(refused.heard, /250 2\.1\.5 Ok\r\n554 5\.7\.1 No\r\n250 2\.0\.0 Ok\r\n221 /);
  assert.equal(refused.taken.length, 0);
});

test('[T1] behind a refused chunk the message is over: what was pipelined is no message of its own', async () => {
  const answers = [no(), yes()];
  const chunks = 'BDAT 6\r\nuno!\r\nBDAT 6 LAST\r\ndos!\r\n';
  const { heard, taken, asked } = await talk(`${ENVELOPE}${chunks}QUIT\r\n`, () => answers.shift() ?? yes());
  assert.match(heard, /250 2\.1\.5 Ok\r\n554 5\.7\.1 No\r\n503 5\.5\.1 [^\r]*\r\n221 /);
  assert.deepEqual(taken, []);
  assert.equal(asked.length, 1);
});
