import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionPair } from './connection-pair.ts';
import { matchesPattern, runDialog } from './dialog.ts';
import { parseDialog } from './dialog-language.ts';

/** Greets, echoes lines in capitals, does TLS on `STARTTLS`, closes on `QUIT`. */
async function shout(server: ReturnType<typeof connectionPair>['server']): Promise<void> {
  await server.write('220 hello\r\n');
  let text = '';
  for (;;) {
    const chunk = await server.read(1000);
    if (chunk === undefined) return server.close();
    text += chunk.toString('latin1');
    for (let lf = text.indexOf('\n'); lf !== -1; lf = text.indexOf('\n')) {
      const line = text.slice(0, lf).replace(/\r$/, '');
      text = text.slice(lf + 1);
      await server.write(`250-more\r\n250 ${line.toUpperCase()}\r\n`);
      if (line === 'QUIT') return server.close();
      if (line !== 'STARTTLS') continue;
      text = '';
      await server.startTls();
    }
  }
}

const play = (text: string, timeoutMs = 1000) =>
  runDialog(
    parseDialog(text, 'x.dialog'),
    () => {
      const { server, client } = connectionPair();
      void shout(server);
      return client;
    },
    { timeoutMs },
  );

test('a dialog plays: lines, patterns, octets, skipping, silence, TLS, closing', () =>
  play(`# Title
S: 220 hello
C: one
S: 250-more
S: 250 ONE
C+ t\\x77o\\r\\n
S~ 250-*
S~ 250 *O
QUIET 20
C: three
S...
S: 250 THREE
C+ STARTTLS\\r\\nINJECTED\\r\\n
S...
S: 250 STARTTLS
TLS
QUIET 20
C: QUIT
S+ 250-more\\r\\n250 QUIT\\r\\n
CLOSED
`));

test('several clients have a connection each', () =>
  play('# Two\n1> S: 220 hello\n2> S: 220 hello\n2> C: b\nC: a\nS...\nS: 250 A\n2> S...\n2> S: 250 B\n2> QUIET 10\n'));

test('differences name file, line, what was expected and what came', async () => {
  await assert.rejects(play('# T\n\nS: 221 bye'), /^Error: x\.dialog:3: expected 221 bye\n {5}got 220 hello$/);
  await assert.rejects(play('# T\nS~ 221*'), /x\.dialog:2/);
  await assert.rejects(play('# T\nS+ 221'), /x\.dialog:2: expected "221"\n {5}got "220"/);
  await assert.rejects(play('# T\nQUIET 10'), /expected silence/);
  await assert.rejects(play('# T\nS: 220 hello\nCLOSED', 30), /x\.dialog:3: nothing came in time/);
  await assert.rejects(play('# T\nS...\nS: 221 never', 30), /x\.dialog:3: expected 221 never\n {5}but nothing came/);
  await assert.rejects(play('# T\nS: 220 hello\nCLOSE\nS: more'), /but the server closed/);
});

test('a line that is not of the language is refused, and so is a file without a title', () => {
  assert.throws(() => parseDialog('# T\nc: NOOP', 'y.dialog'), /y\.dialog:2: not a line/);
  assert.throws(() => parseDialog('# T\nC+ \\q', 'y.dialog'), /unknown escape/);
  assert.throws(() => parseDialog('C: NOOP', 'y.dialog'), /begins with its title/);
});

test('patterns have wildcards and nothing else', () => {
  for (const [pattern, line, expected] of [
    ['250 *', '250 ok', true],
    ['250 *', '250', false],
    ['*', '', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['aa*aa', 'aaa', false],
    ['\\* OK [*] *', '* OK [X] y', true],
    ['\\* OK', 'x OK', false],
    ['a.c', 'abc', false],
  ] as const) {
    assert.equal(matchesPattern(pattern, line), expected, `${pattern} / ${line}`);
  }
});
