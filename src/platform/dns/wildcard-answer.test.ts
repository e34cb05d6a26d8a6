import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDns } from '../../../test/world/dns.ts';
import { isOfWildcard } from './wildcard-answer.ts';

const ZONE = `
* A 192.0.2.1
* A 192.0.2.2
own A 192.0.2.2
own A 192.0.2.1
above A 192.0.2.9
*.above A 192.0.2.8
*.aliased CNAME own
x.aliased CNAME own
`;

test('a name has what it has, even where a wildcard would answer the same', async () => {
  await using dns = await openDns({ zones: { 'valija.test': ZONE } });
  const cases = [
    ['own A', false],
    ['absent A', true],
    ['far.absent A', true],
    ['above A', false],
    ['x.above A', true],
    ['x.aliased CNAME', false],
    ['y.aliased CNAME', true],
  ] as const;
  for (const [asked, expected] of cases) {
    const [label, type] = asked.split(' ') as [string, 'A' | 'CNAME'];
    const name = `${label}.valija.test`;
    const answer = await dns.resolver.resolve(name, type);
    assert.ok(answer.kind === 'found', asked);
    assert.equal(await isOfWildcard(name, type, answer.records, dns.resolver), expected, asked);
  }
});
