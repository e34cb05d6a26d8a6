import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitFile } from './unit-file.ts';

test('the unit of the package starts the program that set the server up, wherever it lies', () => {
  const { name, text } = unitFile('/opt/my valija/100%/bin/valija', '/etc/valija/valija.toml');
  assert.equal(name, 'postfix@-.service');
  assert.match(
    text,
    /^ExecStart="\/opt\/my valija\/100%%\/bin\/valija" serve --config "\/etc\/valija\/valija\.toml"$/m,
  );
  assert.match(text, /^Type=notify$/m);
});
