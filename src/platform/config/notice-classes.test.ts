import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { silentNoticeClasses } from './notice-classes.ts';

const POSTFIX_CLASSES = ['bounce', '2bounce', 'data', 'delay', 'policy', 'protocol', 'resource', 'software'];

function classesOf(names: readonly string[]) {
  const listen = '[[listen]]\nservice = "smtp"\nport = 25\n';
  const outcome = parseConfig(`notify_classes = ${JSON.stringify(names)}\n${listen}`, 'valija.toml');
  return outcome.ok ? silentNoticeClasses(outcome.value) : undefined;
}

test('each of Postfix’s notify_classes is known; those of conversations are named as silent', () => {
  assert.deepEqual(classesOf(POSTFIX_CLASSES), ['policy', 'protocol', 'resource', 'software', 'data']);
  assert.deepEqual(classesOf(['bounce', '2bounce', 'delay']), []);
  assert.equal(classesOf(['bounces']), undefined);
});
