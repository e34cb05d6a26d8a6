// What administrators write of destinations and of TLS, in the settings and in tables.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseDestinations } from './destination.ts';
import { parseTlsPolicy } from './tls-policy.ts';

const PIECES = [
  ...['[', ']', ':', '::1', '25', '99999', 'smtp', 'mx.example.org', ',', ' ', '\t', '\0', 'ñ', 'IPv6:', '..'],
  ...[
    'may',
    'encrypt',
    'secure',
    'fingerprint',
    'match=',
    'nexthop',
    'dot-nexthop',
    'servername=',
    'protocols=',
    '>=TLSv1',
  ],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

test('[C41] any text is destinations and a TLS policy, or says why not', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (written) => {
      const destinations = parseDestinations(written, 25);
      if (destinations.ok) assert.ok(destinations.value.length > 0);
      else assert.notEqual(destinations.error, '');
      const policy = parseTlsPolicy(written);
      if (!policy.ok) assert.notEqual(policy.error, '');
    }),
  );
});
