// Whatever a stranger chose for a name, what is written on top of the message is two fields that say what was found and
// nothing else: read here by the grammar of RFC 8601 §2.2, not by the code that wrote them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { sessionAt } from '../../../test/world/acceptance-house.ts';
import { formatAuthenticationTrace } from './authentication-trace.ts';

const NAMES = { authservId: 'mail.valija.test', myhostname: 'mail.valija.test' };
const CLIENT = '192.0.2.1';

/** What would end a value, a comment, a line or a field, were it written as it is. */
const EVIL = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        '\r\n\r\n',
        '\r\nX-Evil: 1',
        '"',
        '\\',
        '\\"',
        '(',
        ')',
        '((',
        ';',
        ';\r\n\t',
        '=',
      ),
      fc.constantFrom(
        '; dkim=pass',
        ' dmarc=pass (x',
        '\0',
        '\t',
        ' ',
        'a',
        'example.org',
        'ñ',
        '\u2028',
        '\u{1f4eb}',
        'x'.repeat(400),
      ),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

interface Chosen {
  readonly helo: string;
  readonly sender: string;
  readonly domain: string;
  readonly selector: string;
  readonly identity: string;
  readonly reason: string;
  readonly mechanism: string;
}

const CHOSEN: fc.Arbitrary<Chosen> = fc.record({
  helo: EVIL,
  sender: EVIL,
  domain: EVIL,
  selector: EVIL,
  identity: EVIL,
  reason: EVIL,
  mechanism: EVIL,
});

function trace({ helo, sender, domain, selector, identity, reason, mechanism }: Chosen): string {
  const findings: AuthenticationFindings = {
    spf: {
      result: 'fail',
      identity: 'mailfrom',
      domain,
      mechanism,
      explanation: reason,
      reason,
      lookups: 1,
      voidLookups: 0,
    },
    dkim: [
      {
        result: 'fail',
        domain,
        selector,
        algorithm: reason,
        identity,
        signature: selector,
        aligned: false,
        unsignedOctets: 0,
        reason,
      },
      {
        result: 'neutral',
        domain,
        selector,
        algorithm: '',
        identity,
        signature: '',
        aligned: false,
        unsignedOctets: 0,
        reason: undefined,
      },
    ],
    unverifiedSignatures: 0,
    dmarc: {
      result: 'fail',
      domain,
      policyDomain: domain,
      policy: 'reject',
      record: reason,
      alignedSpf: undefined,
      alignedDkim: undefined,
      reason,
    },
    arc: { result: 'fail', sets: [], reason },
    answers: [],
  };
  const policy = {
    spf_fail_action: 'accept',
    dmarc_policy_enforcement: true,
    authentication_temporary_error: 'accept',
    trusted_arc_sealers: [],
  } as const;
  const reversePath = { localPart: sender, domain } as never;
  const session = { ...sessionAt('smtp'), helo };
  return formatAuthenticationTrace(
    { queueId: 'ID', clientAddress: CLIENT, findings, policy },
    { session, reversePath },
    NAMES,
    'INBOX',
  );
}

test('[T1] [C31] no name of a stranger writes a field, a line, a method or a result of its own', () => {
  fc.assert(
    fc.property(CHOSEN, (chosen) => {
      const text = trace(chosen);
      const fields = text.split(/\r\n(?![ \t])/);
      assert.deepEqual(
        fields.map((field) => field.split(':')[0]),
        ['Authentication-Results', 'Received-SPF', ''],
      );
      for (const line of text.split('\r\n')) assert.match(line, /^(?!\s+$)[\t\x20-\x7e\u{80}-\u{10ffff}]*$/u);
      assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n\0]/);
      const bare = withoutQuotes(fields[0] ?? '');
      assert.deepEqual(
        [...bare.matchAll(/;\s*([a-z]+)=([a-z]+)/g)].map(([, method, result]) => `${method}=${result}`),
        ['dmarc=fail', 'spf=fail', 'dkim=fail', 'dkim=neutral', 'arc=fail'],
      );
      assert.match(withoutQuotes(fields[1] ?? ''), /^Received-SPF:\s+fail\s+receiver=mail\.valija\.test;/);
    }),
    { numRuns: 2_000 },
  );
});

/** Quoted strings become one letter, and comments nothing; a quote or a comment that does not end is an error. */
function withoutQuotes(field: string): string {
  let bare = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < field.length; at++) {
    const character = field.charAt(at);
    if ((isQuoted || depth > 0) && character === '\\') at++;
    else if (isQuoted) isQuoted = character !== '"';
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth > 0) continue;
    else if (character === '"') {
      isQuoted = true;
      bare += 'q';
    } else bare += character;
    assert.ok(depth >= 0, field);
  }
  assert.ok(!isQuoted && depth === 0, field);
  return bare;
}
