import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { parseMilter, parseMilterProtocol } from './service-spec.ts';

test('a milter is named as in Postfix', () => {
  const named = (text: string) => {
    const parsed = parseMilter(text);
    return parsed.ok ? [parsed.value.name, parsed.value.endpoint, parsed.value.overrides] : [parsed.error];
  };
  assert.deepEqual(named('inet:localhost:8891'), [
    'inet:localhost:8891',
    { kind: 'inet', host: 'localhost', port: 8891 },
    {},
  ]);
  assert.deepEqual(named('inet:[::1]:8891')[1], { kind: 'inet', host: '::1', port: 8891 });
  assert.deepEqual(named('unix:/run/opendkim/opendkim.sock')[1], { kind: 'unix', path: '/run/opendkim/opendkim.sock' });
  assert.deepEqual(named('local:/run/x')[1], { kind: 'unix', path: '/run/x' });
  assert.deepEqual(named('{ inet:host:1, default_action=accept, connect_timeout=5s, {command_timeout = 1m} }'), [
    'inet:host:1',
    { kind: 'inet', host: 'host', port: 1 },
    { defaultAction: 'accept', connectTimeoutMs: 5_000, commandTimeoutMs: 60_000 },
  ]);
});

test('what is no milter is told, with the right form', () => {
  const wrong: readonly [string, RegExp][] = [
    ['localhost:8891', /the forms are inet:HOST:PORT and unix:\/PATH/],
    ['inet:8891@localhost', /PORT@HOST is how milters name where they listen/],
    ['inet:localhost:0', /inet:HOST:PORT/],
    ['unix:run/x', /begins with a slash/],
    ['{ inet:a:1, default_action=maybe }', /"default_action=maybe" has no such value/],
    ['{ inet:a:1, color=blue }', /none of its settings: connect_timeout, command_timeout/],
    ['{ inet:a:1, {default_action=accept }', /braces that do not match/],
  ];
  for (const [text, pattern] of wrong) {
    const parsed = parseMilter(text);
    assert.match(parsed.ok ? '' : mistakeInEnglish(parsed.error), pattern, text);
  }
});

test('the version may go without replies to header fields', () => {
  assert.deepEqual(parseMilterProtocol('6'), { version: 6, noHeaderReply: false });
  assert.deepEqual(parseMilterProtocol('2, no_header_reply'), { version: 2, noHeaderReply: true });
  for (const text of ['', '5', '2 3', 'no_header_reply', '6 x'])
    assert.equal(parseMilterProtocol(text), undefined, text);
});
