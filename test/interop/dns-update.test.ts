// Dynamic updates against a real authoritative server. RFC 2136, RFC 8945.

import assert from 'node:assert/strict';
import { WorldError } from '#base/world-error.ts';
import { formatText, type PublishedRecord } from '#mail/domain-records/published-record.ts';
import { type DnsUpdateSettings, openDnsUpdates } from '#platform/dns/update.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { startKnot } from './knot-server.ts';
import { programTest } from './real-program.ts';

const world = { clock: systemClock, randomness: systemRandomness };
const SECRET = Buffer.alloc(64, 'a secret of the test').toString('base64');
const zone = { name: 'valija.test', text: 'mail A 192.0.2.1\n@ TXT "v=spf1 -all"\n@ TXT "something else"' };

function txt(name: string, text: string): PublishedRecord {
  return { name, type: 'TXT', ttlSeconds: 60, data: formatText(text) };
}

for (const algorithm of ['hmac-sha256', 'hmac-sha512'] as const) {
  programTest('knotd', `records come and go by an update signed with ${algorithm}`, async () => {
    await using knot = await startKnot({ zones: [zone], key: { name: 'valija-key', algorithm, secret: SECRET } });
    const settings = { server: knot.address, port: knot.port, keyName: 'valija-key', algorithm, secret: SECRET };
    const updates = openDnsUpdates(settings, world);
    const long = 'k'.repeat(700);
    await updates.change('valija.test', {
      add: [
        txt('_acme-challenge.valija.test', 'token'),
        txt('sel._domainkey.valija.test', long),
        { name: 'valija.test', type: 'MX', ttlSeconds: 60, data: '10 mail.valija.test.' },
        { name: '_25._tcp.mail.valija.test', type: 'TLSA', ttlSeconds: 60, data: `3 1 1 ${'ab'.repeat(32)}` },
        { name: 'valija.test', type: 'CAA', ttlSeconds: 60, data: '0 issue "letsencrypt.org"' },
        { name: '_imaps._tcp.valija.test', type: 'SRV', ttlSeconds: 60, data: '0 1 993 mail.valija.test.' },
        { name: 'mail.valija.test', type: 'AAAA', ttlSeconds: 60, data: '2001:db8::1' },
      ],
      remove: [{ name: 'valija.test', type: 'TXT', data: formatText('v=spf1 -all') }],
    });
    assert.equal(await knot.dig('_acme-challenge.valija.test', 'TXT'), '"token"');
    assert.equal((await knot.dig('sel._domainkey.valija.test', 'TXT')).replace(/[" ]/g, ''), long);
    assert.equal(await knot.dig('valija.test', 'MX'), '10 mail.valija.test.');
    assert.equal(
      (await knot.dig('_25._tcp.mail.valija.test', 'TLSA')).toLowerCase().replace(/ /g, ''),
      `311${'ab'.repeat(32)}`,
    );
    assert.equal(await knot.dig('valija.test', 'CAA'), '0 issue "letsencrypt.org"');
    assert.equal(await knot.dig('_imaps._tcp.valija.test', 'SRV'), '0 1 993 mail.valija.test.');
    assert.equal(await knot.dig('mail.valija.test', 'AAAA'), '2001:db8::1');
    assert.equal(await knot.dig('valija.test', 'TXT'), '"something else"');

    const remove = [{ name: '_acme-challenge.valija.test', type: 'TXT' } as const];
    await updates.change('valija.test', { add: [], remove });
    assert.equal(await knot.dig('_acme-challenge.valija.test', 'TXT'), '');
  });
}

programTest('knotd', 'what a server refuses is said in words, and nothing changes', async () => {
  const algorithm = 'hmac-sha256';
  await using knot = await startKnot({ zones: [zone], key: { name: 'valija-key', algorithm, secret: SECRET } });
  const right = { server: knot.address, port: knot.port, keyName: 'valija-key', algorithm, secret: SECRET } as const;
  const fails = async (settings: Partial<DnsUpdateSettings>, zoneName: string, expected: RegExp, transient = false) => {
    const updates = openDnsUpdates({ ...right, ...settings }, world);
    await assert.rejects(updates.change(zoneName, { add: [txt(`x.${zoneName}`, 'x')], remove: [] }), (error) => {
      assert.ok(error instanceof WorldError);
      assert.match(error.message, expected);
      assert.equal(error.transient, transient);
      return true;
    });
  };
  await fails({ secret: Buffer.alloc(32, 'b').toString('base64') }, 'valija.test', /\(NOTAUTH\).*BADSIG/);
  await fails({ keyName: 'another-key' }, 'valija.test', /\(NOTAUTH\).*BADKEY/);
  await fails({}, 'example.org', /\((?:NOTAUTH|REFUSED)\)/);
  const yesterday = { ...world, clock: { nowMs: () => systemClock.nowMs() - 86_400_000 } };
  await assert.rejects(
    openDnsUpdates(right, yesterday).change('valija.test', { add: [txt('x.valija.test', 'x')], remove: [] }),
    /BADTIME|seconds from now/,
  );
  assert.equal(await knot.dig('x.valija.test', 'TXT'), '');
});
