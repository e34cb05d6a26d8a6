import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGiven, key, wantedZone } from '../../../test/world/checked-domain.ts';

const KEY = 'B'.repeat(44);

test('[C23] a key that is being tested is told, wherever its record says so', async () => {
  const cases = [
    [`v=DKIM1; k=ed25519; t=y; p=${KEY}`, 'dkim-testing'],
    [`v=DKIM1; k=ed25519; t = s : y ; p=${KEY}`, 'dkim-testing'],
    [`t=y; k=ed25519; p=${KEY}`, 'dkim-testing'],
    [`v=DKIM1; k=ed25519; t=s; n=t-y; p=${KEY}`, 'dkim-ok'],
    [`v=DKIM1; k=ed25519; t=x-y; p=${KEY}`, 'dkim-ok'],
  ] as const;
  for (const [text, expected] of cases) {
    const zone = [...wantedZone(), `s._domainkey TXT "${text}"`];
    const findings = await checkGiven({ zone, keys: [key('s', 'ed25519-sha256', KEY)] });
    const rules = findings.filter(({ check }) => check === 'dkim').map(({ rule }) => rule);
    assert.deepEqual(rules, [expected], text);
  }
});
