import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkCapabilities } from './check-capabilities.ts';

function complaintsAbout(state: string, clauses: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'valija-capabilities-'));
  const others = Array.from({ length: 76 }, (_, i) => `| ${i + 2} | another | not yet |`).join('\n');
  mkdirSync(join(root, 'docs'));
  writeFileSync(
    join(root, 'docs/capabilities.md'),
    `| 1 | the first | ${state} |\n${others}\n### C1 the first\n${clauses}\n`,
  );
  writeFileSync(join(root, 'a.test.ts'), "test('[C1] it does');\n");
  try {
    return checkCapabilities(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a page is right when each clause names a test that is there', () => {
  assert.deepEqual(complaintsAbout('done', '- it does: [a](../a.test.ts) «it does»'), []);
  assert.deepEqual(complaintsAbout('partial', '- it does: [a](../a.test.ts) «it does»\n- more: no test yet'), []);
});

test('a test that is not there, a file that is not there, and a clause without a test are told', () => {
  assert.match(
    complaintsAbout('done', '- it does: [a](../a.test.ts) «it did»')[0] ?? '',
    /:79: a\.test\.ts has no test "it did"/,
  );
  assert.match(complaintsAbout('done', '- it does: [b](../b.test.ts) «it does»')[0] ?? '', /there is no b\.test\.ts/);
  assert.match(
    complaintsAbout('done', '- it does: no test yet')[0] ?? '',
    /row 1 says "done", but a clause has no test/,
  );
  assert.match(complaintsAbout('done', '- it does: perhaps')[0] ?? '', /names no test/);
  assert.match(complaintsAbout('partial', '')[0] ?? '', /names no clause/);
});
