import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublishedRecord } from '#mail/domain-records/published-record.ts';
import type { Publication } from '#mail/ports/domain-advisor.ts';
import type { CommandContext } from '../command-context.ts';
import { openSay } from '../texts/say.ts';
import { formatPublication } from './publication-view.ts';

const POLICY: PublishedRecord = { name: '_dmarc.a.test', type: 'TXT', ttlSeconds: 300, data: '"v=DMARC1; p=reject"' };
const HOST: PublishedRecord = { name: 'mail.b.test', type: 'A', ttlSeconds: 300, data: '192.0.2.1' };
const NOTHING: Publication = {
  ...{ server: '192.0.2.53', zone: 'a.test', isDone: false },
  ...{ add: [], remove: [], conflicts: [], elsewhere: [], kept: [] },
};

function linesOf(publication: Partial<Publication>, language: 'en' | 'es' = 'en'): string[] {
  const context = { say: openSay(language), paint: (_: string, text: string) => text } as unknown as CommandContext;
  return formatPublication(context, { ...NOTHING, ...publication }).split('\n');
}

test('[C25] what is kept of a DMARC record is told before a change, after it, and where there is none', () => {
  const kept = [{ name: '_dmarc.a.test', isAbove: false, tags: ['p=reject', 'rua=mailto:x@b.test'] }];
  const told = 'Kept of the DMARC record at _dmarc.a.test: p=reject; rua=mailto:x@b.test';
  for (const given of [{}, { add: [POLICY] }, { add: [POLICY], isDone: true }])
    assert.equal(linesOf({ ...given, kept }).at(-1), told);
  assert.equal(
    linesOf({ kept }, 'es').at(-1),
    'Se conserva del registro DMARC de _dmarc.a.test: p=reject; rua=mailto:x@b.test',
  );
  const above = [{ name: '_dmarc.test', isAbove: true, tags: ['p=reject'] }];
  assert.match(linesOf({ kept: above }).at(-1) ?? '', /^As strict as the DMARC record at _dmarc\.test, .*: p=reject$/);
});

test('what others wrote into their record does nothing to the screen', () => {
  const kept = [{ name: '_dmarc.a.test', isAbove: false, tags: ['x=\u001b[2J'] }];
  assert.equal(linesOf({ kept }).join('').includes('\u001b'), false);
});

test('what is missing in another zone is told, also where this one has all', () => {
  assert.deepEqual(linesOf({ elsewhere: [HOST] }), [
    'The zone a.test has all of it already.',
    'Not seen in its zone, which is another one; to be published there: mail.b.test. 300 IN A 192.0.2.1',
  ]);
});
