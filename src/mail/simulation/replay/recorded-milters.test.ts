import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SMTP_LIMITS } from '#protocols/smtp/limits.ts';
import { acceptanceHouse, send, sessionAt } from '../../../../test/world/acceptance-house.ts';
import { givenMilter } from '../../../../test/world/given-milter.ts';
import { doorMilters, milterPorts } from '../../../../test/world/milters.ts';
import { compareVerdicts } from './compare-verdicts.ts';
import { readStory } from './recorded-message.ts';
import { replayMessage } from './replay-message.ts';

const DOOR = { profile: 'smtp', port: 25, tlsLevel: 'may', limits: DEFAULT_SMTP_LIMITS } as const;

test('a replay asks no milter: each says what it said then', async () => {
  for (const letter of ['R', 'E']) {
    const milter = await givenMilter({
      answer: (told) => (told.letter === 'O' ? undefined : told.letter === letter ? [['r']] : [['c']]),
    });
    const milters = doorMilters([milter.name]);
    const house = acceptanceHouse({ milters: { milters, milterPorts: milterPorts() } });
    const session = sessionAt('smtp');
    await house.acceptance.decideConnection(session);
    await house.acceptance.decideGreeting(session);
    const text = 'From: ana@example.org\r\n\r\nHola\r\n';
    const said = await send(house, { session, from: 'ana@example.org', to: ['usuario1@valija.test'], text });
    assert.match(said.at(-1) ?? '', /^550 5\.7\.1 Command rejected/);
    house.acceptance.leave(session.connection);
    await milter[Symbol.asyncDispose]();
    const [message] = readStory(house.journeyLog.events);
    assert.ok(message);
    const world = { ...acceptanceHouse().world, milters };
    const replayed = await replayMessage({ acceptance: world, door: DOOR }, message);
    assert.deepEqual(compareVerdicts(message, replayed).changes, [], letter);
    const without = await replayMessage({ acceptance: { ...world, milters: undefined }, door: DOOR }, message);
    const [change] = compareVerdicts(message, without).changes;
    assert.deepEqual([change?.before.rule, change?.after.outcome], ['smtpd_milters', 'permit'], letter);
  }
});

test('a field that refused a message refuses it again', async () => {
  const milter = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? [['h', 'X-Spam', 'yes'], ['c']] : [['c']]),
  });
  const milters = doorMilters([milter.name], 'smtpd_milters', { headerChecks: ['pcre:/checks'] });
  const facts = { 'table pcre:/checks x-spam: yes': { kind: 'found', key: '', value: 'REJECT No spam' } } as const;
  const house = acceptanceHouse({ facts, milters: { milters, milterPorts: milterPorts() } });
  const session = sessionAt('smtp');
  await house.acceptance.decideConnection(session);
  await house.acceptance.decideGreeting(session);
  const text = 'From: ana@example.org\r\n\r\nHola\r\n';
  const said = await send(house, { session, from: 'ana@example.org', to: ['usuario1@valija.test'], text });
  assert.equal(said.at(-1), '550 5.7.1 No spam');
  house.acceptance.leave(session.connection);
  await milter[Symbol.asyncDispose]();
  const [message] = readStory(house.journeyLog.events);
  assert.ok(message);
  const replayed = await replayMessage({ acceptance: { ...acceptanceHouse().world, milters }, door: DOOR }, message);
  const changed = compareVerdicts(message, replayed).changes.map(({ before, after }) => [
    before.outcome,
    after.outcome,
  ]);
  assert.ok(
    changed.every(([before, after]) => before === after),
    JSON.stringify(changed),
  );
});
