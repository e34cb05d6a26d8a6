import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { QueueHouse, queued, queuedRecipient } from '../../../test/world/queue-house.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test('a fresh message is delivered from memory, never written but for its end, and the journal lets go of it', async () => {
  const house = new QueueHouse();
  const message = queued(['bea@example.org', 'carl@example.net']);
  const taken = house.offer(message);
  await house.time.pass(200);
  await taken;
  assert.deepEqual(
    house.delivered.map(({ address, octets }) => [address, octets]),
    [
      ['bea@example.org', 'Received: from x\r\nSubject: x\r\n\r\nx\r\n'],
      ['carl@example.net', 'Received: from x\r\nSubject: x\r\n\r\nx\r\n'],
    ],
  );
  assert.equal(house.store.disk.rows.size, 0);
  assert.ok(house.store.disk.finished.has(message.queueId));
  house.checkInvariants([message]);
});

test('the log speaks Postfix', async () => {
  const house = new QueueHouse();
  const message = queued([], {
    queueId: '4ZxQ1',
    recipients: [queuedRecipient('bea@example.org', { original: 'todos@valija.test' })],
  });
  await Promise.all([house.offer(message), house.time.pass(200)]);
  const lines = house.log.lines.map(({ area, text }) => `${area}: ${text}`);
  assert.deepEqual(lines, [
    'smtp: 4ZxQ1: to=<bea@example.org>, orig_to=<todos@valija.test>, relay=mx.example.org[192.0.2.1]:25, ' +
      'delay=0.1, delays=0/0/0.01/0.09, dsn=2.0.0, status=sent (250 2.0.0 Ok)',
    'qmgr: 4ZxQ1: removed',
  ]);
});

test('what is put off is kept, and tried again after 5, 10, 20, 40 minutes and then every 67, with a tenth of chance', async () => {
  const house = new QueueHouse({ answer: () => ({ kind: 'deferred' }) });
  const message = queued(['bea@example.org']);
  await Promise.all([house.offer(message), house.time.pass(5 * HOUR)]);
  const waits = house.jobs.slice(1).map(({ atMs }, i) => (atMs - (house.jobs[i]?.atMs ?? 0)) / MINUTE);
  const expected = [5, 5.2, 11, 22, 44, 67, 67];
  assert.ok(waits.length >= 5, String(waits));
  for (const [i, wait] of waits.entries()) {
    assert.ok(wait >= (expected[i] ?? 66) * 0.9 && wait <= (expected[i] ?? 67) * 1.35, `${i}: ${waits}`);
  }
  house.checkInvariants([message]);
});

test('a message that lives longer than five seconds is kept while its delivery goes on, with the octets of the queue', async () => {
  const house = new QueueHouse({ tookMs: () => 60_000 });
  const message = queued(['bea@example.org']);
  const taken = house.offer(message);
  await house.time.pass(4_900);
  assert.equal(house.isTaken(message.queueId), false);
  await house.time.pass(200);
  await taken;
  assert.equal(house.store.disk.rows.size, 1);
  await house.time.pass(2 * MINUTE);
  assert.equal(house.store.disk.rows.size, 0);
  assert.equal(house.jobs.length, 1);
  assert.equal(house.delivered[0]?.octets, 'Received: from x\r\nSubject: x\r\n\r\nx\r\n');
  house.checkInvariants([message]);
});

test('the same message offered again, while it is here and after its end, is delivered once', async () => {
  const house = new QueueHouse({ tookMs: () => 10_000 });
  const message = queued(['bea@example.org']);
  const offers = [house.offer(message), house.offer(message)];
  await house.time.pass(6_000);
  offers.push(house.offer(message));
  await house.time.pass(20_000);
  offers.push(house.offer(message));
  await house.time.pass(1_000);
  await Promise.all(offers);
  assert.equal(house.delivered.length, 1);
  house.checkInvariants([message]);
});

test('a refusal is reported to the sender before the message leaves the queue', async () => {
  const house = new QueueHouse({
    answer: ({ address }) => ({ kind: address.startsWith('nadie') ? 'failed' : 'delivered' }),
  });
  house.postFailure = new WorldError('door', { transient: true });
  const message = queued(['bea@example.org', 'nadie@example.org']);
  await Promise.all([house.offer(message), house.time.pass(MINUTE)]);
  assert.equal(house.store.disk.rows.size, 1, 'kept until the report is promised');
  house.postFailure = undefined;
  await house.time.pass(6 * MINUTE);
  assert.equal(house.store.disk.rows.size, 0);
  assert.deepEqual(
    house.posted.map(({ sender, recipient }) => [sender, recipient]),
    [['', 'ana@valija.test']],
  );
  const [report] = house.reports.slice(-1);
  assert.equal(report?.kind, 'failed');
  assert.deepEqual(
    report?.outcomes.map(({ recipient, status, attempts }) => [recipient.address, status, attempts]),
    [['nadie@example.org', '5.1.1', 1]],
  );
  assert.equal(house.delivered.length, 1);
  assert.match(house.log.text(), /bounce: \S+: sender non-delivery notification: BOUNCE1/);
  house.checkInvariants([message]);
});

test('[C6] the null sender is never told, NOTIFY decides for others, and a success is reported where it was asked for', async () => {
  const house = new QueueHouse({
    answer: ({ address }) => ({ kind: address.startsWith('no') ? 'failed' : 'delivered' }),
  });
  const asking = (address: string, notify: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[]) =>
    queuedRecipient(address, { parameters: { notify, orcpt: undefined } });
  const messages = [
    queued(['no1@example.org'], { sender: '' }),
    queued([], { recipients: [asking('no2@example.org', ['NEVER'])] }),
    queued([], { recipients: [asking('no3@example.org', ['DELAY'])] }),
    queued([], { recipients: [asking('no4@example.org', ['FAILURE'])] }),
    queued([], { recipients: [asking('si5@example.org', ['SUCCESS'])] }),
  ];
  await Promise.all([...messages.map((message) => house.offer(message)), house.time.pass(MINUTE)]);
  assert.deepEqual(
    house.reports.map(({ kind, outcomes }) => [kind, outcomes[0]?.recipient.address]),
    [
      ['failed', 'no4@example.org'],
      ['relayed', 'si5@example.org'],
    ],
  );
  assert.equal(house.store.disk.rows.size, 0);
  house.checkInvariants(messages);
});

test('mail that can neither go on nor back is told to the postmaster where he wants it', async () => {
  const house = new QueueHouse({
    settings: { doubleBounceRecipient: 'postmaster@valija.test' },
    answer: () => ({ kind: 'failed' }),
  });
  await Promise.all([house.offer(queued(['no1@example.org'], { sender: '' })), house.time.pass(MINUTE)]);
  assert.deepEqual(
    house.posted.map(({ recipient }) => recipient),
    ['postmaster@valija.test'],
  );
});

test('a report with REQUIRETLS that finds no safe way back is told of, and the postmaster hears of it as well', async () => {
  const house = new QueueHouse({
    settings: { doubleBounceRecipient: 'postmaster@valija.test' },
    answer: ({ address }) => ({ kind: 'failed', status: address.startsWith('no') ? '5.7.30' : '5.1.1' }),
  });
  const report = queued(['no1@example.org', 'gone@example.org'], { sender: '', tlsWish: 'required' });
  await Promise.all([house.offer(report), house.time.pass(MINUTE)]);
  assert.deepEqual(
    house.reports.map(({ postmaster, outcomes, content }) => [
      postmaster,
      outcomes.map(({ recipient }) => recipient.address),
      content === undefined,
    ]),
    [
      ['postmaster@valija.test', ['no1@example.org', 'gone@example.org'], false],
      [undefined, ['no1@example.org'], true],
    ],
  );
  assert.equal(house.store.disk.rows.size, 0);
});

test('the postmaster gets copies of what is returned and what is late, with the header alone, where he wants them', async () => {
  const house = new QueueHouse({
    settings: {
      bounceNoticeRecipient: 'rebotes@valija.test',
      delayNoticeRecipient: 'tarde@valija.test',
      delayWarningMs: HOUR,
    },
    answer: ({ address }) => (address.startsWith('no') ? { kind: 'failed' } : { kind: 'deferred' }),
  });
  const messages = [
    queued(['no1@example.org']),
    queued(['luego@example.net']),
    queued(['no2@example.org'], { sender: '' }),
  ];
  await Promise.all([...messages.map((message) => house.offer(message)), house.time.pass(2 * HOUR)]);
  assert.deepEqual(
    house.posted.map(({ recipient }) => recipient),
    ['ana@valija.test', 'rebotes@valija.test', 'ana@valija.test', 'tarde@valija.test'],
  );
  assert.deepEqual(
    house.reports.map(({ kind, postmaster, message }) => [kind, postmaster, message.dsn.ret]),
    [
      ['failed', undefined, undefined],
      ['failed', 'rebotes@valija.test', 'HDRS'],
      ['delayed', undefined, undefined],
      ['delayed', 'tarde@valija.test', 'HDRS'],
    ],
  );
  assert.match(house.log.text(), /bounce: \S+: postmaster delay notification: /);
  house.checkInvariants(messages);
});

test('[C6] whoever cannot be told now is told later; nobody else hears of it twice', async () => {
  const house = new QueueHouse({
    settings: { bounceNoticeRecipient: 'rebotes@valija.test' },
    answer: () => ({ kind: 'failed' }),
  });
  house.full.add('owner-lista@valija.test').add('rebotes@valija.test');
  const message = queued([], {
    recipients: [
      queuedRecipient('no1@example.org', { sender: 'owner-lista@valija.test' }),
      queuedRecipient('no2@example.org'),
    ],
  });
  await Promise.all([house.offer(message), house.time.pass(HOUR)]);
  const told = () => house.posted.map(({ recipient }) => recipient);
  assert.deepEqual(told(), ['ana@valija.test']);
  assert.equal(house.store.disk.rows.size, 1, 'kept for the one who was not told');
  assert.match(house.log.text(), /bounce: \S+: .*Mailbox full/);
  house.full.clear();
  await house.time.pass(HOUR);
  assert.deepEqual(told(), ['ana@valija.test', 'owner-lista@valija.test', 'rebotes@valija.test']);
  assert.equal(house.store.disk.rows.size, 0);
});

test('who cannot be told at all is given up, when the mail and its bounce have had their lifetimes', async () => {
  const house = new QueueHouse({ answer: () => ({ kind: 'failed' }) });
  house.full.add('ana@valija.test');
  await Promise.all([house.offer(queued(['no@example.org'])), house.time.pass(9 * DAY)]);
  assert.equal(house.store.disk.rows.size, 1);
  await house.time.pass(2 * DAY);
  assert.equal(house.store.disk.rows.size, 0);
  assert.equal(house.posted.length, 0);
  assert.match(house.log.text(), /bounce: \S+: sender non-delivery notification: given up/);
});

test('one sender who cannot be warned holds up no other, and nothing else', async () => {
  const house = new QueueHouse({ settings: { delayWarningMs: HOUR }, answer: () => ({ kind: 'deferred' }) });
  house.full.add('bruno@valija.test');
  const messages = Array.from({ length: 250 }, (_, i) =>
    queued(['bea@example.org'], { sender: i < 240 ? 'bruno@valija.test' : `ana${i}@valija.test` }),
  );
  await Promise.all([...messages.map((message) => house.offer(message)), house.time.pass(2 * HOUR)]);
  assert.equal(house.posted.length, 10);
  house.full.clear();
  await house.time.pass(HOUR);
  assert.equal(house.posted.length, 250, 'each once');
});

test('after its lifetime a message goes back, with what the last attempt said; mail without a sender after its own', async () => {
  const house = new QueueHouse({
    settings: { bounceLifetimeMs: DAY },
    answer: () => ({ kind: 'deferred', text: '450 4.2.2 Full' }),
  });
  const messages = [queued(['bea@example.org']), queued(['carl@example.org'], { sender: '' })];
  await Promise.all([...messages.map((message) => house.offer(message)), house.time.pass(DAY + HOUR)]);
  assert.equal(house.store.disk.rows.size, 1, 'the one without a sender is gone');
  assert.equal(house.reports.length, 0);
  await house.time.pass(4 * DAY);
  assert.equal(house.store.disk.rows.size, 0);
  assert.equal(house.reports[0]?.outcomes[0]?.text, '450 4.2.2 Full');
  assert.match(house.log.text(), /qmgr: \S+: from=<ana@valija.test>, status=expired, returned to sender/);
  assert.equal(house.journeys.ofKind('expired').length, 2);
  house.checkInvariants(messages);
});

test('a lifetime of nothing is one attempt', async () => {
  const house = new QueueHouse({ settings: { maximalLifetimeMs: 0 }, answer: () => ({ kind: 'deferred' }) });
  await Promise.all([house.offer(queued(['bea@example.org'])), house.time.pass(MINUTE)]);
  assert.deepEqual([house.jobs.length, house.reports.length, house.store.disk.rows.size], [1, 1, 0]);
});

test('the sender hears once that it is late', async () => {
  const house = new QueueHouse({ settings: { delayWarningMs: 4 * HOUR }, answer: () => ({ kind: 'deferred' }) });
  await Promise.all([house.offer(queued(['bea@example.org'])), house.time.pass(3.9 * HOUR)]);
  assert.equal(house.reports.length, 0);
  await house.time.pass(DAY);
  assert.deepEqual(
    house.reports.map(({ kind }) => kind),
    ['delayed'],
  );
  assert.equal(house.reports[0]?.outcomes[0]?.willRetryUntilMs, Date.UTC(2026, 10, 26, 10));
});

test('while the disk fails nothing is delivered twice, and all of it when it works again', async () => {
  const house = new QueueHouse({
    answer: ({ address }, _) => ({ kind: address.startsWith('x') ? 'deferred' : 'delivered' }),
  });
  house.store.failure = new WorldError('disk full', { transient: true });
  const messages = [queued(['bea@example.org']), queued(['x@example.org', 'carl@example.org'])];
  for (const message of messages) void house.offer(message);
  await house.time.pass(2 * MINUTE);
  assert.deepEqual(
    messages.map(({ queueId }) => house.isTaken(queueId)),
    [false, false],
  );
  house.store.failure = undefined;
  await house.time.pass(MINUTE);
  assert.deepEqual(
    messages.map(({ queueId }) => house.isTaken(queueId)),
    [true, true],
  );
  assert.equal(house.delivered.length, 2);
  house.checkInvariants(messages);
});

test('a clock that is set back holds up nobody for longer than the longest pause', async () => {
  const house = new QueueHouse({ answer: () => ({ kind: 'deferred' }) });
  void house.offer(queued(['bea@example.org']));
  await house.time.pass(MINUTE);
  assert.equal(house.jobs.length, 1);
  house.time.jump(-10 * 365 * DAY);
  // A new life of the queue, under the new clock: its alarms know nothing of the old one.
  const next = new QueueHouse({ time: house.time, disk: house.store.disk, answer: () => ({ kind: 'deferred' }) });
  await next.time.pass(2 * MINUTE);
  assert.equal(next.jobs.length, 1);
});

test('discard and error are the queue’s own transports', async () => {
  const house = new QueueHouse();
  const messages = [
    queued([], { recipients: [queuedRecipient('a@example.org', { nextHop: { transport: 'discard' } })] }),
    queued([], {
      recipients: [
        queuedRecipient('b@example.org', { nextHop: { transport: 'error', status: '5.1.2', text: 'no such place' } }),
      ],
    }),
    queued([], {
      recipients: [
        queuedRecipient('c@example.org', { nextHop: { transport: 'error', status: '4.3.0', text: 'moving' } }),
      ],
    }),
  ];
  for (const message of messages) void house.offer(message);
  await house.time.pass(MINUTE);
  const text = house.log.text();
  assert.match(text, /discard: \S+: to=<a@example.org>, relay=none, .*dsn=2.0.0, status=sent \(discarded\)/);
  assert.match(text, /error: \S+: to=<b@example.org>, relay=none, .*dsn=5.1.2, status=bounced \(no such place\)/);
  assert.match(text, /error: \S+: to=<c@example.org>, relay=none, .*dsn=4.3.0, status=deferred \(moving\)/);
  assert.deepEqual(
    house.reports.map(({ outcomes }) => outcomes[0]?.recipient.address),
    ['b@example.org'],
  );
});

test('stopped, it keeps what is fresh and begins nothing', async () => {
  const house = new QueueHouse({ tookMs: () => 60_000 });
  const message = queued(['bea@example.org']);
  const taken = house.offer(message);
  await house.time.pass(1_000);
  const stopped = house.runner.stop(2_000);
  await house.time.pass(3_000);
  await Promise.all([taken, stopped]);
  assert.ok(house.store.disk.rows.has(message.queueId));
});
