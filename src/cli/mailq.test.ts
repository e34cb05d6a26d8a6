import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueuedMessageListing } from '#mail/ports/queue-admin.ts';
import { formatMailq } from './mailq.ts';

const REFUSED = 'connect to mx.example.org[192.0.2.1]:25: Connection refused';

function listing(
  changes: Partial<QueuedMessageListing>,
  reasons: Readonly<Record<string, string>>,
): QueuedMessageListing {
  return {
    queueId: '4ZxQ0z1',
    state: 'deferred',
    arrivedMs: new Date(2026, 10, 1, 9, 5, 7).getTime(),
    sender: 'ana@valija.test',
    origin: 'ana@valija.test',
    sizeBytes: 1_600,
    expiresMs: 0,
    recipients: Object.entries(reasons).map(([address, reason]) => ({
      address,
      original: address,
      destination: 'smtp:example.org',
      attempts: 1,
      ...(reason !== '' && { reason }),
    })),
    ...changes,
  };
}

async function printed(...messages: QueuedMessageListing[]): Promise<string> {
  const given = async function* () {
    yield* messages;
  };
  let text = '';
  for await (const piece of formatMailq(given())) text += piece;
  return text;
}

test('[C14] mailq prints what Postfix prints', async () => {
  const text = await printed(
    listing(
      {},
      { 'bea@example.org': REFUSED, 'carl@example.org': REFUSED, 'dora@example.org': 'host said: 450 later' },
    ),
    listing({ queueId: '4ZxQ1z1', state: 'active', sender: '' }, { 'bea@example.org': '' }),
    listing({ queueId: '4ZxQ2z1', state: 'hold' }, { 'bea@example.org': '' }),
  );
  assert.equal(
    text,
    `-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
4ZxQ0z1        1600 Sun Nov  1 09:05:07  ana@valija.test
${`(${REFUSED})`.padStart(78)}
                                         bea@example.org
                                         carl@example.org
${'(host said: 450 later)'.padStart(78)}
                                         dora@example.org

4ZxQ1z1*       1600 Sun Nov  1 09:05:07  MAILER-DAEMON
                                         bea@example.org

4ZxQ2z1!       1600 Sun Nov  1 09:05:07  ana@valija.test
                                         bea@example.org

-- 4 Kbytes in 3 Requests.
`,
  );
});

test('an empty queue, and a single message', async () => {
  assert.equal(await printed(), 'Mail queue is empty\n');
  assert.match(await printed(listing({}, { 'bea@example.org': '' })), /\n-- 1 Kbytes in 1 Request\.\n$/);
});

test('what a server said cannot steer the terminal', async () => {
  assert.doesNotMatch(await printed(listing({}, { 'bea@example.org': '\x1b[2Jboo' })), /\x1b/);
});
