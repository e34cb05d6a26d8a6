import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { planForwards } from './forward-plan.ts';

const home = mkdtempSync(join(tmpdir(), 'valija-forward-'));
after(() => rmSync(home, { recursive: true }));

const OWNER = { home, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, user: 'usuario1' };
const QUESTION = { ...OWNER, recipient: 'usuario1@valija.test', delimiter: '+', extension: undefined };

test('[C33] more addresses than an answer has room for are refused before anything is done', async () => {
  const addresses = Array.from({ length: 900 }, (_, i) => `${'usuario'.repeat(8)}${i}@example.org`);
  for (const lines of [addresses, [`${'u'.repeat(40_000)}@example.org`]]) {
    writeFileSync(join(home, '.forward'), [...lines, '\\usuario1', ''].join('\n'), { mode: 0o644 });
    const plan = await planForwards(QUESTION);
    assert.deepEqual(!plan.ok && [plan.error.kind, plan.error.status], ['deferred', '4.3.5']);
    assert.match(plan.ok ? '' : plan.error.text, /^addresses of more than 32768 octets/);
  }
  writeFileSync(join(home, '.forward'), addresses.slice(0, 400).join('\n'), { mode: 0o644 });
  const plan = await planForwards(QUESTION);
  assert.deepEqual(plan.ok && [plan.value.addresses.size, plan.value.keepsCopy], [400, false]);
});
