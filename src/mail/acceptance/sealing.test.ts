// Strangers' mail that leaves here again is sealed: mailauth verifies the chain.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { AuthenticationFindings, SenderAuthentication } from '#mail/ports/sender-authentication.ts';
import { judgeMessage } from '#platform/sender-auth/judge-message.ts';
import { formatKeyRecord, keyRecordName } from '#protocols/dkim/key-record.ts';
import { type AcceptanceHouse, acceptanceHouse, send, sessionAt } from '../../../test/world/acceptance-house.ts';
import { sealMessage } from '../../../test/world/arc-sealer.ts';
import { memorySigner, testKey } from '../../../test/world/dkim.ts';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import type { SigningSettings } from './signing.ts';

const RSA = testKey('valija.test', 's1', 'rsa-sha256');
const ED25519 = testKey('valija.test', 's2', 'ed25519-sha256');
const LIST = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const LIST_KEY = LIST.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const ANSWERS = givenAnswers({
  [`${keyRecordName(RSA)} TXT`]: [formatKeyRecord(RSA)],
  'dummy._domainkey.example.org TXT': [`v=DKIM1; p=${LIST_KEY}`],
});

const POLICY = {
  spf_fail_action: 'accept',
  dmarc_policy_enforcement: true,
  authentication_temporary_error: 'accept',
  trusted_arc_sealers: [],
} as const;

const SETTINGS: SigningSettings = {
  dkim_internal_hosts: [],
  dkim_sign_subdomains: true,
  dkim_signature_ttl: 0,
  dkim_on_failure: 'unsigned',
  dkim_skip_milter_signed: true,
  arc_seal_domain: 'valija.test',
};

const TEXT = [
  'DKIM-Signature: v=1; d=example.org; b=abc',
  'From: Ana <ana@example.org>',
  'To: todos@escuela.test',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000',
  'Subject: hola',
  '',
  'Hola  amiga ',
  '',
].join('\r\n');

async function judge(message: string): Promise<AuthenticationFindings> {
  const question = {
    clientAddress: '192.0.2.1',
    helo: 'c.example',
    reversePath: 'ana@example.org',
    receiver: 'mail.valija.test',
  };
  const octets = (async function* () {
    yield Buffer.from(message);
  })();
  return await judgeMessage(question, octets, ANSWERS);
}

interface Given {
  readonly settings?: Partial<SigningSettings>;
  readonly keys?: readonly (typeof RSA)[];
  /** Whatever the message bears. */
  readonly chain?: 'pass';
}

/** relay.example is one of those whose mail we pass on. */
function openHouse({ settings = {}, keys = [ED25519, RSA], chain }: Given = {}): AcceptanceHouse {
  const authentication: SenderAuthentication = {
    async judge({ content }) {
      const findings = await judge((await content.read(0, content.sizeBytes)).toString());
      return chain === undefined ? findings : { ...findings, arc: { ...findings.arc, result: chain } };
    },
  };
  return acceptanceHouse({
    routing: { relay_domains: ['relay.example'] },
    senderChecks: { authentication, policy: POLICY },
    signing: { signer: memorySigner({ 'valija.test': keys }), settings: { ...SETTINGS, ...settings } },
  });
}

async function passOn(text: string, given: Given = {}, to = ['ana@relay.example']) {
  const house = openHouse(given);
  const said = await send(house, { session: sessionAt('smtp'), from: 'ana@example.org', to, text });
  assert.match(said.at(-1) ?? '', /^250 /);
  const [leaving] = house.queued;
  if (leaving === undefined) return { house, message: house.filed[0]?.text ?? '' };
  const { content } = house.entries[0]!;
  return { house, message: `${leaving.prefix}${await content.read(0, content.sizeBytes)}` };
}

const sets = (message: string) => message.match(/^ARC-[A-Za-z-]+: i=\d+/gm) ?? [];

test('[C31] what a stranger sends through us bears a seal that others find good', async () => {
  const { house, message } = await passOn(TEXT);
  assert.deepEqual(sets(message), ['ARC-Seal: i=1', 'ARC-Message-Signature: i=1', 'ARC-Authentication-Results: i=1']);
  assert.match(message, /^ARC-Authentication-Results: i=1; mail\.valija\.test;\r\n\tdmarc=none/m);
  assert.match(message, /^ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed\/relaxed;/m);
  assert.match(message.replace(/\r\n\t/g, ''), /h=From:From:.*:DKIM-Signature;/);
  const { arc } = await judge(message);
  assert.deepEqual([arc.result, arc.sets.map(({ sealer }) => sealer)], ['pass', ['valija.test']]);
  assert.match(house.log.text(), /arc: \S+: ARC-Seal \(i=1, s=s1, d=valija\.test\) added/);
  assert.ok(house.journeyLog.ofKind('amended').some(({ change }) => change.startsWith('added ARC-Seal (i=1')));
});

test('[C31] a chain that is good goes on; one that is broken does not', async () => {
  const sealed = sealMessage(TEXT, LIST.privateKey, [{}, {}]);
  const { message } = await passOn(sealed);
  assert.equal(sets(message)[0], 'ARC-Seal: i=3');
  assert.match(message, /^ARC-Seal: i=3; a=rsa-sha256; cv=pass;/m);
  const { arc } = await judge(message);
  assert.deepEqual(
    arc.sets.map(({ sealer }) => sealer),
    ['example.org', 'example.org', 'valija.test'],
  );
  assert.equal(arc.result, 'pass');
  const changed = sealed.replace('Hola  amiga', 'Adios');
  assert.equal(sets((await passOn(changed)).message).length, 6);
});

test('a change behind us breaks the seal', async () => {
  const { message } = await passOn(TEXT);
  const results = message.replace(/(ARC-Authentication-Results[\s\S]*dmarc=)none/, '$1pass');
  for (const changed of [message.replace('Hola  amiga', 'Adios'), results]) {
    assert.notEqual(changed, message);
    assert.equal((await judge(changed)).arc.result, 'fail');
  }
});

test('nothing is sealed that stays here, that is our own, or that nobody wants sealed', async () => {
  const cases: readonly (readonly [what: string, ...Parameters<typeof passOn>])[] = [
    ['it stays', TEXT, {}, ['usuario1@valija.test']],
    ['no setting', TEXT, { settings: { arc_seal_domain: undefined } }],
    ['no empty line behind the header', 'From: ana@example.org\r\nno field\r\n'],
    ['a set that is not whole', `ARC-Seal: i=1; cv=none; b=x\r\n${TEXT}`],
    ['one number twice', `${'ARC-Seal: i=1; cv=none; b=x\r\n'.repeat(2)}${TEXT}`],
  ];
  for (const [what, ...given] of cases) {
    const { message } = await passOn(...given);
    assert.doesNotMatch(message, /^ARC-Message-Signature/m, what);
    assert.match(message, /^From: /m, what);
  }
  const house = openHouse();
  const session = sessionAt('submission', 'usuario1@valija.test');
  const text = TEXT.replace('ana@example.org', 'usuario1@valija.test');
  await send(house, { session, from: 'usuario1@valija.test', to: ['ana@relay.example'], text });
  assert.doesNotMatch(String(house.queued[0]?.prefix), /^ARC-/m);
});

test('fifty sets are as many as there may be', async () => {
  const chainOf = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results']
        .map((name) => `${name}: i=${at + 1}; b=x\r\n`)
        .join(''),
    ).join('');
  const given = { chain: 'pass' } as const;
  assert.equal(sets((await passOn(chainOf(49) + TEXT, given)).message)[0], 'ARC-Seal: i=50');
  assert.equal(sets((await passOn(chainOf(50) + TEXT, given)).message).length, 150);
});

test('without an RSA key it leaves without a seal, and the log says so', async () => {
  const { house, message } = await passOn(TEXT, { keys: [ED25519] });
  assert.deepEqual(sets(message), []);
  assert.match(house.log.text(), /sent without a seal: .*there is no RSA key of valija\.test/);
});
