// The cases of ValiMail's ARC test suite, under its names. The suite bears no licence, so that its messages are not here: each
// is made and sealed anew, with what the suite says of it. Where the suite is older than an RFC, the RFC holds: SHA-1 and
// RSA keys below 1024 bits prove nothing (RFC 8301), and a `c=` that was really used is verified (RFC 8617 §4.1.2).

import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Alter, type ArcSetPlan, sealMessage } from '../../../test/world/arc-sealer.ts';
import { type GivenRecords, givenAnswers } from '../../../test/world/given-answers.ts';
import { judgeMessage } from './judge-message.ts';

type Verdict = 'none' | 'pass' | 'fail';
type Case = readonly [name: string, expected: Verdict, message: string, records?: GivenRecords];

const KEY = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const KEY_2048 = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const KEY_512 = generateKeyPairSync('rsa', { modulusLength: 512 });
const record = (key: KeyObject) =>
  `v=DKIM1; k=rsa; p=${key.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const NAME = 'dummy._domainkey.example.org TXT';
const KEYS: GivenRecords = { [NAME]: [record(KEY.publicKey)] };

const HEADER = [
  'MIME-Version: 1.0',
  'Return-Path: <jqd@d1.example>',
  'Received: by 10.157.14.6 with HTTP; Tue, 3 Jan 2017 12:22:54 -0800 (PST)',
  'Message-ID: <54B84785.1060301@d1.example>',
  'Date: Thu, 14 Jan 2015 15:00:01 -0800',
  'From: John Q Doe <jqd@d1.example>',
  'To: arc@dmarc.example',
  'Subject: Example  1',
  '',
].join('\r\n');
const BASE = `${HEADER}\r\nHey gang,\r\nThis is a  test message.\r\n--J.\r\n`;

const seal = (...sets: readonly ArcSetPlan[]) => sealMessage(BASE, KEY.privateKey, sets);
/** One good set, and one that is made as said. */
const second = (plan: ArcSetPlan) => seal({}, plan);
const add =
  (tag: string): Alter =>
  (field) =>
    field.replace(': ', `: ${tag}`);
const swap =
  (from: string | RegExp, to: string): Alter =>
  (field) => {
    const changed = field.replace(from, to);
    assert.notEqual(changed, field, String(from));
    return changed;
  };
const TWO = seal({}, {});
const tag = (name: string) => new RegExp(`\\b${name}=[^;]*;`);

/** What holds of the seal's tags and of the message signature's alike. */
function sharedCases(
  prefix: string,
  before: 'sealBefore' | 'signatureBefore',
  after: 'sealAfter' | 'signatureAfter',
): Case[] {
  const signed = (alter: Alter) => second({ [before]: alter });
  const changed = (alter: Alter) => second({ [after]: alter });
  const B64 = /(b=\s*[A-Za-z0-9+/]{8})([A-Za-z0-9+/])/;
  const isSeal = prefix === 'as';
  const field = isSeal ? 'ARC-Seal: ' : 'ARC-Message-Signature: ';
  return [
    ['format_sc_wsp', 'pass', signed(swap('; d=', '  ;  d='))],
    ['format_eq_wsp', 'pass', signed(swap('d=example', 'd  =  example'))],
    ['format_tags_trail_sc', 'pass', signed(swap('b=@', 'b=@;'))],
    ['format_tags_unknown', 'pass', signed(add('w=catparty; '))],
    ['format_inv_tag_key', 'fail', signed(add('_=8; '))],
    ['format_tags_dup', 'fail', signed(add('s=dummy; '))],
    ['format_tags_key_case', 'fail', signed(swap(' s=', ' S='))],
    ['format_tags_val_case', 'fail', changed(swap('s=dummy', 's=dUMMy'))],
    ['format_tags_wsp', 'fail', changed(swap('d=example.org', 'd=exa mple.org'))],
    ['format_tags_sc', 'fail', signed(swap('; d=', ';; d='))],
    ['fields_i_missing', 'fail', signed(swap('i=2; ', ''))],
    ['fields_i_empty', 'fail', signed(swap('i=2;', 'i=;'))],
    ['fields_i_zero', 'fail', signed(swap('i=2;', 'i=0;'))],
    ['fields_i_invalid', 'fail', signed(swap('i=2;', 'i=a;'))],
    ['fields_i_too_high', 'fail', signed(swap('i=2;', 'i=51;'))],
    ['fields_a_na', 'fail', signed(swap('a=rsa-sha256; ', ''))],
    ['fields_a_empty', 'fail', signed(swap('a=rsa-sha256', 'a='))],
    ['fields_a_sha1', 'fail', signed(swap('rsa-sha256', 'rsa-sha1'))],
    ['fields_a_unknown', 'fail', signed(swap('rsa-sha256', 'poetry'))],
    ['fields_b_ignores_wsp', 'pass', changed(swap(B64, '$1 \t\r\n  $2'))],
    ['fields_b_head_case', 'pass', changed(swap(field, field.toUpperCase()))],
    ['fields_b_head_unfold', 'pass', changed(swap('; a=', ';\r\n a='))],
    ['fields_b_eol_wsp', 'pass', changed(swap(';\r\n', '; \t \r\n'))],
    ['fields_b_inl_wsp', 'pass', changed(swap('; a=', ';   a='))],
    ['fields_b_col_wsp', 'pass', changed(swap(': ', ':\r\n  '))],
    ['fields_b_na', 'fail', changed(swap(/\s*\bb=[^;]*$/, '\r\n'))],
    ['fields_b_empty', 'fail', changed(swap(/\bb=[^;]*$/, 'b=\r\n'))],
    ['fields_b_base64', 'fail', changed(swap(/\bb=\s*\S/, 'b=&'))],
    ['fields_b_mod_sig', 'fail', changed(swap(B64, '$1A$2'))],
    ['fields_d_na', 'fail', signed(swap(tag('d'), ''))],
    ['fields_d_empty', 'fail', signed(swap('d=example.org', 'd='))],
    ['fields_d_invalid', 'fail', signed(swap('d=example.org', 'd=exa!mple..org'))],
    ['fields_s_na', 'fail', signed(swap(tag('s'), ''))],
    ['fields_s_empty', 'fail', signed(swap('s=dummy', 's='))],
    ['fields_t_na', 'pass', signed(swap(tag('t'), ''))],
    ['fields_t_empty', 'fail', signed(swap('t=12345', 't='))],
    ['fields_t_invalid', 'fail', signed(swap('t=12345', 't=abcdefg'))],
  ].map(([name, expected, message]) => [`${prefix}_${name}`, expected, message] as Case);
}

const withKey = (
  bits: string,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  expected: Verdict,
): Case => [`as_fields_b_${bits}`, expected, sealMessage(BASE, privateKey, [{}, {}]), { [NAME]: [record(publicKey)] }];

const SEAL: readonly Case[] = [
  ...sharedCases('as', 'sealBefore', 'sealAfter'),
  ['as_fields_i_dup', 'fail', `${fieldOf(seal({}), 'ARC-Seal', 1)}${seal({})}`],
  ['as_fields_i_dup2', 'fail', `${fieldOf(TWO, 'ARC-Seal', 2)}${TWO}`],
  withKey('512', KEY_512, 'fail'),
  withKey('1024', KEY, 'pass'),
  withKey('2048', KEY_2048, 'pass'),
  [
    'as_fields_b_aar1',
    'fail',
    TWO.replace(fieldOf(TWO, 'ARC-Authentication-Results', 1), (field) => field.replace('dmarc=pass', 'dmarc=fail')),
  ],
  [
    'as_fields_b_ams1',
    'fail',
    TWO.replace(fieldOf(TWO, 'ARC-Message-Signature', 1), (field) => field.replace('t=12345', 't=12346')),
  ],
  [
    'as_fields_b_asb1',
    'fail',
    TWO.replace(fieldOf(TWO, 'ARC-Seal', 1), (field) => field.replace('t=12345', 't=12346')),
  ],
  ['as_fields_cv_na', 'fail', second({ sealBefore: swap('cv=pass; ', '') })],
  ['as_fields_cv_empty', 'fail', second({ cv: '' })],
  ['as_fields_cv_invalid', 'fail', second({ cv: 'maybe' })],
  ['as_fields_h', 'fail', second({ sealBefore: add('h=from; ') })],
];

const names = (...signedNames: readonly string[]): string => second({ signedNames });
const simple = (message: string): string =>
  sealMessage(message, KEY.privateKey, [{ canonicalization: 'relaxed/simple' }]);
const body = (from: string | RegExp, to: string, message = TWO): string => message.replace(from, to);

const SIGNATURE: readonly Case[] = [
  ...sharedCases('ams', 'signatureBefore', 'signatureAfter'),
  ['ams_fields_i_dup', 'fail', `${fieldOf(TWO, 'ARC-Message-Signature', 2)}${TWO}`],
  ['ams_fields_b_mod_headers', 'fail', TWO.replace('Subject: Example  1', 'Subject: Example 2')],
  ['ams_fields_bh_ignores_wsp', 'pass', second({ signatureBefore: swap(/bh=(.{8})/, 'bh=$1 \r\n  ') })],
  ['ams_fields_bh_sim_base', 'pass', simple(BASE)],
  ['ams_fields_bh_sim_inl_wsp', 'fail', simple(BASE).replace('a  test', 'a test')],
  ['ams_fields_bh_sim_end_lines', 'pass', `${simple(BASE)}\r\n\r\n`],
  ['ams_fields_bh_rel_eol_wsp', 'pass', body('gang,\r\n', 'gang, \t\r\n')],
  ['ams_fields_bh_rel_inl_wsp', 'pass', body('a  test', 'a \t test')],
  ['ams_fields_bh_rel_end_lines', 'pass', `${TWO}\r\n \r\n`],
  ['ams_fields_bh_rel_trail_crlf', 'pass', TWO.slice(0, -2)],
  ['ams_fields_bh_na', 'fail', second({ signatureBefore: swap(/bh=[^;]*;/, '') })],
  ['ams_fields_bh_empty', 'fail', second({ signatureBefore: swap(/bh=[^;]*;/, 'bh=;') })],
  ['ams_fields_bh_base64', 'fail', second({ signatureBefore: swap(/bh=./, 'bh=&') })],
  ['ams_fields_bh_mod_sig', 'fail', second({ signatureBefore: swap(/bh=(.)/, 'bh=A$1') })],
  ['ams_fields_bh_mod_bod', 'fail', body('gang', 'all')],
  ['ams_fields_c_na', 'fail', second({ signatureBefore: swap(/c=[^;]*;/, '') })],
  ['ams_fields_c_empty', 'fail', second({ signatureBefore: swap(/c=[^;]*;/, 'c=;') })],
  ['ams_fields_c_ss', 'pass', second({ canonicalization: 'simple/simple' })],
  ['ams_fields_c_sr', 'pass', second({ canonicalization: 'simple/relaxed' })],
  ['ams_fields_c_rs', 'pass', second({ canonicalization: 'relaxed/simple' })],
  ['ams_fields_c_invalid', 'fail', second({ signatureBefore: swap('relaxed/relaxed', 'poetry/relaxed') })],
  ['ams_fields_h_na', 'fail', second({ signatureBefore: swap(/h=[^;]*;\r\n {4}bh/, 'bh') })],
  ['ams_fields_h_empty', 'fail', second({ signedNames: [''] })],
  ['ams_fields_h_cws', 'pass', names('from ', ' to', ' date ', 'subject')],
  ['ams_fields_h_case', 'pass', names('fRoM', 'TO', 'subject')],
  [
    'ams_fields_h_dup1',
    'pass',
    `${sealMessage(`To: uno@a.example\r\n${BASE}`, KEY.privateKey, [{ signedNames: ['from', 'to', 'to'] }])}`,
  ],
  [
    'ams_fields_h_dup2',
    'fail',
    swapTo(sealMessage(`To: uno@a.example\r\n${BASE}`, KEY.privateKey, [{ signedNames: ['from', 'to', 'to'] }])),
  ],
  ['ams_fields_h_non_existant', 'pass', names('from', 'x-nobody')],
  ['ams_fields_h_non_existant_dup', 'pass', names('from', 'x-nobody', 'x-nobody')],
  ['ams_fields_h_empty_added', 'fail', `X-Nobody: 1\r\n${names('from', 'x-nobody')}`],
  ['ams_fields_h_order', 'fail', second({ signatureAfter: swap('from:to:', 'to:from:') })],
  ['ams_fields_h_includes_ams', 'pass', names('from', 'arc-message-signature')],
  ['ams_fields_h_includes_as', 'fail', names('from', 'arc-seal')],
];

const without = (name: string, instance: number, message = TWO): string =>
  message.replace(fieldOf(message, name, instance), '');

const CHAIN: readonly Case[] = [
  ['cv_empty', 'none', '\r\n'],
  ['cv_no_headers', 'none', '\r\nHey gang,\r\n'],
  ['cv_no_body', 'none', HEADER],
  ['cv_base1', 'none', BASE],
  ['cv_pass_no_body', 'pass', sealMessage(HEADER, KEY.privateKey, [{}, {}])],
  ...[1, 2, 3, 4, 5, 50].map(
    (count): Case => [`cv_pass_i${count}_1`, 'pass', seal(...new Array<ArcSetPlan>(count).fill({}))],
  ),
  ['cv_fail_i51', 'fail', seal(...new Array<ArcSetPlan>(51).fill({}))],
  ['cv_pass_i2_1_ams1_invalid', 'pass', rewritten('Subject: Example  1', 'Subject: [list] Example')],
  ['cv_fail_i1_ams_na', 'fail', without('ARC-Message-Signature', 1, seal({}))],
  ['cv_fail_i1_ams_invalid', 'fail', seal({}).replace('jqd@d1.example>\r\nTo', 'gqd@d1.example>\r\nTo')],
  ['cv_fail_i1_as_na', 'fail', without('ARC-Seal', 1, seal({}))],
  ['cv_fail_i1_as_pass', 'fail', seal({ cv: 'pass' })],
  ['cv_fail_i1_as_fail', 'fail', seal({ cv: 'fail' })],
  ['cv_fail_i1_as_invalid', 'fail', seal({ sealAfter: swap('t=12345', 't=12346') })],
  ['cv_fail_i2_ams_na', 'fail', without('ARC-Message-Signature', 2)],
  ['cv_fail_i2_ams_invalid', 'fail', second({ signatureAfter: swap('t=12345', 't=12346') })],
  ['cv_fail_i2_as1_na', 'fail', without('ARC-Seal', 1)],
  ['cv_fail_i2_as1_invalid', 'fail', seal({ sealAfter: swap('t=12345', 't=12346') }, {})],
  ['cv_fail_i2_as1_pass', 'fail', seal({ cv: 'pass' }, {})],
  ['cv_fail_i2_as1_fail', 'fail', seal({ cv: 'fail' }, {})],
  ['cv_fail_i2_as2_na', 'fail', without('ARC-Seal', 2)],
  ['cv_fail_i2_as2_invalid', 'fail', second({ sealAfter: swap('t=12345', 't=12346') })],
  ['cv_fail_i2_as2_none', 'fail', second({ cv: 'none' })],
  ['cv_fail_i2_as2_fail', 'fail', second({ cv: 'fail' })],
  ['arc_set_duplicate', 'fail', setOf(TWO, 1) + TWO],
  ['aar_missing', 'fail', without('ARC-Authentication-Results', 1, seal({}))],
  ['aar2_missing', 'fail', without('ARC-Authentication-Results', 2)],
  ['aar_i_missing', 'fail', seal({ resultsBefore: swap(' i=1;', '') })],
  ['aar_i_wrong', 'fail', seal({ resultsBefore: swap('i=1;', 'i=2;') })],
  ['aar_i_not_prefixed', 'fail', seal({ resultsBefore: swap(/i=1; (lists.example.org;)/, '$1 i=1;') })],
  ['aar_i_no_semi', 'fail', seal({ resultsBefore: swap('i=1;', 'i=1') })],
  ['public_key_na', 'fail', TWO, {}],
  ['public_key_invalid', 'fail', TWO, { [NAME]: ['v=DKIM1; k=rsa; p=oops'] }],
];

/** What a list does: a line of the header is changed between two seals. */
function rewritten(from: string, to: string): string {
  const once = seal({});
  const signatureless = once.replace(from, to);
  const [results, signature, sealed] = ['ARC-Authentication-Results', 'ARC-Message-Signature', 'ARC-Seal'].map((name) =>
    fieldOf(once, name, 1),
  ) as [string, string, string];
  return sealMessage(signatureless, KEY.privateKey, [{}], [results, signature, sealed]);
}

function swapTo(message: string): string {
  return message
    .replace('To: uno@a.example', 'To: @')
    .replace('To: arc@dmarc.example', 'To: uno@a.example')
    .replace('To: @', 'To: arc@dmarc.example');
}

function fieldOf(message: string, name: string, instance: number): string {
  const fields = message.slice(0, message.indexOf('\r\n\r\n') + 2).split(/(?<=\r\n)(?![ \t])/);
  return fields.find((field) => field.startsWith(`${name}: `) && field.includes(`i=${instance};`)) ?? assert.fail(name);
}

function setOf(message: string, instance: number): string {
  return ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results']
    .map((name) => fieldOf(message, name, instance))
    .join('');
}

async function judge(message: string, records: GivenRecords): Promise<{ result: Verdict; reason: string | undefined }> {
  const question = { clientAddress: '192.0.2.1', helo: 'x.example', reversePath: '', receiver: 'mail.valija.test' };
  const octets = (async function* () {
    yield Buffer.from(message);
  })();
  return (await judgeMessage(question, octets, givenAnswers(records))).arc;
}

for (const [area, cases] of Object.entries({ seal: SEAL, 'message signature': SIGNATURE, chain: CHAIN })) {
  describe(`[C31] the cases of the ARC test suite: ${area}`, () => {
    for (const [name, expected, message, records = KEYS] of cases) {
      it(name, async () => {
        const { result, reason } = await judge(message, records);
        assert.equal(result, expected, `${reason}\n${message}`);
      });
    }
  });
}
