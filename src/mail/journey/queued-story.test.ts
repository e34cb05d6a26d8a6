// The stories of messages that left by the queue: relayed, put off, returned.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawStory } from './drawn-story.ts';
import type { JourneyEvent, RecordedEvent } from './event.ts';
import { tellStory } from './story.ts';

const START_MS = Date.UTC(2026, 10, 21, 23, 59);
const RELAY = 'mx.example.org[192.0.2.1]:25';

const COMMITTED: JourneyEvent = { kind: 'committed', durationMs: 3 };
const TRIED: JourneyEvent = { kind: 'attempted', destination: 'smtp:example.org', recipients: 1 };

function planned(recipient: string): JourneyEvent {
  return { kind: 'planned', recipient, action: 'queue', nextHop: 'smtp:example.org' };
}

function relayed(recipient: string): JourneyEvent {
  return { kind: 'relayed', recipient, relay: RELAY, reply: '250 2.0.0 Ok', tls: undefined, delayMs: 90 };
}

function deferred(recipient: string, reason: string, relay = RELAY): JourneyEvent {
  return { kind: 'deferred', recipient, relay, reason, retryInMs: 300_000 };
}

function bounced(recipient: string): JourneyEvent {
  const reason = 'host mx.example.org[192.0.2.1] said: 550 5.1.1 No such user (in reply to RCPT TO command)';
  return { kind: 'bounced', recipient, relay: RELAY, reason };
}

const FILED: JourneyEvent = {
  kind: 'filed',
  recipient: 'usuario2@valija.test',
  account: 'usuario2@valija.test',
  mailbox: 'INBOX',
  uid: 7,
  delayMs: 12,
};
const TOLD: JourneyEvent = { kind: 'notified', about: 'failed', to: 'usuario1@valija.test', queueId: '4ZxQ9' };

/** One event an hour. */
function storyOf(language: 'en' | 'es', ...events: readonly JourneyEvent[]): string[] {
  const recorded = events.map((event, i): RecordedEvent => ({ key: '4ZxQ0', atMs: START_MS + i * 3_600_000, event }));
  return drawStory(tellStory(recorded, language), language);
}

const ANA = planned('ana@example.org');

test('the end of what left by the queue', () => {
  for (const [events, end] of [
    [[ANA, COMMITTED], 'the message is in the queue; valija queue show tells how it stands.'],
    [[ANA, COMMITTED, TRIED, relayed('ana@example.org')], `the message went on to ${RELAY}.`],
    [
      [ANA, FILED, COMMITTED, relayed('ana@example.org')],
      `the message was delivered here: INBOX (usuario2@valija.test); and it went on to ${RELAY}.`,
    ],
    [
      [ANA, planned('bea@example.org'), COMMITTED, relayed('ana@example.org')],
      'the message is in the queue; valija queue show tells how it stands.',
    ],
    [
      [ANA, COMMITTED, bounced('ana@example.org'), TOLD],
      'the message could not be delivered, and its sender was told.',
    ],
    [
      [ANA, COMMITTED, bounced('ana@example.org')],
      'the message could not be delivered, and its sender was not told (yet).',
    ],
    [
      [ANA, FILED, COMMITTED, bounced('ana@example.org'), TOLD],
      'the message could not be delivered to everybody, and its sender was told.',
    ],
    [[ANA, COMMITTED, { kind: 'deleted' }], 'the message was deleted from the queue; nobody was told.'],
    [
      [ANA, planned('bea@example.org'), COMMITTED, relayed('bea@example.org'), { kind: 'deleted' }],
      'the message was deleted from the queue before everybody had it; nobody was told.',
    ],
    [[ANA, COMMITTED, TRIED, { kind: 'deleted' }, relayed('ana@example.org')], `the message went on to ${RELAY}.`],
    [
      [{ kind: 'joined', key: 'c1' }, { kind: 'discarded' }],
      'the message was accepted and thrown away; nobody has it, and nobody was told.',
    ],
  ] as const) {
    assert.equal(storyOf('en', ...events).at(-1), `In the end: ${end}`);
  }
  assert.equal(
    storyOf('es', ANA, FILED, COMMITTED, bounced('ana@example.org')).at(-1),
    'Al final: el mensaje no se pudo entregar a todos, y a quien lo envió no se le ha avisado (todavía).',
  );
});

test('an alias that leads elsewhere twice: the message has arrived when both have it', () => {
  const both = [planned('ventas@valija.test'), planned('ventas@valija.test'), COMMITTED, relayed('ana@example.org')];
  assert.match(storyOf('en', ...both).at(-1) ?? '', /is in the queue/);
  assert.match(storyOf('en', ...both, relayed('bea@example.net')).at(-1) ?? '', /went on to/);
});

test('mail that waited is told day by day, and each attempt with its server, its words and the next', () => {
  const said = 'host mx.example.org[192.0.2.1] said: 450 4.2.0 Mailbox busy';
  assert.deepEqual(storyOf('en', ANA, TRIED, deferred('ana@example.org', said), TRIED, relayed('ana@example.org')), [
    'Saturday, 21 November 2026 (UTC)',
    '23:59:00  The plan for <ana@example.org>: hand the message on by the queue, to smtp:example.org.',
    'Sunday, 22 November 2026',
    '00:59:00  We began to deliver it to smtp:example.org.',
    `01:59:00  For <ana@example.org> it could not be delivered yet: «${said}». It stays in the queue; the next attempt comes in 5 minutes.`,
    '02:59:00  We began to deliver it to smtp:example.org.',
    `03:59:00  For <ana@example.org> the server ${RELAY} took it, 90 ms after it began, and said «250 2.0.0 Ok». From here on it answers for the message.`,
    `In the end: the message went on to ${RELAY}.`,
  ]);
});

test('the server is named where its words do not name it', () => {
  for (const [relay, reason, shown] of [
    [RELAY, 'lost connection', `yet (${RELAY}): «lost connection»`],
    ['none', 'no server', 'yet: «no server»'],
    ['local', 'mailbox is full', 'yet (local): «mailbox is full»'],
  ] as const) {
    const [, line = ''] = storyOf('en', deferred('ana@example.org', reason, relay));
    assert.ok(line.includes(shown), line);
  }
});

test('whoever put it on hold is told, in both languages', () => {
  const told = (language: 'en' | 'es', held: JourneyEvent) => storyOf(language, ANA, COMMITTED, held).join(' ');
  const byRule = { kind: 'held', onArrival: true } as const;
  assert.match(told('en', byRule), /on hold, as an access table, a policy service or a milter says \(HOLD\)/);
  assert.match(told('es', byRule), /retenido, como dice una tabla de acceso, un servicio de políticas o un milter/);
  assert.match(told('en', { kind: 'held' }), /An administrator put it on hold/);
  assert.match(told('es', { kind: 'held' }), /Una persona que administra el servidor lo retuvo/);
});
