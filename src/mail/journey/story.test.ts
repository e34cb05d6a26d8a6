import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RESTRICTION_NAMES } from '#mail/restrictions/restriction-table.ts';
import { type DrawingOptions, drawStory } from './drawn-story.ts';
import type { JourneyEvent, RecordedEvent } from './event.ts';
import { RULE_GROUNDS } from './rule-grounds.ts';
import { ENGLISH_RULES } from './rules-english.ts';
import { SPANISH_RULES } from './rules-spanish.ts';
import { type FindSetting, type StoryLanguage, tellStory } from './story.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);

function recorded(...events: JourneyEvent[]): RecordedEvent[] {
  return events.map((event, i) => ({ key: '4ZxQ0', atMs: START_MS + i * 1_000, event }));
}

/** The story on its lines. */
function linesOf(
  events: readonly RecordedEvent[],
  language: StoryLanguage,
  options: DrawingOptions = {},
  findSetting?: FindSetting,
): string[] {
  return drawStory(tellStory(events, language, findSetting), language, options);
}

const CONNECTED: JourneyEvent = {
  kind: 'connected',
  profile: 'smtp',
  clientAddress: '192.0.2.1',
  clientPort: 40_000,
  serverPort: 25,
};

const REFUSED: JourneyEvent = {
  kind: 'judged',
  stage: 'recipient',
  subject: '<ana@example.com>',
  outcome: 'reject',
  rule: 'reject_unauth_destination',
  reply: '554 5.7.1 <ana@example.com>: Relay access denied',
  facts: { route: 'foreign' },
};

const DELIVERED: readonly JourneyEvent[] = [
  CONNECTED,
  { kind: 'greeted', helo: 'cliente.example', extended: true },
  { kind: 'joined', key: 'c1' },
  {
    kind: 'routed',
    recipient: 'todos@valija.test',
    steps: ['alias todos@valija.test → usuario2@valija.test', 'address usuario2@valija.test → usuario2@valija.test'],
  },
  { kind: 'received', messageId: '<1@example.com>', subject: 'Mañana', from: 'ana@example.com', sizeBytes: 2_048 },
  { kind: 'amended', change: 'added Date' },
  {
    kind: 'judged',
    stage: 'content',
    subject: '4ZxQ0',
    outcome: 'permit',
    rule: 'permit',
    reply: '250 2.0.0 Ok: queued as 4ZxQ0',
    facts: {},
  },
  {
    kind: 'planned',
    recipient: 'todos@valija.test',
    action: 'file',
    account: 'usuario2@valija.test',
    mailbox: 'INBOX',
  },
  {
    kind: 'filed',
    recipient: 'todos@valija.test',
    account: 'usuario2@valija.test',
    mailbox: 'INBOX',
    uid: 7,
    delayMs: 12,
  },
  { kind: 'committed', durationMs: 3 },
];

test('a refusal is told with its rule, why it exists, and what would have changed it', () => {
  const findSetting: FindSetting = (name) =>
    name === 'mynetworks'
      ? { value: '["192.0.2.0/24"]', place: { file: 'valija.toml', line: 7 } }
      : name === 'relay_domains'
        ? { value: '[]', place: undefined }
        : undefined;
  assert.deepEqual(linesOf(recorded(CONNECTED, REFUSED), 'en', {}, findSetting), [
    'Saturday, 21 November 2026 (UTC)',
    '10:00:00  A client at 192.0.2.1 (its port 40000) connected to port 25, the door where other servers bring mail (SMTP).',
    '10:00:01  We looked at the recipient <ana@example.com>: refused for good. We answered «554 5.7.1 <ana@example.com>: Relay access denied».',
    '          ├─ Rule: reject_unauth_destination, RFC 5321 §3.6.2',
    `          ├─ Why: ${ENGLISH_RULES['reject_unauth_destination']?.why}`,
    '          ├─ What was seen: where it leads: another server’s',
    '          ├─ Setting: relay_domains = [] (the default)',
    '          ├─ Setting: mynetworks = ["192.0.2.0/24"] (valija.toml, line 7)',
    `          └─ What would have changed it: ${ENGLISH_RULES['reject_unauth_destination']?.otherwise}`,
    'In the end: the message was refused, and the sender was told why.',
  ]);
});

test('the same in Spanish, in the time of the place', () => {
  const [day, first, second] = linesOf(recorded(CONNECTED, REFUSED), 'es', { timeZone: 'Europe/Madrid' });
  assert.equal(day, 'sábado, 21 de noviembre de 2026 (Europe/Madrid)');
  assert.match(first!, /^11:00:00 {2}Un cliente en 192\.0\.2\.1 .* se conectó al puerto 25/);
  assert.match(second!, /^11:00:01 {2}Examinamos el destinatario <ana@example\.com>: rechazado definitivamente\./);
});

test('a delivery is told to its end, with the way of each recipient', () => {
  const story = linesOf(recorded(...DELIVERED), 'en').join('\n');
  assert.match(story, /Way: todos@valija\.test → usuario2@valija\.test \(an alias\)/);
  assert.match(story, /2 KiB, from «ana@example\.com», with the subject «Mañana», Message-ID <1@example\.com>\./);
  assert.match(story, /We changed its header: Date was added\./);
  assert.match(story, /filed in INBOX of usuario2@valija\.test as number \(UID\) 7, 12 ms after it began/);
  assert.match(story, /In the end: the message was delivered: INBOX \(usuario2@valija\.test\)\.$/);
  assert.match(linesOf(recorded(...DELIVERED), 'es').join('\n'), /Al final: el mensaje se entregó: INBOX/);
});

test('a refusal is told as such at every stage, in both languages, and a login that failed', () => {
  for (const [stage, english, spanish] of [
    ['connection', 'We looked at the connection from', 'Examinamos el intento de conexión desde'],
    ['greeting', 'We looked at the greeting', 'Examinamos el saludo'],
    ['sender', 'We looked at the sender', 'Examinamos el remitente'],
    ['recipient', 'We looked at the recipient', 'Examinamos el destinatario'],
    ['data', 'We looked at the beginning of the message', 'Examinamos el comienzo del mensaje'],
    ['content', 'We looked at the message for', 'Examinamos el mensaje para'],
  ] as const) {
    const events = recorded(CONNECTED, { ...REFUSED, stage });
    const told = { en: linesOf(events, 'en').join('\n'), es: linesOf(events, 'es').join('\n') };
    assert.ok(told.en.includes(`${english} <ana@example.com>: refused for good.`), told.en);
    assert.ok(told.es.includes(`${spanish} <ana@example.com>: rechazado definitivamente.`), told.es);
    assert.match(told.en, /In the end: the message was refused/);
    assert.match(told.es, /Al final: el mensaje se rechazó/);
  }
  const failed: JourneyEvent = {
    ...{ kind: 'authentication-failed', login: 'ana', mechanism: 'PLAIN', reason: 'wrong-password' },
    ...{ service: 'imap', clientAddress: '192.0.2.9' },
  };
  assert.deepEqual(linesOf(recorded(failed), 'es').slice(1), [
    '10:00:00  Falló un intento de identificarse como «ana» (PLAIN), desde 192.0.2.9 en imap: la contraseña no era correcta.',
    'Al final: el cliente no pudo iniciar sesión, y no hubo mensaje.',
  ]);
});

test('what did not come to an end is told as such', () => {
  const ending = (...events: JourneyEvent[]) => linesOf(recorded(...events), 'en').at(-1);
  assert.equal(
    ending(CONNECTED, { kind: 'joined', key: 'c1' }),
    'In the end: the message is still on its way in, or the server was stopped meanwhile; nothing was promised.',
  );
  assert.equal(ending(CONNECTED), 'In the end: there was no message.');
  assert.equal(
    ending(CONNECTED, { kind: 'joined', key: 'c1' }, { kind: 'abandoned', reason: 'reset' }),
    'In the end: there was no message.',
  );
  const deferred = { ...REFUSED, stage: 'content', outcome: 'defer', rule: 'temporary_failure' } as const;
  assert.match(ending(...DELIVERED, deferred)!, /the message was put off/);
  assert.deepEqual(tellStory([], 'en').steps, []);
});

test('on a narrow terminal lines are broken between words, below one another, and colours take no room', () => {
  const painted = linesOf(recorded(CONNECTED, REFUSED), 'es', { width: 60, paint: (as, text) => `{${as}}${text}{}` });
  const lines = painted.map((line) => line.replace(/\{\w*\}/g, ''));
  assert.deepEqual(lines.slice(0, 4), [
    'sábado, 21 de noviembre de 2026 (UTC)',
    '10:00:00  Un cliente en 192.0.2.1 (su puerto 40000) se',
    '          conectó al puerto 25, la puerta por la que otros',
    '          servidores traen el correo (SMTP).',
  ]);
  assert.ok(
    lines.every((line) => line.length <= 60),
    lines.join('\n'),
  );
  assert.ok(
    lines.includes('          │  alguien lo encuentra en pocas horas') ||
      lines.some((line) => /^ {10}│ {2}\S/.test(line)),
  );
  assert.ok(painted.some((line) => line.includes('{bad}')));
});

function rulesNamedIn(folder: string): string[] {
  const url = new URL(folder, import.meta.url);
  const sources = readdirSync(url).filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^login\.ts$/.test(name));
  const named = sources.flatMap((name) =>
    [...readFileSync(new URL(name, url), 'utf8').matchAll(/'((?:[a-z]+_)+[a-z]+|permit|quota)'/g)].map(
      ([, rule]) => rule ?? '',
    ),
  );
  return [...new Set(named)];
}

test('every rule of the policy and every restriction is explained, in both languages, and none besides', () => {
  const policy = rulesNamedIn('../policy/').filter((name) => !name.endsWith('_reject_code'));
  assert.ok(policy.length > 15);
  const rules = [...new Set([...policy, ...RESTRICTION_NAMES])].sort();
  assert.deepEqual(Object.keys(ENGLISH_RULES).sort(), rules);
  assert.deepEqual(Object.keys(SPANISH_RULES).sort(), rules);
});

test('what a rule rests on is said of rules that there are, and both languages say what would have changed a refusal', () => {
  for (const rule of Object.keys(RULE_GROUNDS)) assert.ok(rule in ENGLISH_RULES, rule);
  for (const [rule, { otherwise }] of Object.entries(ENGLISH_RULES)) {
    assert.equal(otherwise === undefined, SPANISH_RULES[rule]?.otherwise === undefined, rule);
    if (/^(?:reject|defer|check)_/.test(rule)) assert.ok(otherwise, rule);
  }
});
