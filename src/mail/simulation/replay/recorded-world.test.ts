import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FactContext, FactFinder } from '#mail/ports/fact-finder.ts';
import type { FactQuestion } from '#mail/restrictions/fact.ts';
import { acceptanceHouse, sessionAt } from '../../../../test/world/acceptance-house.ts';
import { addrSpec } from '../../../../test/world/directory.ts';
import { NotRecorded } from './not-recorded.ts';
import type { RecordedFact, RecordedMessage } from './recorded-message.ts';
import { recordedWorld } from './recorded-world.ts';

const LISTED: FactQuestion = { kind: 'dns', name: '1.2.0.192.zen.example', type: 'A' };
const GREYLIST: FactQuestion = { kind: 'greylist' };
const FACTS: readonly RecordedFact[] = [
  {
    kind: 'checked',
    stage: 'recipient',
    subject: '',
    question: LISTED,
    answer: { kind: 'found', records: ['127.0.0.2'] },
  },
  {
    kind: 'checked',
    stage: 'recipient',
    subject: 'usuario1@valija.test',
    question: GREYLIST,
    answer: { kind: 'wait', seconds: 60 },
  },
];

const MESSAGE: RecordedMessage = {
  key: 'Q1',
  atMs: 0,
  door: 'smtp',
  port: 25,
  clientAddress: '192.0.2.1',
  greeting: undefined,
  tls: false,
  account: undefined,
  sender: 'ana@example.org',
  recipients: [],
  content: undefined,
  findings: undefined,
  facts: FACTS,
  verdicts: [
    {
      stage: 'recipient',
      subject: '<usuario2@valija.test>',
      outcome: 'defer',
      rule: 'quota',
      reply: '',
      facts: { room: 'full', verification: 'undeliverable', verified: '550 no' },
    },
  ],
};

function contextOf(recipient?: string): FactContext {
  return {
    state: 'RCPT',
    session: sessionAt('smtp'),
    instance: 'Q1',
    sender: addrSpec('ana@example.org'),
    parameters: undefined,
    recipient: recipient === undefined ? undefined : addrSpec(recipient),
    recipientCount: 0,
    sizeBytes: undefined,
  };
}

function openWorld(real: FactFinder['find'] = async () => assert.fail('the world is not asked'), message = MESSAGE) {
  const recipientProbe = { probe: async () => assert.fail('no server is asked') };
  return recordedWorld({ ...acceptanceHouse().world, recipientProbe, factFinder: { find: real } }, message);
}

describe('the world of a replay', () => {
  it('answers as it was answered then', async () => {
    const { factFinder } = openWorld();
    assert.deepEqual(await factFinder?.find(LISTED, contextOf()), { kind: 'found', records: ['127.0.0.2'] });
    assert.deepEqual(await factFinder?.find(GREYLIST, contextOf('usuario1@valija.test')), {
      kind: 'wait',
      seconds: 60,
    });
  });

  it('names what nobody asked then, of another recipient, too', async () => {
    const { factFinder } = openWorld();
    const other: FactQuestion = { kind: 'dns', name: 'example.org', type: 'MX' };
    await assert.rejects(async () => factFinder?.find(other, contextOf()), { what: 'dns example.org MX' });
    await assert.rejects(async () => factFinder?.find(GREYLIST, contextOf('usuario2@valija.test')), NotRecorded);
  });

  it('asks our own tables as they are now', async () => {
    const { factFinder } = openWorld(async () => ({ kind: 'found', key: 'k', value: 'REJECT' }));
    const table: FactQuestion = { kind: 'table', table: 'inline:{}', keys: ['k'] };
    assert.deepEqual(await factFinder?.find(table, contextOf()), { kind: 'found', key: 'k', value: 'REJECT' });
  });

  it('knows how full a mailbox was, and what another server said', async () => {
    const { mailStore, recipientProbe, routing } = openWorld();
    const account = 'usuario2@valija.test' as Parameters<typeof mailStore.quotaUsage>[0];
    await routing.findRoute(addrSpec(account), undefined);
    assert.equal((await mailStore.quotaUsage(account)).sizeBytes, Number.MAX_SAFE_INTEGER);
    const hop = { transport: 'smtp', destination: 'example.org' } as const;
    assert.deepEqual(await recipientProbe?.probe('usuario2@valija.test', hop), {
      kind: 'undeliverable',
      text: '550 no',
    });
    await assert.rejects(async () => recipientProbe?.probe('x@example.org', hop), NotRecorded);
  });

  it('knows who was full only for what came, of one by LMTP, or of all', async () => {
    const [judged] = MESSAGE.verdicts;
    const permitted = { ...judged!, outcome: 'permit', facts: { room: 'enough' } } as const;
    for (const subject of ['<usuario2@valija.test>', 'Q1']) {
      const later = { ...judged!, stage: 'content', subject, facts: { room: 'full', sizeBytes: 4_000 } } as const;
      const declared = { ...permitted, stage: 'sender', subject: '<>', facts: { declaredSizeBytes: 100 } } as const;
      const verdicts = [declared, permitted, later];
      const { mailStore, routing } = openWorld(undefined, { ...MESSAGE, verdicts });
      const account = 'usuario2@valija.test' as Parameters<typeof mailStore.quotaUsage>[0];
      await routing.findRoute(addrSpec(account), undefined);
      assert.equal((await mailStore.quotaUsage(account)).sizeBytes, 10_000 - 100);
    }
  });
});
