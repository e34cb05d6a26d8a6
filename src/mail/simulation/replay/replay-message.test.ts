import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';
import { DEFAULT_SMTP_LIMITS } from '#protocols/smtp/limits.ts';
import { acceptanceHouse, send, sessionAt } from '../../../../test/world/acceptance-house.ts';
import { compareVerdicts } from './compare-verdicts.ts';
import { readStory } from './recorded-message.ts';
import { replayMessage } from './replay-message.ts';

const DOOR = { profile: 'smtp', port: 25, tlsLevel: 'may', limits: DEFAULT_SMTP_LIMITS } as const;
const CONNECTED: JourneyEvent = {
  kind: 'connected',
  profile: 'smtp',
  clientAddress: '192.0.2.1',
  clientPort: 40_000,
  serverPort: 25,
};
const GREETED: JourneyEvent = { kind: 'greeted', helo: 'cliente.example', extended: true };

/** A message that really came, as its journey has it. */
async function recordMessage(
  to: readonly string[],
  text = 'From: ana@example.org\r\nReceived: a\r\n\r\nHola\r\n',
  usage: Readonly<Record<string, number>> = {},
) {
  const house = acceptanceHouse();
  for (const [account, sizeBytes] of Object.entries(usage)) house.usage.set(account, sizeBytes);
  await send(house, { session: sessionAt('smtp'), from: 'ana@example.org', to, text });
  const own = house.journeyLog.events.filter(({ key }) => key !== 'c1');
  const shared = [CONNECTED, GREETED].map((event) => ({ key: 'c1', atMs: 1, event }));
  return { house, story: [...shared, ...own] };
}

async function replay(story: readonly RecordedEvent[], changed: Partial<DoorWorld> = {}) {
  const [message] = readStory(story);
  assert.ok(message);
  const replayed = await replayMessage({ acceptance: { ...acceptanceHouse().world, ...changed }, door: DOOR }, message);
  return { message, replayed, comparison: compareVerdicts(message, replayed) };
}

describe('replay', () => {
  it('decides as it was decided, by the same settings', async () => {
    const { story } = await recordMessage(['usuario1@valija.test', 'nadie@valija.test', 'bob@example.net']);
    const { message, comparison } = await replay(story);
    assert.deepEqual(message.recipients, ['usuario1@valija.test', 'nadie@valija.test', 'bob@example.net']);
    assert.deepEqual([comparison.changes, comparison.unknown], [[], []]);
    // The connection, the greeting, the sender, three recipients, the message.
    assert.equal(comparison.same, 7);
  });

  it('tells the one verdict that another setting changes', async () => {
    const { house, story } = await recordMessage(['usuario1@valija.test']);
    const settings = { ...house.world.settings, hopcount_limit: 0 };
    const { comparison } = await replay(story, { settings });
    assert.equal(comparison.same, 4);
    const [change, ...others] = comparison.changes;
    assert.deepEqual(others, []);
    assert.deepEqual([change?.stage, change?.before.rule, change?.after.rule], ['content', 'permit', 'hopcount_limit']);
  });

  it('goes by the size of the header that came', async () => {
    const long = `From: ana@example.org\r\nX-Long: ${'x'.repeat(900)}\r\nX-More: ${'x'.repeat(900)}\r\n\r\nHola\r\n`;
    const { house, story } = await recordMessage(['usuario1@valija.test'], long);
    const limited = async (header_size_limit: number) => {
      const { comparison } = await replay(story, { settings: { ...house.world.settings, header_size_limit } });
      return comparison.changes.map(({ after }) => after.rule);
    };
    assert.deepEqual(await limited(1_700), ['header_size_limit']);
    assert.deepEqual(await limited(2_000), []);
  });

  it('does not make up what nobody wrote down', async () => {
    const { story } = await recordMessage(['usuario1@valija.test']);
    const senderChecks = {
      authentication: { judge: async () => assert.fail('nobody is asked') },
      policy: {
        spf_fail_action: 'reject',
        dmarc_policy_enforcement: true,
        authentication_temporary_error: 'accept',
        trusted_arc_sealers: [],
      },
    } as const;
    const { comparison } = await replay(story, { senderChecks });
    assert.deepEqual(
      comparison.unknown.map(({ stage, what }) => [stage, what]),
      [['content', 'SPF, DKIM and DMARC']],
    );
  });

  it('reads what was recorded before headers were measured, and says what is missing', async () => {
    const { story } = await recordMessage(['usuario1@valija.test']);
    const old = story.map((recorded): RecordedEvent => {
      if (recorded.event.kind !== 'received') return recorded;
      const { header: _, ...event } = recorded.event;
      return { ...recorded, event };
    });
    const { comparison } = await replay(old);
    assert.equal(comparison.same, 4);
    assert.deepEqual(
      comparison.unknown.map(({ what }) => what),
      ['the header'],
    );
  });

  it('finds a mailbox as full as it was, by whatever address its mail came', async () => {
    for (const address of ['usuario2@valija.test', 'usuario2+lista@valija.test', 'Usuario2@valija.test']) {
      const { story } = await recordMessage([address], undefined, { 'usuario2@valija.test': 20_000 });
      const { message, comparison } = await replay(story);
      assert.equal(message.verdicts.at(-1)?.rule, 'quota');
      assert.deepEqual(comparison.changes, [], address);
    }
  });

  it('judges nothing behind a refusal, neither then nor now', async () => {
    const { story } = await recordMessage(['nadie@valija.test']);
    const { replayed, comparison } = await replay(story);
    assert.deepEqual(
      replayed.verdicts.map(({ stage, outcome }) => [stage, outcome]),
      [
        ['connection', 'permit'],
        ['greeting', 'permit'],
        ['sender', 'permit'],
        ['recipient', 'reject'],
      ],
    );
    assert.deepEqual(comparison.changes, []);
  });

  it('hears what the protocol itself would refuse', async () => {
    const { story } = await recordMessage(['usuario1@valija.test']);
    const [message] = readStory(story);
    assert.ok(message);
    const world = { acceptance: acceptanceHouse().world, door: { ...DOOR, tlsLevel: 'encrypt' as const } };
    const { changes } = compareVerdicts(message, await replayMessage(world, message));
    assert.deepEqual(
      changes.map(({ stage, after }) => [stage, after.rule, after.reply]),
      [['sender', undefined, '530 5.7.0 Must issue a STARTTLS command first']],
    );
  });
});

describe('readStory', () => {
  it('finds no message in what was posted on the machine', () => {
    const posted: JourneyEvent = { kind: 'posted', user: 'usuario1' };
    assert.deepEqual(readStory([{ key: 'Q1', atMs: 1, event: posted }]), []);
  });

  it('finds each sender that one connection was refused', () => {
    const refusal = (subject: string): JourneyEvent => {
      const facts = {};
      return { kind: 'judged', stage: 'sender', subject, outcome: 'reject', rule: 'x', reply: '550 no', facts };
    };
    const events = [CONNECTED, GREETED, refusal('<a@example.org>'), refusal('<b@example.org>')];
    const messages = readStory(events.map((event, at) => ({ key: 'c1', atMs: at, event })));
    assert.deepEqual(
      messages.map(({ sender, atMs }) => [sender, atMs]),
      [
        ['a@example.org', 2],
        ['b@example.org', 3],
      ],
    );
  });
});
