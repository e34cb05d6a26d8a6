import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { formatKeyRecord, formatZoneLine, parseKeyRecord, splitIntoStrings } from './key-record.ts';
import { completeField, formatUnsignedField } from './signature-field.ts';
import { fieldsNamed, namesToSign } from './signed-fields.ts';

const TAGS = {
  algorithm: 'rsa-sha256',
  domain: 'valija.test',
  selector: '202611',
  signedAtSeconds: 1_795_316_400,
  expiresAtSeconds: undefined,
  signedNames: ['From', 'From', 'Reply-To', 'Subject', 'Subject', 'Date', 'Date', 'Message-ID', 'Message-ID', 'To'],
  bodyHash: Buffer.alloc(32, 7),
} as const;

test('a field is folded between its tags and names, and its signature last', () => {
  const field = completeField(formatUnsignedField(TAGS), Buffer.alloc(256, 1));
  assert.equal(
    field,
    [
      'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=valija.test;',
      '\ts=202611; t=1795316400; h=From:From:Reply-To:Subject:Subject:Date:Date:',
      '\tMessage-ID:Message-ID:To; bh=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=;',
      `\tb=${'AQEB'.repeat(18)}`,
      `\t${'AQEB'.repeat(18)}`,
      `\t${'AQEB'.repeat(18)}`,
      `\t${'AQEB'.repeat(18)}`,
      `\t${'AQEB'.repeat(13)}AQ==`,
      '',
    ].join('\r\n'),
  );
});

test('a field that expires says when; the longest names fit into the lines of a message', () => {
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  const tags = { ...TAGS, domain: longest, selector: 's'.repeat(63), expiresAtSeconds: 1_795_920_000 };
  const lines = completeField(formatUnsignedField(tags), Buffer.alloc(512)).split('\r\n');
  assert.ok(lines.every((line) => line.length <= 270));
  assert.ok(lines.some((line) => line.includes('x=1795920000;')));
});

function parse(text: string) {
  return parseHeaderFields(Buffer.from(text.replaceAll('\n', '\r\n')));
}

test('[T14] the core fields are signed once more than they are there, trace fields never', () => {
  const { fields } = parse(
    'Received: x\nReturn-Path: <a@b>\nDKIM-Signature: v=1\nFrom: a\nSubject: b\nList-Id: <c>\nX-Mailer: d\nReferences: e\n',
  );
  assert.deepEqual(namesToSign(fields), [
    ...['From', 'From', 'Reply-To', 'Subject', 'Subject', 'To', 'Cc', 'Content-Type'],
    ...['References', 'References', 'List-Id'],
  ]);
});

test('of fields with one name the lowest is signed first, and what is not there signs as nothing', () => {
  const block = parse('Subject: top\nFrom: a\nSUBJECT: bottom\n');
  const found = fieldsNamed(['subject', 'from', 'subject', 'subject', 'to'], block.fields);
  assert.deepEqual(
    found.map(({ value }) => block.octets.toString('latin1', value.start, value.end)),
    [' bottom', ' a', ' top'],
  );
});

test('[C23] a record longer than 255 octets is cut into strings that join to it', () => {
  const key = {
    domain: 'valija.test',
    selector: '202611',
    algorithm: 'rsa-sha256',
    publicKey: 'A'.repeat(392),
  } as const;
  const strings = splitIntoStrings(formatKeyRecord(key));
  assert.deepEqual(
    strings.map((text) => text.length),
    [255, 155],
  );
  assert.equal(strings.join(''), `v=DKIM1; k=rsa; p=${key.publicKey}`);
  assert.match(
    formatZoneLine(key),
    /^202611\._domainkey\.valija\.test\. IN TXT \(\n\t"v=DKIM1; [^"]{246}"\n\t"A{155}" \)$/,
  );
});

test('a short record is one string, and a revoked key has none', () => {
  const key = { domain: 'valija.test', selector: 'e1', algorithm: 'ed25519-sha256', publicKey: '' } as const;
  assert.equal(formatZoneLine(key), 'e1._domainkey.valija.test. IN TXT "v=DKIM1; k=ed25519; p="');
});

test('a record is read as verifiers read it', () => {
  const key = { domain: 'valija.test', selector: 'e1', algorithm: 'ed25519-sha256', publicKey: 'AA==' } as const;
  const cases: readonly (readonly [string, ReturnType<typeof parseKeyRecord>])[] = [
    [formatKeyRecord(key), { keyType: 'ed25519', hashes: undefined, publicKey: 'AA==' }],
    ['p=A A\r\n =', { keyType: 'rsa', hashes: undefined, publicKey: 'AA=' }],
    [' v = DKIM1 ;h=sha1:sha256; p=;', { keyType: 'rsa', hashes: ['sha1', 'sha256'], publicKey: '' }],
    ['v=DKIM2; p=AA', undefined],
    ['v=DKIM1; k=rsa', undefined],
    ['v=DKIM1; p=AA; p=BB', undefined],
    ['v=DKIM1; p=AA; otra', undefined],
    ['=AA; p=BB', undefined],
    ['v=spf1 -all', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseKeyRecord(text), expected, text);
});
