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

test('[T8] no text makes a reader of the files throw', async (context) => {
  const hosts: ReturnType<typeof parseHostsFile>[] = [];
  alwaysHolds(
    context,
    fc.property(text, (content) => {
      hosts.push(parseHostsFile(content));
      assert.ok(Array.isArray(parseResolverFile(content).servers));
      const zone = parseZone({ origin: 'valija.test', text: content });
      if (!zone.ok) assert.notEqual(zone.error, '');
    }),
  );
  for (const each of hosts) assert.ok((await each).hosts instanceof Map);
});

test('a hosts file against advertisers delays nobody', async () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `0.0.0.0 ads${at}.example.org`);
  let turns = 0;
  let isRead = false;
  const count = () => {
    turns++;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  const { hosts } = await parseHostsFile(lines.join('\n'));
  isRead = true;
  assert.equal(hosts.size, lines.length);
  assert.ok(turns > 1, `${turns} turns of the event loop meanwhile`);
});
