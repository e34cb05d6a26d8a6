import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMistake, isPlainPhrase, mistake } from './mistake.ts';
import { MISTAKES_ENGLISH } from './mistakes-english.ts';
import { MISTAKES_SPANISH } from './mistakes-spanish.ts';

const gapsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** Nothing but facts and marks between them. */
const WORDLESS = ['restriction-element', 'service-override'];

test('every phrase has its facts in both languages, and words of its own in each', () => {
  const spanish: Readonly<Record<string, string>> = MISTAKES_SPANISH;
  assert.deepEqual(Object.keys(spanish).sort(), Object.keys(MISTAKES_ENGLISH).sort());
  for (const [phrase, english] of Object.entries(MISTAKES_ENGLISH)) {
    const text = spanish[phrase] ?? '';
    assert.deepEqual(gapsOf(text), gapsOf(english), phrase);
    assert.equal(text === english, WORDLESS.includes(phrase), phrase);
    assert.equal(isPlainPhrase(phrase), gapsOf(english).length === 0, phrase);
  }
});

test('a fact may be words, which are said in the same language; what it says itself is no gap', () => {
  const what = mistake('service-milter');
  const malformed = mistake('service-malformed', { name: '"{what}"', what });
  const wrong = mistake('service-path', { malformed });
  assert.equal(
    describeMistake(wrong, 'en'),
    '"{what}" is no milter; the forms are inet:HOST:PORT and unix:/PATH, where the path begins with a slash',
  );
  assert.equal(
    describeMistake(wrong, 'es'),
    '"{what}" no es un milter; las formas son inet:HOST:PUERTO y unix:/RUTA, donde la ruta empieza por una barra',
  );
});

test('a text of a user is no phrase', () => {
  for (const text of ['', 'toString', '__proto__', 'Invalid input', 'table-malformed']) {
    assert.equal(isPlainPhrase(text), false, text);
  }
});
