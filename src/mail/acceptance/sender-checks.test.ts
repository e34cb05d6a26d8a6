import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationPolicy } from '#mail/policy/authentication.ts';
import type {
  AuthenticationFindings,
  AuthenticationQuestion,
  DmarcFinding,
} from '#mail/ports/sender-authentication.ts';
import { acceptanceHouse, type Letter, send, sessionAt } from '../../../test/world/acceptance-house.ts';

const POLICY: AuthenticationPolicy = {
  spf_fail_action: 'accept',
  dmarc_policy_enforcement: true,
  authentication_temporary_error: 'accept',
  trusted_arc_sealers: [],
};

function findings(dmarc: Partial<DmarcFinding> = {}): AuthenticationFindings {
  return {
    spf: {
      result: 'softfail',
      identity: 'mailfrom',
      domain: 'example.org',
      mechanism: '~all',
      explanation: undefined,
      reason: undefined,
      lookups: 1,
      voidLookups: 0,
    },
    dkim: [
      {
        result: 'fail',
        domain: 'example.org',
        selector: 's1',
        algorithm: 'rsa-sha256',
        identity: '@example.org',
        signature: 'abcdefgh',
        aligned: true,
        unsignedOctets: 0,
        reason: 'body hash did not verify',
      },
    ],
    unverifiedSignatures: 0,
    dmarc: {
      result: 'fail',
      domain: 'example.org',
      policyDomain: 'example.org',
      policy: 'none',
      record: 'v=DMARC1; p=none',
      alignedSpf: undefined,
      alignedDkim: undefined,
      reason: undefined,
      ...dmarc,
    },
    arc: { result: 'none', sets: [], reason: undefined },
    answers: [],
  };
}

function houseWith(found: AuthenticationFindings, policy: Partial<AuthenticationPolicy> = {}) {
  const asked: AuthenticationQuestion[] = [];
  const authentication = {
    async judge(question: AuthenticationQuestion) {
      asked.push(question);
      return found;
    },
  };
  const house = acceptanceHouse({ senderChecks: { authentication, policy: { ...POLICY, ...policy } } });
  return { house, asked };
}

const LETTER: Letter = {
  session: sessionAt('smtp'),
  from: 'ana@example.org',
  to: ['usuario1@valija.test'],
  text: 'From: ana@example.org\r\nSubject: Hola\r\n\r\nHola.\r\n',
};

test('[C31] [C76] what was found stands on top of the copy, above Received', async () => {
  const { house, asked } = houseWith(findings());
  await send(house, LETTER);
  const [{ receiver, reversePath, helo, clientAddress } = asked[0]!] = asked;
  assert.deepEqual(
    { receiver, reversePath, helo, clientAddress },
    {
      receiver: 'mail.valija.test',
      reversePath: 'ana@example.org',
      helo: 'cliente.example',
      clientAddress: '192.0.2.1',
    },
  );
  const text = house.filed[0]!.text.replaceAll('\r\n', '\n');
  assert.ok(
    text.startsWith(
      [
        'Return-Path: <ana@example.org>',
        'Delivered-To: usuario1@valija.test',
        'Authentication-Results: mail.valija.test;',
        '\tdmarc=fail (policy of example.org) header.from=example.org',
        '\tpolicy.dmarc=none;',
        '\tspf=softfail smtp.mailfrom=ana@example.org;',
        '\tdkim=fail reason="body hash did not verify" header.d=example.org',
        '\theader.i=@example.org header.s=s1 header.a=rsa-sha256',
        '\theader.b=abcdefgh;',
        '\tarc=none smtp.remote-ip=192.0.2.1',
        'Received-SPF: softfail (mail.valija.test: domain of transitioning example.org',
        '\tdoes not designate 192.0.2.1 as permitted sender)',
        '\treceiver=mail.valija.test; identity=mailfrom; client-ip=192.0.2.1;',
        '\tenvelope-from="ana@example.org"; helo=cliente.example;',
        '\tmechanism="~all";',
        'Received: from cliente.example',
      ].join('\n'),
    ),
    text,
  );
});

test('[C31] p=reject is answered with 550, nothing is filed, and the journey says why', async () => {
  const { house } = houseWith(findings({ policy: 'reject' }));
  const said = await send(house, LETTER);
  assert.match(said.at(-1)!, /^550-5\.7\.1 example\.org asks that this message be refused/);
  assert.equal(house.filed.length, 0);
  const [judged] = house.journeyLog.ofKind('judged').filter(({ stage }) => stage === 'content');
  assert.deepEqual([judged?.outcome, judged?.rule], ['reject', 'dmarc_reject']);
  assert.equal(house.journeyLog.ofKind('sender-checked')[0]?.findings.dmarc.policy, 'reject');
});

test('[C31] p=quarantine goes to Junk, marked as such', async () => {
  const { house } = houseWith(findings({ policy: 'quarantine' }));
  assert.equal((await send(house, LETTER)).at(-1), '250 2.0.0 Ok: queued as ID');
  const [{ mailbox, request } = house.filed[0]!] = house.filed;
  assert.deepEqual([mailbox, request.keywords], ['Junk', ['$Junk']]);
  const [planned] = house.journeyLog.ofKind('planned');
  assert.equal(planned?.action === 'file' && planned.mailbox, 'Junk');
  // For whoever sorts by it where we file nothing: a user's Sieve script, another server.
  assert.match(house.filed[0]!.text, /\r\nX-Spam-Flag: YES\r\nReceived: /);
});

test('[C31] only strangers on port 25 are checked', async () => {
  const { house, asked } = houseWith(findings({ policy: 'reject' }));
  const near = sessionAt('smtp');
  const inMynetworks = { ...near, connection: { ...near.connection, clientAddress: '198.51.100.7' } };
  const own = { from: 'usuario1@valija.test', text: 'From: usuario1@valija.test\r\n\r\nHola.\r\n' };
  for (const letter of [
    { ...LETTER, session: inMynetworks },
    { ...LETTER, session: sessionAt('lmtp') },
    { ...LETTER, ...own, session: sessionAt('submission', 'usuario1@valija.test') },
  ]) {
    assert.equal((await send(house, letter)).at(-1), '250 2.0.0 Ok: queued as ID');
  }
  assert.equal(asked.length, 0);
  assert.ok(house.filed.every(({ text }) => !text.includes('Authentication-Results')));
});

const FORGED = [
  'Authentication-Results: mail.valija.test; dmarc=pass header.from=bank.example',
  'authentication-results : (x) "MAIL.valija.test" 1;\r\n\tspf=pass',
  'Authentication-Results: (never closed mail.valija.test; spf=pass',
  'Received-SPF: pass (x)\r\n\treceiver=mail.valija.test; client-ip=192.0.2.1;',
];
const OTHERS = [
  'Authentication-Results: mx.example.net; spf=pass',
  'Received-SPF: pass (x) receiver=mx.example.net; client-ip=192.0.2.1;',
];

test('[C31] results that pass themselves off as ours are taken off; others’ stay', async () => {
  const { house } = houseWith(findings());
  await send(house, { ...LETTER, text: `${[...FORGED, ...OTHERS].join('\r\n')}\r\n${LETTER.text}` });
  const { text } = house.filed[0]!;
  for (const field of FORGED) assert.ok(!text.includes(field), field);
  for (const field of OTHERS) assert.ok(text.includes(field), field);
  assert.ok(text.endsWith(LETTER.text));
  assert.equal(house.journeyLog.ofKind('amended').length, FORGED.length);
});

test('our own users cannot forge them, either; a filter of the house hands them back', async () => {
  const { house } = houseWith(findings());
  const own = { from: 'usuario1@valija.test', text: `${FORGED[0]}\r\nFrom: usuario1@valija.test\r\n\r\nHola.\r\n` };
  await send(house, { ...LETTER, ...own, session: sessionAt('submission', 'usuario1@valija.test') });
  await send(house, { ...LETTER, ...own, session: sessionAt('lmtp') });
  assert.deepEqual(
    house.filed.map(({ text }) => text.includes('Authentication-Results: mail.valija.test')),
    [false, true],
  );
});

test('[T1] HELO, domain and selector cannot add a field', async () => {
  const evil = 'x\r\nX-Evil: 1; dkim=pass header.d=bank.example';
  const found = findings({ domain: evil });
  const dkim = found.dkim.map((each) => ({ ...each, domain: evil, selector: evil, identity: evil, reason: evil }));
  const { house } = houseWith({ ...found, dkim, spf: { ...found.spf, domain: evil, mechanism: evil } });
  await send(house, { ...LETTER, session: { ...LETTER.session, helo: evil } });
  const { text } = house.filed[0]!;
  assert.ok(!/^X-Evil/im.test(text));
  const [results = ''] = /^Authentication-Results:(?:.|\r\n\t)*/m.exec(text) ?? [];
  assert.equal(results.replace(/"[^"]*"/g, '').match(/dkim=/g)?.length, 1);
});
