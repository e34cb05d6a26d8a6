import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import { judgeMessage } from './judge-message.ts';

const name = fc.constantFrom(
  'From',
  'DKIM-Signature',
  'ARC-Seal',
  'ARC-Message-Signature',
  'ARC-Authentication-Results',
);
const piece = fc.constantFrom(
  ...['v=1', 'a=rsa-sha256', 'd=example.org', 's=s1', 'h=from', 'bh=', 'b=', 'l=-1', 'i=1', 'i=99', 'cv=pass', 't=x'],
  ...['; ', ';;', '=', '"', '(', '<', '@', ',', ':', '\r\n ', '\0', 'ñ', '__proto__=1', 'constructor', 'a@example.org'],
);
const field = fc
  .tuple(name, fc.array(piece, { maxLength: 20 }))
  .map(([key, pieces]) => `${key}: ${pieces.join('')}\r\n`);
const message = fc
  .tuple(fc.array(field, { maxLength: 8 }), fc.string())
  .map(([fields, body]) => `${fields.join('')}\r\n${body}`);

const term = fc.constantFrom(
  ...['v=spf1', 'v=DMARC1', 'v=DKIM1', 'a', 'mx', 'ptr', '-all', 'include:example.org', 'redirect=example.org'],
  ...[
    'exists:%{i}.%{l1r-}.example.org',
    '%{',
    'ip4:1.2.3',
    'p=reject',
    'p=',
    'sp=none',
    'psd=y',
    'k=ed25519',
    '\0',
    '=',
  ],
);
const text = fc
  .tuple(fc.array(term, { maxLength: 8 }), fc.constantFrom(' ', '; '))
  .map(([terms, by]) => terms.join(by));
const answer = fc.oneof(
  fc.array(text, { minLength: 1, maxLength: 3 }),
  fc.constantFrom('no-such-name' as const, 'no-data' as const, 'failed' as const),
);

/** Whatever is asked, the next of these is the answer. */
function answersOf(given: readonly (string[] | 'no-such-name' | 'no-data' | 'failed')[]) {
  let at = 0;
  return async (asked: string, type: DnsType): Promise<DnsAnswer<DnsType>> => {
    const next = given[at++ % given.length] ?? 'no-data';
    if (next === 'failed') return { kind: 'failed', reason: 'servfail' };
    if (typeof next === 'string') return { kind: next, isAuthenticated: false };
    const records = type === 'MX' ? next.map((exchange) => ({ preference: 10, exchange })) : next;
    const found = { kind: 'found', records, canonicalName: asked, ttlSeconds: 1, isAuthenticated: false };
    return found as DnsAnswer<DnsType>;
  };
}

test('[T36] whatever the message and the DNS say, there are findings, and a pass needs a proof', async () => {
  const inputs = fc.asyncProperty(
    message,
    fc.array(answer, { minLength: 1, maxLength: 6 }),
    async (octets, answers) => {
      const question = {
        clientAddress: '192.0.2.1',
        helo: 'x.example',
        reversePath: 'a@example.org',
        receiver: 'here',
      };
      const stream = (async function* () {
        yield Buffer.from(octets);
      })();
      const { spf, dkim, dmarc } = await judgeMessage(question, stream, answersOf(answers));
      assert.ok(dkim.every(({ result }) => result !== 'pass'));
      if (dmarc.result === 'pass') assert.equal(spf.result, 'pass');
    },
  );
  await fc.assert(inputs, { numRuns: 300 });
});
