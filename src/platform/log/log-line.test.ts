import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatJsonLine, formatSyslogLine, formatTextLine, type LogLine, parseLogLine } from './log-line.ts';

const LINE: LogLine = {
  atMs: Date.UTC(2026, 10, 21, 10),
  host: 'mail',
  pid: 7,
  level: 'info',
  area: 'smtpd',
  text: 'connect from unknown[192.0.2.1]',
  fields: undefined,
};

test('a line has syslog form and the program words that fail2ban and pflogsumm know', () => {
  assert.equal(
    formatTextLine(LINE),
    '2026-11-21T10:00:00.000Z mail postfix/smtpd[7]: connect from unknown[192.0.2.1]\n',
  );
});

test('[C19] the machine’s log gets facility and severity, the program and its number, and adds the rest itself', () => {
  assert.equal(formatSyslogLine(LINE), '<22>postfix/smtpd[7]: connect from unknown[192.0.2.1]');
  assert.equal(formatSyslogLine({ ...LINE, level: 'warn', text: 'a\nb' }), '<20>postfix/smtpd[7]: warning: a?b');
});

test('IMAP and POP3 lines are as Dovecot writes them, our own bear our name', () => {
  assert.match(
    formatTextLine({ ...LINE, area: 'imap-login', text: 'Login: user=<a>' }),
    / dovecot\[7\]: imap-login: Login: user=<a>\n$/,
  );
  assert.match(formatTextLine({ ...LINE, area: 'valija', text: 'x' }), / valija\[7\]: x\n$/);
  assert.match(formatTextLine({ ...LINE, area: 'journal', text: 'x' }), / valija\/journal\[7\]: x\n$/);
});

test('a warning says so, once', () => {
  assert.match(formatTextLine({ ...LINE, level: 'warn', text: 'x' }), /: warning: x\n$/);
  assert.match(formatTextLine({ ...LINE, level: 'warn', text: 'warning: x' }), /: warning: x\n$/);
});

test('[T11] what a stranger sent cannot start a line of its own, nor reach the terminal as control', () => {
  const line = formatTextLine({ ...LINE, text: 'helo=<a\r\nfake line>\u001b[31m' });
  assert.equal(line.split('\n').length, 2);
  assert.ok(!line.includes('\u001b'));
  const json = formatJsonLine({ ...LINE, text: 'a', fields: { helo: 'a\u009b31m\u2028b', time: 'never' } });
  assert.doesNotMatch(json, /[\u0080-\u009f\u2028]/);
  assert.equal(JSON.parse(json).time, '2026-11-21T10:00:00.000Z');
});

test('what is written is read again, in either form', () => {
  for (const area of ['smtpd', 'imap', 'imap-login', 'pop3', 'auth', 'valija', 'journal']) {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      const said = { ...LINE, area, level, text: 'user=<a>: Logged out' };
      const read = { time: '2026-11-21T10:00:00.000Z', host: 'mail', pid: 7, level, area, text: said.text };
      assert.deepEqual(parseLogLine(formatTextLine(said).trimEnd()), read);
      assert.deepEqual(parseLogLine(formatJsonLine(said)), read);
    }
  }
});

test('what is not ours is told apart', () => {
  for (const line of [
    '',
    'hello',
    '{',
    '{}',
    '[]',
    '{"time":1}',
    '2026-11-21 mail smtpd: x',
    'x mail postfix/a[1]: x',
  ]) {
    assert.equal(parseLogLine(line), undefined, line);
  }
});

test('a JSON line is one object', () => {
  const value = JSON.parse(formatJsonLine({ ...LINE, text: 'a\nb', fields: { qid: '4X', n: 3 } }));
  assert.deepEqual(value, {
    time: '2026-11-21T10:00:00.000Z',
    level: 'info',
    area: 'smtpd',
    text: 'a?b',
    qid: '4X',
    n: 3,
    host: 'mail',
    pid: 7,
  });
});

test('a long text is cut', () => {
  assert.ok(formatTextLine({ ...LINE, text: 'x'.repeat(100_000) }).length < 5_000);
});
