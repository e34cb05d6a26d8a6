import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPasswdLines } from './passwd-lines.ts';

test('[C68] a passwd-file of an editor of Windows is read as any other', async () => {
  const warnings: string[] = [];
  const reading = { path: 'passwd', domain: 'valija.test', warn: (text: string) => warnings.push(text) };
  for (const first of ['# ana:{PLAIN}of before', 'ana:{PLAIN}x']) {
    const { accounts } = await readPasswdLines(`\ufeff${first}\r\neva:{PLAIN}y\r\n`, reading);
    const expected = first.startsWith('#') ? ['eva@valija.test'] : ['ana@valija.test', 'eva@valija.test'];
    assert.deepEqual([...accounts.keys()], expected);
    assert.deepEqual(accounts.get('eva@valija.test')?.get('password'), ['{PLAIN}y']);
  }
  assert.deepEqual(warnings, []);
});
