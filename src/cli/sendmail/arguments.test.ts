// The words of `sendmail`, as Postfix reads them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PostRequest, parseSendmailArguments } from './arguments.ts';

const PLAIN: PostRequest = {
  mode: 'post',
  sender: undefined,
  fullName: undefined,
  fromHeader: false,
  dotEnds: true,
  notify: undefined,
  ret: undefined,
  envid: undefined,
  isWatched: false,
  recipients: [],
};

const words = (line: string) => (line === '' ? [] : line.split(' '));

test('[C14] options of a delivery', () => {
  const table: readonly (readonly [line: string, expected: Partial<PostRequest>])[] = [
    ['root', { recipients: ['root'] }],
    ['-t', { fromHeader: true }],
    ['-t -i', { fromHeader: true, dotEnds: false }],
    ['-ti', { fromHeader: true, dotEnds: false }],
    ['-t -oi', { fromHeader: true, dotEnds: false }],
    ['-oem -oi -bm -- -root', { dotEnds: false, recipients: ['-root'] }],
    [
      '-FCronDaemon -i -odi -oem -oi -t -f usuario1',
      { fullName: 'CronDaemon', dotEnds: false, fromHeader: true, sender: 'usuario1' },
    ],
    ['-fusuario1@valija.test root', { sender: 'usuario1@valija.test', recipients: ['root'] }],
    ['-r usuario1 root', { sender: 'usuario1', recipients: ['root'] }],
    [
      '-N success,failure -R hdrs -V Q1 root',
      { notify: ['SUCCESS', 'FAILURE'], ret: 'HDRS', envid: 'Q1', recipients: ['root'] },
    ],
    ['-N never root', { notify: ['NEVER'], recipients: ['root'] }],
    ['-B 8BITMIME -G -U -A c -L tag -O x=y -h 5 -p ESMTP -m -e -x -c -om -o7 root', { recipients: ['root'] }],
    ['-v root', { isWatched: true, recipients: ['root'] }],
    // What stands behind the first recipient is no option, as with Postfix.
    ['root -t', { recipients: ['root', '-t'] }],
  ];
  for (const [line, expected] of table) {
    const parsed = parseSendmailArguments(words(line));
    assert.ok(parsed.ok, line);
    assert.deepEqual(parsed.value, { ...PLAIN, configFile: undefined, warnings: [], ...expected }, line);
  }
  const empty = parseSendmailArguments(['-f', '', 'root']);
  assert.ok(empty.ok && empty.value.mode === 'post' && empty.value.sender === '');
});

test('[C14] other modes', () => {
  const table: readonly (readonly [line: string, expected: object])[] = [
    ['-bp', { mode: 'commands', commands: [['mailq']] }],
    ['-bi', { mode: 'commands', commands: [['newaliases']] }],
    ['-I', { mode: 'commands', commands: [['newaliases']] }],
    ['-q', { mode: 'commands', commands: [['queue', 'flush']] }],
    ['-q -v', { mode: 'commands', commands: [['queue', 'flush']] }],
    ['-qRexample.org', { mode: 'commands', commands: [['queue', 'retry', '--domain', 'example.org']] }],
    ['-qI4XyZ123456z0Abc', { mode: 'commands', commands: [['queue', 'retry', '--', '4XyZ123456z0Abc']] }],
    ['-q1h', { mode: 'nothing' }],
    ['-bh', { mode: 'nothing' }],
    ['-bs', { mode: 'smtp' }],
    [
      '-bv root usuario2',
      {
        mode: 'commands',
        commands: [
          ['route', 'root'],
          ['route', 'usuario2'],
        ],
      },
    ],
    [
      '-C /etc/valija/valija.toml -bp',
      { mode: 'commands', commands: [['mailq']], configFile: '/etc/valija/valija.toml' },
    ],
  ];
  for (const [line, expected] of table) {
    const parsed = parseSendmailArguments(words(line));
    assert.ok(parsed.ok, line);
    assert.partialDeepStrictEqual(parsed.value, expected, line);
  }
});

test('[C14] what is wrong is said', () => {
  const table: readonly (readonly [line: string, key: string])[] = [
    ['-Z', 'sendmail.unknown-option'],
    ['-f', 'sendmail.value-missing'],
    ['-n', 'sendmail.unsupported'],
    ['-XV', 'sendmail.unsupported'],
    ['-bz', 'sendmail.unsupported'],
    ['-bd', 'sendmail.no-daemon'],
    ['-bD', 'sendmail.unsupported'],
    ['-B 9BIT root', 'sendmail.bad-body'],
    ['-qS', 'sendmail.unsupported'],
    ['-qR', 'sendmail.queue-run-word-missing'],
    ['-bp root', 'sendmail.no-operands'],
    ['-bp -t', 'sendmail.header-only-for-delivery'],
    ['-bv -t', 'sendmail.not-with'],
    ['-bv', 'sendmail.no-recipients'],
  ];
  for (const [line, key] of table) {
    const parsed = parseSendmailArguments(words(line));
    assert.ok(!parsed.ok, line);
    assert.equal(parsed.error.key, key, line);
  }
});

test('a report that cannot be asked for is warned of, and the mail goes', () => {
  for (const line of ['-N always', '-N never,success', '-R body', '-V ñ', `-V ${'x'.repeat(101)}`]) {
    const parsed = parseSendmailArguments([...words(line), 'root']);
    assert.ok(parsed.ok, line);
    assert.equal(parsed.value.warnings.length, 1, line);
    assert.partialDeepStrictEqual(parsed.value, { notify: undefined, ret: undefined, envid: undefined });
  }
});
