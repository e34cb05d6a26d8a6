// smtpd_milter_maps: which milters are asked of a client, by its address.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import type { MilterMaps } from '#mail/milters/milter-maps.ts';
import type { FactAnswer } from '#mail/restrictions/fact.ts';
import { givenMilter } from '../../../test/world/given-milter.ts';
import { bring, houseWith } from '../../../test/world/milter-house.ts';
import { milterNamed } from '../../../test/world/milters.ts';

const TABLES = ['cidr:/etc/valija/a', 'cidr:/etc/valija/b'];
const CLIENT = '192.0.2.1';

const MAPS: MilterMaps = {
  tables: TABLES,
  read: (value) => (value === 'nonsense' ? err('it names no milter') : ok(value === '' ? [] : [milterNamed(value)])),
};

function found(value: string): FactAnswer {
  return { kind: 'found', key: CLIENT, value };
}

test('a table names other milters for a client, or none; the first that knows it has the word [C24]', async () => {
  await using usual = await givenMilter();
  await using special = await givenMilter();
  const [first, second] = TABLES;
  const cases: readonly (readonly [facts: Record<string, FactAnswer>, usual: number, special: number])[] = [
    [{}, 1, 0],
    [{ [`table ${first} ${CLIENT}`]: found(special.name) }, 0, 1],
    [{ [`table ${second} ${CLIENT}`]: found(special.name) }, 0, 1],
    [{ [`table ${first} ${CLIENT}`]: found(''), [`table ${second} ${CLIENT}`]: found(special.name) }, 0, 0],
    [{ [`table ${first}`]: { kind: 'later', reason: 'no' } }, 1, 0],
  ];
  for (const [facts, usually, specially] of cases) {
    const before = [usual.connections.total, special.connections.total];
    const house = houseWith([usual.name], { maps: MAPS, facts });
    const what = JSON.stringify(facts);
    assert.match((await bring(house)).at(-1) ?? '', /^250 /, what);
    const after = [usual.connections.total, special.connections.total];
    assert.deepEqual(
      after.map((count, at) => count - (before[at] ?? 0)),
      [usually, specially],
      what,
    );
  }
});

test('what a table says of a client stands in its journey, and a table that fails in the log', async () => {
  await using usual = await givenMilter();
  const facts = { [`table ${TABLES[0]}`]: { kind: 'later', reason: 'no' } } as const;
  const house = houseWith([usual.name], { maps: MAPS, facts });
  await bring(house);
  assert.match(
    house.log.text(),
    /warning: smtpd_milter_maps: cidr:\/etc\/valija\/a lookup error; smtpd_milters are asked/,
  );
  const [checked] = house.journeyLog.ofKind('checked');
  assert.deepEqual(checked?.question, { kind: 'table', table: TABLES[0], keys: [CLIENT] });
});

test('an entry that names no milter ends the connection: nobody knows who should look at its mail', async () => {
  await using usual = await givenMilter();
  const house = houseWith([usual.name], { maps: MAPS, facts: { [`table ${TABLES[0]} ${CLIENT}`]: found('nonsense') } });
  assert.deepEqual(await bring(house), ['connect: 421']);
  assert.match(house.log.text(), /smtpd_milter_maps: it names no milter/);
  assert.equal(usual.connections.total, 0);
});
