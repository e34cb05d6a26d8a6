// What stands in /etc/hosts, /etc/resolv.conf and zone files may be anything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseHostsFile } from './hosts-file.ts';
import { parseResolverFile } from './resolver-file.ts';
import { parseZone } from './zone-file.ts';

const WORDS = [
  ...['127.0.0.1', '::1', 'fe80::1%eth0', '256.0.0.1', 'localhost', 'mail.valija.test', 'ñ.test', '*', '.', '..', '@'],
  ...['nameserver', 'options', 'ndots:99999', 'timeout:-1', 'attempts:x', 'search', 'edns0', '#', ';'],
  ...['$ORIGIN', '$TTL', '3600', 'IN', 'A', 'AAAA', 'MX', '10', 'TXT', '"a b"', '"', '(', ')', 'SOA', 'CNAME', 'TLSA'],
  ...['a'.repeat(64), '\\', '\\300', '\n', '\r\n', '\t', ' ', '\0'],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('[T8] no text makes a reader of the files throw', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (content) => {
      assert.ok(parseHostsFile(content).hosts instanceof Map);
      assert.ok(Array.isArray(parseResolverFile(content).servers));
      const zone = parseZone({ origin: 'valija.test', text: content });
      if (!zone.ok) assert.notEqual(zone.error, '');
    }),
  );
});
