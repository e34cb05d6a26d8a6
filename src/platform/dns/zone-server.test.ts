// The name server, asked by another's resolver: c-ares, which Node brings along.

import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { openDns } from '../../../test/world/dns.ts';
import { formatQuestion } from './dns-question.ts';

const ZONE = `
@       MX 10 mail
@       CAA 0 issue "letsencrypt.org"
@       SOA ns hostmaster 7 3600 600 86400 60
mail    A 192.0.2.1
        AAAA 2001:db8::1
        TXT "one" "two"
_25._tcp.mail TLSA 3 1 1 0011
_imaps._tcp SRV 5 6 993 mail
*       CNAME mail
null    MX 0 .
1       PTR mail
`;

async function openBoth(given: Partial<Parameters<typeof openDns>[0]> = {}) {
  const dns = await openDns({ zones: { 'example.org': ZONE }, ...given });
  const cares = new Resolver({ timeout: 200, tries: 1 });
  cares.setServers([`127.0.0.1:${dns.server.port}`]);
  return { ...dns, cares };
}

const codeOf = (promise: Promise<unknown>) => promise.then(String, (error: NodeJS.ErrnoException) => error.code);

test('another resolver reads what it says', async () => {
  await using both = await openBoth();
  const { cares } = both;
  assert.partialDeepStrictEqual(await cares.resolveMx('EXAMPLE.org'), [{ priority: 10, exchange: 'mail.example.org' }]);
  assert.deepEqual(await cares.resolve4('any.example.org'), ['192.0.2.1']);
  assert.deepEqual(await cares.resolve6('mail.example.org'), ['2001:db8::1']);
  assert.deepEqual(await cares.resolveTxt('mail.example.org'), [['one', 'two']]);
  assert.equal((await cares.resolveCaa('example.org'))[0]?.issue, 'letsencrypt.org');
  assert.partialDeepStrictEqual(await cares.resolveSrv('_imaps._tcp.example.org'), [
    { name: 'mail.example.org', port: 993, priority: 5, weight: 6 },
  ]);
  assert.partialDeepStrictEqual(await cares.resolveMx('null.example.org'), [{ priority: 0, exchange: '' }]);
  assert.deepEqual(await cares.resolvePtr('1.example.org'), ['mail.example.org']);
  const soa = await cares.resolveSoa('example.org');
  assert.deepEqual([soa.serial, soa.minttl], [7, 60]);
  assert.equal(await codeOf(cares.resolve4('example.net')), 'ENOTFOUND');
  assert.equal(await codeOf(cares.resolveMx('mail.example.org')), 'ENODATA');
});

test('another resolver sees each fault as what it is', async () => {
  const faults = {
    'a.example.org': 'servfail',
    'b.example.org': 'refuse',
    'c.example.org': 'timeout',
    'd.example.org': 'truncate',
    'e.example.org A': 'malformed',
  } as const;
  await using both = await openBoth({ faults });
  const { cares, server } = both;
  const seen: unknown[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) seen.push(await codeOf(cares.resolve4(`${name}.example.org`)));
  assert.deepEqual(seen, ['ESERVFAIL', 'EREFUSED', 'ETIMEOUT', '192.0.2.1', 'EBADRESP']);
  server.setFault('A.example.org.', undefined);
  assert.deepEqual(await cares.resolve4('a.example.org'), ['192.0.2.1']);
});

test('several questions on one connection, in pieces, are answered each', async () => {
  await using both = await openBoth();
  const { server } = both;
  const framed = [1, 2, 3].map((id) => {
    const question = formatQuestion(
      { name: 'example.org', type: 'MX' },
      { id, edns: false, wantsSignatures: false, wantsRecursion: true },
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.length);
    return Buffer.concat([length, question]);
  });
  const socket = connect(server.port, '127.0.0.1');
  for (const octet of Buffer.concat(framed)) socket.write(Buffer.from([octet]));
  const ids = new Set<number>();
  let received: Buffer = Buffer.alloc(0);
  for await (const octets of socket) {
    received = Buffer.concat([received, octets as Buffer]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
      ids.add(received.readUInt16BE(2));
      received = received.subarray(2 + received.readUInt16BE());
    }
    if (ids.size === 3) break;
  }
  assert.deepEqual([...ids].sort(), [1, 2, 3]);
});
