// The words behind `mail`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMailArguments } from './arguments.ts';

function parsed(...argv: readonly string[]) {
  const request = parseMailArguments(argv);
  return request.ok ? request.value : request.error.key;
}

function fields(...argv: readonly string[]) {
  const request = parseMailArguments(argv);
  assert.ok(request.ok, argv.join(' '));
  return request.value;
}

test('[C15] options of bsd-mailx and mailutils, before and behind the addresses', () => {
  const { to, subject, cc, bcc, from, attachments, variables } = fields(
    ...['ana', '-Es', 'x', '-c', 'beto', '-bcarla', '-r', 'yo@example.org', '-A', 'foto.png', '--', '-dora'],
  );
  assert.deepEqual([to, subject, cc, bcc, from], [['ana', '-dora'], 'x', ['beto'], ['carla'], 'yo@example.org']);
  assert.deepEqual([attachments, variables], [['foto.png'], ['skipempty']]);
  assert.deepEqual([fields('-f').folder, fields('-f', 'box').folder, fields('-f', '-N').folder], ['&', 'box', '&']);
  assert.deepEqual(
    [fields('-H').only, fields('-eu', 'ana').only, fields().only],
    ['list', 'whether-there-is-mail', undefined],
  );
  assert.deepEqual(fields('-IinNv').variables, ['ignore', 'noheader', 'verbose']);
});

test('what contradicts itself is refused', () => {
  assert.equal(parsed('-s', 'x'), 'mail.recipients-needed');
  assert.equal(parsed('-f', 'box', 'ana'), 'mail.file-and-people');
  assert.equal(parsed('-Q'), 'mail.unknown-option');
  assert.equal(parsed('-s'), 'mail.value-missing');
  assert.equal(parsed('-a', 'X-A: 1\nBcc: everybody@example.net', 'ana'), 'mail.bad-field');
  assert.equal(parsed('-a', 'foto.png', 'ana'), 'mail.bad-field');
});
