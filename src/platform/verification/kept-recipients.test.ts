import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectingLog } from '../../../test/world/log.ts';
import { openKeptRecipients } from './kept-recipients.ts';

const ANA = { address: 'ana@relay.test', kind: 'deliverable', text: '250 Ok', heardMs: 7 } as const;

test('[C29] what was learned of recipients outlives a restart; what cannot be read is begun anew', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-verified-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'verified-recipients.json');
  const log = collectingLog();
  {
    await using first = openKeptRecipients({ file, most: 10, log });
    first.known.learn(ANA);
  }
  {
    await using second = openKeptRecipients({ file, most: 10, log });
    assert.deepEqual(second.known.find('ana@relay.test'), ANA);
  }
  assert.equal(log.lines.length, 0);
  for (const damaged of ['', '[{"address":7}]', readFileSync(file, 'utf8').slice(0, -2), '\0'.repeat(500)]) {
    writeFileSync(file, damaged);
    await using third = openKeptRecipients({ file, most: 10, log });
    assert.deepEqual(third.known.all(), []);
    third.known.learn(ANA);
  }
  assert.equal(log.lines.length, 4);
  await using last = openKeptRecipients({ file, most: 10, log });
  assert.deepEqual(last.known.all(), [ANA]);
});
