import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resolver } from '#mail/ports/resolver.ts';
import { type GivenRecords, givenAnswers } from '../../../test/world/given-answers.ts';
import { findSkippedNames } from './name-places.ts';

const HOST = 'mail.valija.test';

test('[C51] behind a router the names lead where the host leads; while the DNS is silent of it, nobody knows', async () => {
  const names = [HOST, 'valija.test', 'www.valija.test'];
  const inside = ['192.0.2.1'];
  const records = { [`${HOST} A`]: inside, 'valija.test A': inside, 'www.valija.test A': ['192.0.2.9'] };
  const skippedBy = async (given: GivenRecords) => {
    const resolver = { resolve: givenAnswers(given) } as Resolver;
    const world = { resolver, myhostname: HOST, ownAddresses: ['10.0.0.2'], mayLeadElsewhere: false };
    return (await findSkippedNames(names, world)).map(({ name, reason }) => `${name} ${reason}`);
  };
  assert.deepEqual(await skippedBy(records), ['www.valija.test elsewhere']);
  assert.deepEqual(
    await skippedBy({ ...records, [`${HOST} AAAA`]: 'timeout' }),
    names.map((name) => `${name} dns-failed`),
  );
});
