// What is posted on this machine, and the milters that see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { acceptanceHouse } from '../../../test/world/acceptance-house.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { givenMilter } from '../../../test/world/given-milter.ts';
import { atEnd } from '../../../test/world/milter-house.ts';
import { doorMilters, milterPorts } from '../../../test/world/milters.ts';
import { until } from '../../../test/world/until.ts';
import type { LocalMessage } from './posting.ts';

const POSTED: LocalMessage = {
  user: { name: 'ana', uid: 1000, fullName: 'Ana' },
  sender: undefined,
  recipients: [{ address: 'usuario1@valija.test', parameters: { notify: undefined, orcpt: undefined } }],
  parameters: {
    ...{ declaredSizeBytes: undefined, body: '7BIT', smtpUtf8: false, auth: undefined, requireTls: false },
    dsn: { ret: undefined, envid: undefined },
  },
  content: memoryContent(Buffer.from('Subject: x\r\n\r\ny\r\n')),
};

test('posted mail is shown as if a client of this machine had brought it [C24]', async () => {
  await using milter = await atEnd(['h', 'X-Seen', 'yes'], ['c']);
  const ports = milterPorts();
  const posted = doorMilters([milter.name], 'non_smtpd_milters');
  const house = acceptanceHouse({ milters: { milters: undefined, milterPorts: ports, posted } });
  await house.posting.postLocal(POSTED);
  const commands = milter.heard.filter((line) => /^[CHMRT]/.test(line));
  assert.deepEqual(commands, [
    'C localhost|4:127.0.0.1',
    'H localhost',
    'M <ana@mail.valija.test>',
    'R <usuario1@valija.test>',
    'T',
  ]);
  // It is complete before milters see it.
  assert.ok(milter.heard.some((line) => line.startsWith('L Message-ID|')));
  assert.match(house.filed[0]?.text ?? '', /\r\nX-Seen: yes\r\n/);
  await until('the end of the connection', () => milter.connections.open === 0);
});

test('what is posted and refused goes back; what cannot be told apart waits', async () => {
  for (const [letter, isLater] of [
    ['E', false],
    ['M', false],
    ['R', true],
  ] as const) {
    await using milter = await givenMilter({
      answer: (told) => (told.letter === 'O' ? undefined : told.letter === letter ? [['r']] : [['c']]),
    });
    const posted = doorMilters([milter.name], 'non_smtpd_milters');
    const house = acceptanceHouse({ milters: { milters: undefined, milterPorts: milterPorts(), posted } });
    const posting = house.posting.postLocal(POSTED);
    if (isLater) {
      await assert.rejects(posting, WorldError);
      assert.equal(house.entries.length, 0);
      continue;
    }
    await posting;
    const [hop] = house.queued.flatMap(({ recipients }) => recipients.map(({ nextHop }) => nextHop));
    assert.deepEqual(hop, { transport: 'error', status: '5.7.1', text: 'Command rejected' }, letter);
    assert.match(house.log.text(), /milter-reject: END-OF-MESSAGE from user ana/);
  }
});
