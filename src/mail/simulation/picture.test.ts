import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulationOutcome, SimulationStep } from './outcome.ts';
import { drawSimulation } from './picture.ts';

function outcomeOf(recipients: readonly string[]): SimulationOutcome {
  const step = (command: string, code: number): SimulationStep => {
    const replies = [{ code, enhanced: '2.0.0', lines: ['Ok'] }];
    return { command, replies, events: [], checks: [{ rule: 'quota', outcome: 'silent' }], complaints: [] };
  };
  return {
    question: {
      ...{ door: 'smtp', clientAddress: '192.0.2.7', helo: 'x', sender: 'ana@example.org', tls: false },
      ...{ recipients, asksServices: false },
    },
    hostname: 'mail.valija.test',
    steps: [...recipients.map((recipient) => step(`RCPT TO:<${recipient}>`, 250)), step('.', 450)],
    verdict: 'deferred',
    rule: 'quota',
    reply: { code: 450, enhanced: '4.2.2', lines: ['full'] },
    plan: [],
  };
}

test('a picture is one well-formed document with the words of its language', () => {
  const picture = drawSimulation(outcomeOf(['a"&<b>@example.org']), 'es');
  assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(picture, /Tendría que volver más tarde, por la regla quota/);
  assert.match(picture, /a&quot;&amp;&lt;b&gt;@example\.org/);
  const opened = picture.match(/<(?:svg|title|style|text)\b/g)?.length;
  assert.equal(picture.match(/<\/(?:svg|title|style|text)>/g)?.length, opened);
  assert.match(picture, /prefers-color-scheme:dark/);
});

test('what is thrown away is drawn as such', () => {
  const outcome = { ...outcomeOf(['usuario1@valija.test']), plan: [{ kind: 'discard' }] } as const;
  assert.match(drawSimulation(outcome, 'es'), /se descarta \(DISCARD\)/);
});

test('what milters said is drawn, in both languages', () => {
  const events = [
    { kind: 'milter', stage: 'content', milter: 'inet:127.0.0.1:11332', wish: 'hold', reason: 'spam' },
    { kind: 'milter-failed', text: 'inet:127.0.0.1:8891: refused' },
  ] as const;
  const outcome = outcomeOf(['bob@example.net']);
  const draw = (language: 'en' | 'es') => {
    return drawSimulation({ ...outcome, steps: outcome.steps.map((step) => ({ ...step, events })) }, language);
  };
  assert.match(draw('en'), /inet:127\.0\.0\.1:11332 wants it set apart \(«spam»\)/);
  assert.match(draw('es'), /inet:127\.0\.0\.1:11332 quiere .*«spam»/);
  assert.match(draw('en'), /A milter could not be asked: inet:127\.0\.0\.1:8891/);
  assert.match(draw('es'), /No se pudo preguntar a un milter: inet:127\.0\.0\.1:8891/);
});

test('what is held is drawn as such, in both languages', () => {
  const end = { kind: 'queue', recipient: 'bob@example.net', nextHop: 'smtp:example.net' } as const;
  const draw = (language: 'en' | 'es', held: boolean) => {
    const plan = [held ? { ...end, held: true as const } : end];
    return drawSimulation({ ...outcomeOf(['bob@example.net']), plan }, language);
  };
  assert.match(draw('es', true), /row later"[^>]*>bob@example\.net → cola → smtp:example\.net<.*se retiene \(HOLD\)/);
  assert.match(draw('en', true), /it is held \(HOLD\)/);
  assert.doesNotMatch(draw('en', false), /HOLD/);
});

test('of a thousand recipients the picture draws some, counts the others, and shows the end', () => {
  const recipients = Array.from({ length: 1_000 }, (_, i) => `user${i}@example.org`);
  const picture = drawSimulation(outcomeOf(recipients), 'en');
  assert.match(picture, /user0@/);
  assert.doesNotMatch(picture, /user500@/);
  assert.match(picture, /… and 961 more/);
  assert.ok(picture.length < 100_000);
});
