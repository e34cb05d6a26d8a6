// What restrictions asked, told with the decision that rests on it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownFact } from '#mail/restrictions/fact.ts';
import { drawStory } from './drawn-story.ts';
import type { JourneyEvent } from './event.ts';
import { LANGUAGES, type StoryLanguage, tellStory } from './story.ts';

const LIST = 'zen.example';

function checked(known: KnownFact, subject = 'usuario1@valija.test'): JourneyEvent {
  return { kind: 'checked', stage: 'recipient', subject, ...known };
}

const REFUSED: JourneyEvent = {
  kind: 'judged',
  stage: 'recipient',
  subject: '<usuario1@valija.test>',
  outcome: 'reject',
  rule: 'reject_rbl_client',
  reply: `554 5.7.1 Service unavailable; blocked using ${LIST}`,
  facts: {},
  origin: { list: 'smtpd_recipient_restrictions', element: `reject_rbl_client ${LIST}` },
};

const LISTED: KnownFact = {
  question: { kind: 'dns', name: `1.2.0.192.${LIST}`, type: 'A' },
  answer: { kind: 'found', records: ['127.0.0.2'] },
};

function drawn(language: StoryLanguage, ...events: readonly JourneyEvent[]): string {
  const recorded = events.map((event) => ({ key: 'Q1', atMs: 0, event }));
  const story = tellStory(recorded, language, (name, element) =>
    name === 'smtpd_recipient_restrictions' && element?.includes(LIST)
      ? { value: '[…]', place: { file: 'valija.toml', line: 12 } }
      : undefined,
  );
  return drawStory(story, language).join('\n');
}

test('what was asked stands below the decision, with the entry of the list and its line', () => {
  assert.match(
    drawn('en', checked(LISTED), REFUSED),
    /├─ What was asked:\n +│ {2}└─ DNS, 1\.2\.0\.192\.zen\.example A: 127\.0\.0\.2\n +├─ Setting: smtpd_recipient_restrictions: reject_rbl_client zen\.example \(valija\.toml, line 12\)\n +└─ What would have changed it: Taking the address off/,
  );
  assert.match(
    drawn('es', checked(LISTED), REFUSED),
    /├─ Qué se preguntó:\n.*\n +├─ Ajuste: smtpd_recipient_restrictions: reject_rbl_client zen\.example \(valija\.toml, línea 12\)/,
  );
});

test('what was asked for somebody else, or before nothing was judged, is told by itself', () => {
  const other = checked(LISTED, 'usuario2@valija.test');
  assert.match(
    drawn('en', other, REFUSED),
    /^00:00:00 {2}We asked\. DNS, 1\.2\.0\.192\.zen\.example A: 127\.0\.0\.2\.$/m,
  );
});

test('every question and answer has its words in both languages; «later» is never a no', () => {
  const known: readonly KnownFact[] = [
    { question: { kind: 'client-name' }, answer: { kind: 'found', name: 'mx.example', verified: 'later' } },
    { question: { kind: 'client-name' }, answer: { kind: 'none' } },
    { question: { kind: 'dns', name: 'example', type: 'MX' }, answer: { kind: 'found', records: [''] } },
    { question: { kind: 'dns', name: 'example', type: 'MX' }, answer: { kind: 'no-such-name' } },
    {
      question: { kind: 'table', table: 'hash:x', keys: ['a', 'b'] },
      answer: { kind: 'found', key: 'b', value: 'OK' },
    },
    { question: { kind: 'table', table: 'hash:x', keys: ['a'] }, answer: { kind: 'none' } },
    { question: { kind: 'policy-service', service: 'unix:x' }, answer: { kind: 'action', action: 'DUNNO' } },
    { question: { kind: 'greylist' }, answer: { kind: 'wait', seconds: 300 } },
    { question: { kind: 'listed', which: 'sender' }, answer: { kind: 'unlisted', where: '' } },
    { question: { kind: 'verified', which: 'recipient' }, answer: { kind: 'undeliverable', reason: '550 no' } },
    { question: { kind: 'sender-class' }, answer: { kind: 'found', addressClass: 'hosted' } },
    { question: { kind: 'sender-owners' }, answer: { kind: 'found', accounts: [] } },
    { question: { kind: 'pause', seconds: 3 }, answer: { kind: 'over' } },
    { question: { kind: 'greylist' }, answer: { kind: 'later', reason: 'timeout' } },
  ];
  assert.deepEqual(known.map(LANGUAGES.en.check), [
    'The client’s name in the DNS (PTR): mx.example, and nobody says now whether it leads back',
    'The client’s name in the DNS (PTR): there is none',
    'DNS, example MX: it takes no mail',
    'DNS, example MX: there is no such name',
    'Table hash:x, asked for a, b: «b» has «OK»',
    'Table hash:x, asked for a: it has none of these',
    'Policy service unix:x: «DUNNO»',
    'Has this client brought mail from this sender to this recipient before: no; it may come again in 300 s',
    'Is the sender an address of ours: no',
    'Would its own server take the recipient: no: 550 no',
    'Whose mail is that of the sender’s domain: hosted',
    'Whose address is the sender: nobody’s here',
    'A pause of 3 s: it is over',
    'Has this client brought mail from this sender to this recipient before: no answer now (timeout)',
  ]);
  const spanish = known.map(LANGUAGES.es.check);
  assert.equal(new Set(spanish).size, known.length);
  assert.match(spanish.at(-1) ?? '', /sin respuesta por ahora \(timeout\)$/);
});
