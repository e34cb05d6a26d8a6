import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { DnsUpdates } from '#platform/dns/update.ts';
import { type GivenRecords, givenAnswers } from '../../../test/world/given-answers.ts';
import { zoneTextRecords } from './zone-text-records.ts';

const ASKED = '_acme-challenge.mail.valija.test';
const ZONES = { 'valija.test NS': ['ns.valija.test'], 'acme.example NS': ['ns.acme.example'] };
const DELEGATED = { ...ZONES, [`${ASKED} CNAME`]: ['x.acme.example'] };

function given(records: GivenRecords, refusal?: WorldError) {
  const changes: string[] = [];
  const updates: DnsUpdates = {
    async change(zone, { add, remove }) {
      if (refusal !== undefined) throw refusal;
      for (const record of add) changes.push(`${zone}: + ${record.name} ${record.data}`);
      for (const record of remove) changes.push(`${zone}: - ${record.name} ${record.data}`);
    },
  };
  const table = { ...records };
  const resolver = { resolve: (name, type) => givenAnswers(table)(name, type) } as Resolver;
  return { changes, table: table as Record<string, GivenRecords[string]>, records: zoneTextRecords(updates, resolver) };
}

test('[C51] the text of a challenge is put at its name, in the nearest zone', async () => {
  for (const [zone, others] of [
    ['valija.test', {}],
    [ASKED, { [`${ASKED} NS`]: ['ns.acme.example'] }],
  ] as const) {
    const { records, changes } = given({ ...ZONES, ...others });
    const placed = await records.add(ASKED, 'k');
    await placed.remove();
    assert.deepEqual(changes, [`${zone}: + ${ASKED} "k"`, `${zone}: - ${ASKED} "k"`]);
  }
});

test('[C51] a delegated challenge is put where its aliases end, and taken from there whatever they say then', async () => {
  const { records, changes, table } = given({ ...DELEGATED, 'x.acme.example CNAME': ['Y.acme.example'] });
  const placed = await records.add(ASKED, 'k');
  delete table[`${ASKED} CNAME`];
  await placed.remove();
  assert.equal(placed.name, 'y.acme.example');
  assert.deepEqual(changes, ['acme.example: + y.acme.example "k"', 'acme.example: - y.acme.example "k"']);
});

test('[C51] what a wildcard answers delegates nothing: a text at the name itself is found', async () => {
  const below = { [`_nobody.${ASKED} CNAME`]: ['x.acme.example'] };
  const { records, changes } = given({ ...DELEGATED, ...below });
  await records.add(ASKED, 'k');
  assert.deepEqual(changes, [`valija.test: + ${ASKED} "k"`]);
});

test('[C51] aliases in a circle, too many of them, and a silent DNS are told, and nothing is changed', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [`x${at}.acme.example CNAME`, [`x${at + 1}.acme.example`]]),
  );
  const cases: readonly (readonly [GivenRecords, RegExp])[] = [
    [
      { ...DELEGATED, 'x.acme.example CNAME': [ASKED] },
      /CNAME record of x\.acme\.example leads back to _acme-challenge/,
    ],
    [{ ...ZONES, [`${ASKED} CNAME`]: [ASKED] }, /leads back/],
    [{ ...ZONES, ...chain, [`${ASKED} CNAME`]: ['x0.acme.example'] }, /more than 8 CNAME records follow one another/],
    [{ ...DELEGATED, 'x.acme.example CNAME': 'timeout' }, /CNAME record of x\.acme\.example: timeout/],
    [{ [`${ASKED} CNAME`]: ['x.nobody.example'] }, /zone of x\.nobody\.example: none is found/],
  ];
  for (const [table, expected] of cases) {
    const { records, changes } = given(table);
    await assert.rejects(records.add(ASKED, 'k'), expected);
    assert.deepEqual(changes, []);
  }
});

test('[C51] a chain as long as others follow it is followed', async () => {
  const names = [ASKED, ...Array.from({ length: 8 }, (_, at) => `x${at}.acme.example`)];
  const chain = Object.fromEntries(names.slice(0, -1).map((name, at) => [`${name} CNAME`, [names[at + 1]]]));
  assert.equal((await given({ ...ZONES, ...chain }).records.add(ASKED, 'k')).name, 'x7.acme.example');
});

test('[C51] where a delegated challenge lies in a zone that is not ours, that is said with both names', async () => {
  const refusal = new WorldError('update of the zone acme.example at 192.0.2.53 port 53: it refused', {
    transient: false,
  });
  await assert.rejects(given(DELEGATED, refusal).records.add(ASKED, 'k'), {
    message: `the CNAME record of ${ASKED} leads to x.acme.example, in the zone acme.example, which our key could not change: ${refusal.message}`,
    transient: false,
  });
  await assert.rejects(given(ZONES, refusal).records.add(ASKED, 'k'), refusal);
});
