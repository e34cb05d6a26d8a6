import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JourneyEvent } from '#mail/journey/event.ts';
import type { ReportedSimulation } from '#mail/simulation/outcome.ts';
import type { CommandContext } from '../command-context.ts';
import { type Language, openSay } from '../texts/say.ts';
import { formatSimulation } from './simulation-view.ts';

function view(language: Language, events: readonly JourneyEvent[]): string {
  const outcome: ReportedSimulation = {
    question: {
      ...{ door: 'smtp', clientAddress: '192.0.2.7', helo: 'x', sender: 'ana@example.org', tls: false },
      ...{ recipients: ['usuario1@valija.test'], asksServices: true },
    },
    hostname: 'mail.valija.test',
    steps: [{ command: '.', replies: [], events, checks: [], complaints: [] }],
    ...{ verdict: 'accepted', rule: undefined, reply: undefined, plan: [], notes: [] },
  };
  const context = { language, say: openSay(language), paint: (_colour: string, text: string) => text };
  return formatSimulation(context as unknown as CommandContext, outcome);
}

test('what milters said is told, and what strangers wrote moves no cursor', () => {
  const events = [
    { kind: 'milter', stage: 'content', milter: 'inet:127.0.0.1:11332', wish: 'hold', reason: 'spam\x1b[2J' },
    { kind: 'milter-failed', text: 'inet:127.0.0.1:8891: refused' },
  ] as const;
  const english = view('en', events);
  assert.match(english, /inet:127\.0\.0\.1:11332 wants it set apart \(«spam/);
  assert.match(english, /A milter could not be asked: inet:127\.0\.0\.1:8891: refused/);
  assert.doesNotMatch(english, /\x1b/);
  const spanish = view('es', events);
  assert.match(spanish, /inet:127\.0\.0\.1:11332 quiere que se aparte \(«spam/);
  assert.match(spanish, /No se pudo preguntar a un milter: inet:127\.0\.0\.1:8891: refused/);
});
