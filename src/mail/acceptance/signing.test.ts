// Which mail is signed, by whom, and that what is signed is what leaves. mailauth verifies the signatures.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetworks } from '#base/ip-network.ts';
import { WorldError } from '#base/world-error.ts';
import {
  type AcceptanceHouse,
  acceptanceHouse,
  type HouseOptions,
  send,
  sessionAt,
} from '../../../test/world/acceptance-house.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { memorySigner, testKey, verdictsOf } from '../../../test/world/dkim.ts';
import { systemUsers } from '../../../test/world/routing-house.ts';
import type { SigningSettings } from './signing.ts';

const RSA = testKey('valija.test', '202611', 'rsa-sha256');
const ED25519 = testKey('valija.test', '202611-ed25519', 'ed25519-sha256');
const SCHOOL = testKey('escuela.test', 's1', 'ed25519-sha256');
const PUBLISHED = [RSA, ED25519, SCHOOL];
const SIGNER = memorySigner({ 'valija.test': [RSA, ED25519], 'escuela.test': [SCHOOL] });

const SETTINGS: SigningSettings = {
  dkim_internal_hosts: parseIpNetworks(['192.0.2.0/24']),
  dkim_sign_subdomains: true,
  dkim_signature_ttl: 0,
  dkim_on_failure: 'unsigned',
  dkim_skip_milter_signed: true,
};

function openHouse(settings: Partial<SigningSettings> = {}, rest: HouseOptions = {}, signer = SIGNER): AcceptanceHouse {
  return acceptanceHouse({ ...rest, signing: { signer, settings: { ...SETTINGS, ...settings } } });
}

/** What leaves, or what was filed first, as it is. */
async function messageOf({ queued, entries, filed }: AcceptanceHouse): Promise<Buffer> {
  const [leaving] = queued;
  if (leaving === undefined) return Buffer.from(filed[0]!.text);
  const { content } = entries[0]!;
  return Buffer.concat([leaving.prefix, await content.read(0, content.sizeBytes)]);
}

async function verdictsIn(house: AcceptanceHouse): Promise<string[]> {
  const verdicts = await verdictsOf(await messageOf(house), PUBLISHED);
  return verdicts.map(({ domain, selector, result }) => `${domain} ${selector} ${result}`);
}

const BOTH = ['valija.test 202611 pass', 'valija.test 202611-ed25519 pass'];
const SUBMISSION = sessionAt('submission', 'usuario1@valija.test');
const TEXT = 'From: usuario1@valija.test\r\nTo: ana@example.org\r\nSubject: hola\r\n\r\nHola\r\n';
const LETTER = { session: SUBMISSION, from: 'usuario1@valija.test', to: ['ana@example.org'], text: TEXT };

test('[C23] [C76] what is submitted is signed twice, below our Received and above everything else', async () => {
  const house = openHouse();
  assert.match((await send(house, LETTER)).at(-1)!, /^250/);
  const text = (await messageOf(house)).toString();
  assert.match(
    text,
    /^Received: from [\s\S]+\r\nDKIM-Signature: v=1; a=rsa-sha256; [\s\S]+\r\nDKIM-Signature: v=1; a=ed25519-sha256; [\s\S]+\r\nFrom: /,
  );
  assert.deepEqual(await verdictsIn(house), BOTH);
  assert.deepEqual(
    house.log.lines.filter(({ text }) => text.includes('DKIM')).map(({ text }) => text.replace(/^.*: DKIM/, 'DKIM')),
    [
      'DKIM-Signature field added (s=202611, d=valija.test)',
      'DKIM-Signature field added (s=202611-ed25519, d=valija.test)',
    ],
  );
});

test('[C23] what the door itself adds and removes is done before it is signed', async () => {
  const house = openHouse();
  await send(house, { ...LETTER, text: 'Bcc: x@example.org\r\nReturn-Path: <a@b.test>\r\nno header here\r\n' });
  const text = (await messageOf(house)).toString();
  assert.match(
    text,
    /\r\nFrom: usuario1@valija\.test\r\nDate: [\s\S]+\r\nMessage-ID: [\s\S]+\r\n\r\nno header here\r\n$/,
  );
  assert.deepEqual(await verdictsIn(house), BOTH);
});

test('[C23] what stays here bears the signature, too', async () => {
  const house = openHouse();
  await send(house, { ...LETTER, to: ['usuario2@valija.test'] });
  assert.match((await messageOf(house)).toString(), /^Return-Path: [\s\S]+\r\nReceived: [\s\S]+\r\nDKIM-Signature: /);
  assert.deepEqual(await verdictsIn(house), BOTH);
});

const BODIES: readonly (readonly [name: string, text: string])[] = [
  ['no body', 'From: usuario1@valija.test\r\n'],
  ['no body and no end', 'From: usuario1@valija.test\r\nSubject: x'],
  ['an empty body', 'From: usuario1@valija.test\r\n\r\n'],
  ['only empty lines', 'From: usuario1@valija.test\r\n\r\n\r\n\r\n'],
  ['no end', 'From: usuario1@valija.test\r\n\r\nhola'],
  ['runs of blanks', 'From: usuario1@valija.test\r\nSubject:  a \t b\r\n\tc  \r\n\r\n a \t b  \r\n\r\n \r\n'],
  ['eight bits', 'From: usuario1@valija.test\r\nSubject: \xc3\xb1\r\n\r\n\xf1\xff\r\n'],
  ['one name twice', 'From: usuario1@valija.test\r\nTo: a@b.test\r\nComments: 1\r\nTo: c@d.test\r\n\r\nx\r\n'],
  ['a large body', `From: usuario1@valija.test\r\n\r\n${'0123456789  abcdef \r\n'.repeat(4_000)}`],
];

for (const [name, text] of BODIES) {
  test(`[C23] a message with ${name} verifies`, async () => {
    const house = openHouse();
    const said = await send(house, { ...LETTER, text });
    assert.match(said.at(-1)!, /^250/);
    assert.deepEqual(await verdictsIn(house), BOTH);
  });
}

test('[T14] a field that somebody adds breaks the signature, one that lists add does not', async () => {
  const house = openHouse();
  await send(house, LETTER);
  const message = await messageOf(house);
  const results = async (added: string) => {
    const verdicts = await verdictsOf(Buffer.concat([Buffer.from(`${added}\r\n`), message]), PUBLISHED);
    return verdicts.map(({ result }) => result);
  };
  for (const added of ['From: jefe@valija.test', 'Subject: paga', 'Reply-To: x@example.net', 'Cc: x@example.net']) {
    assert.deepEqual(await results(added), ['fail', 'fail'], added);
  }
  assert.deepEqual(await results('List-Id: <x.example.org>'), ['pass', 'pass']);
});

test('[C23] strangers are not signed for, whoever they say they are, nor when an alias sends their mail on', async () => {
  const house = openHouse({ dkim_internal_hosts: [] });
  await send(house, { ...LETTER, session: sessionAt('smtp'), from: 'ana@example.org', to: ['todos@valija.test'] });
  assert.equal(house.filed.length, 2);
  assert.doesNotMatch((await messageOf(house)).toString(), /DKIM-Signature/);
});

test('[C23] clients of the house are signed for on 25, and only there', async () => {
  const house = openHouse();
  await send(house, { ...LETTER, session: sessionAt('smtp'), to: ['usuario2@valija.test'] });
  assert.deepEqual(await verdictsIn(house), BOTH);
  const lmtp = openHouse();
  await send(lmtp, { ...LETTER, session: sessionAt('lmtp'), to: ['usuario2@valija.test'] });
  assert.deepEqual(await verdictsIn(lmtp), []);
});

test('[C23] a domain below one with a key is signed for by that, where the settings say so', async () => {
  const from = (domain: string) => ({
    ...LETTER,
    session: sessionAt('smtp'),
    to: ['usuario2@valija.test'],
    text: TEXT.replace('usuario1@valija.test', `root@${domain}`),
  });
  const cases: readonly [string, Partial<SigningSettings>, readonly string[]][] = [
    ['a.b.Escuela.TEST', {}, ['escuela.test s1 pass']],
    ['a.b.escuela.test', { dkim_sign_subdomains: false }, []],
    ['escuela.test', { dkim_sign_subdomains: false }, ['escuela.test s1 pass']],
    ['otraescuela.test', {}, []],
    ['test', {}, []],
  ];
  for (const [domain, settings, expected] of cases) {
    const house = openHouse(settings);
    await send(house, from(domain));
    assert.deepEqual(await verdictsIn(house), expected, domain);
  }
});

test('[T16] a From that is broken, double or empty is signed by nobody', async () => {
  const froms = ['From: usuario1@valija.test\r\nFrom: usuario1@valija.test', 'From: nadie', 'From: ;', 'X: y'];
  for (const from of froms) {
    const house = openHouse();
    const text = `${from}\r\nTo: x@y.test\r\n\r\nx\r\n`;
    await send(house, { ...LETTER, session: sessionAt('smtp'), to: ['usuario2@valija.test'], text });
    assert.doesNotMatch((await messageOf(house)).toString(), /DKIM-Signature/, from);
  }
});

test('[C23] what is posted on this machine is signed, unless somebody received it before', async () => {
  const users: HouseOptions = { systemUsers: systemUsers(['usuario1']), routing: { myorigin: 'valija.test' } };
  const post = async (text: string) => {
    const house = openHouse({}, users);
    await house.posting.postLocal({
      user: { name: 'usuario1', uid: 1000, fullName: 'Usuario Uno' },
      sender: undefined,
      recipients: [{ address: 'ana@example.org', parameters: { notify: undefined, orcpt: undefined } }],
      parameters: {
        declaredSizeBytes: undefined,
        body: '7BIT',
        smtpUtf8: false,
        auth: undefined,
        dsn: { ret: undefined, envid: undefined },
      },
      content: memoryContent(Buffer.from(text)),
    });
    return verdictsIn(house);
  };
  assert.deepEqual(await post('Subject: hola\r\n\r\nhola\r\n'), BOTH);
  assert.deepEqual(await post('Received: by x\r\nFrom: usuario2@valija.test\r\n\r\nhola\r\n'), []);
});

test('[C23] our own bounces are signed; what a ~/.forward sends on is not', async () => {
  const post = async (text: string) => {
    const house = openHouse();
    const octets = Buffer.from(`${text}From: MAILER-DAEMON@mail.valija.test\r\nSubject: x\r\n\r\nno\r\n`);
    await house.posting.ownMail.post({ sender: '', recipient: 'ana@example.org', octets, smtpUtf8: false });
    return verdictsIn(house);
  };
  assert.deepEqual(await post(''), BOTH);
  assert.deepEqual(await post('Received: from x by mail.valija.test\r\n'), []);
});

test('signatures expire where the settings say so', async () => {
  const house = openHouse({ dkim_signature_ttl: 3_600_000 });
  await send(house, LETTER);
  const [, from, until] = /; t=(\d+); x=(\d+);/.exec((await messageOf(house)).toString().replaceAll('\r\n\t', ' '))!;
  assert.equal(Number(until) - Number(from), 3_600);
});

test('[C23] a key that cannot be read: mail leaves unsigned with a line in the log, or waits', async () => {
  const broken = {
    ...SIGNER,
    keysFor: async () => {
      throw new WorldError('read the key', { transient: true, cause: new Error('EACCES') });
    },
  };
  const unsigned = openHouse({}, {}, broken);
  assert.match((await send(unsigned, LETTER)).at(-1)!, /^250/);
  assert.doesNotMatch((await messageOf(unsigned)).toString(), /DKIM-Signature/);
  assert.ok(unsigned.log.lines.some(({ text }) => text.includes('sent without a signature: read the key: EACCES')));
  const deferred = openHouse({ dkim_on_failure: 'defer' }, {}, broken);
  assert.match((await send(deferred, LETTER)).at(-1)!, /^451 4\.3\.0/);
  assert.equal(deferred.entries.length, 0);
});
