import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addrSpec } from '../../../test/world/directory.ts';
import { type Fields, readAccount } from './account-fields.ts';
import { attributesOf, mapAttributes, parseAttributeMap } from './attribute-map.ts';
import { bindQuery, NUMBERED, QUESTION_MARKS } from './bound-query.ts';
import { escapeFilterValue, escapeNameValue } from './ldap-text.ts';
import { parsePasswdLine, replacePassword } from './passwd-line.ts';
import { parseQuotaRule } from './quota-rule.ts';
import { expandTemplate, parseTemplate } from './variables.ts';

const ANA = addrSpec('ana@valija.test');
const fold = (text: string) => (/^[^@\s]+@[^@\s]+$/.test(text) ? text.toLowerCase() : undefined);

function fieldsOf(literal: Readonly<Record<string, string | readonly string[]>>): Fields {
  return new Map(Object.entries(literal).map(([name, value]) => [name, [value].flat()]));
}

function expand(text: string): string {
  const parts = parseTemplate(text);
  assert.ok(parts.ok, text);
  return expandTemplate(parts.value, ANA);
}

test('variables stand for parts of the address', () => {
  assert.equal(expand('%u %s %n %d %Lu 100%%'), 'ana@valija.test ana@valija.test ana valija.test ana@valija.test 100%');
  assert.equal(expand('%{user} %{username | lower} %{domain}'), 'ana@valija.test ana valija.test');
  for (const wrong of ['%x', '%', '%{home}', '%1']) assert.equal(parseTemplate(wrong).ok, false, wrong);
});

test('[T14] a query gets a place for each value, whatever quotes stand around it', () => {
  const bound = bindQuery(
    "SELECT '%%', a FROM b WHERE c = '%n@%d' AND d = %u AND e LIKE '%%%n''%%'",
    parseTemplate,
    NUMBERED,
  );
  assert.ok(bound.ok);
  assert.equal(bound.value.sql, "SELECT '%', a FROM b WHERE c = $1 AND d = $2 AND e LIKE $3");
  const values = bound.value.parameters.map((parts) => expandTemplate(parts, ANA));
  assert.deepEqual(values, ['ana@valija.test', 'ana@valija.test', "%ana'%"]);
  const marked = bindQuery('SELECT 1 WHERE a = "%u"', parseTemplate, QUESTION_MARKS);
  assert.equal(marked.ok && marked.value.sql, 'SELECT 1 WHERE a = ?');
  assert.equal(bindQuery("WHERE a = '%q'", parseTemplate, NUMBERED).ok, false);
});

test('[T14] a value in a filter, or in a name, is nothing else', () => {
  assert.equal(escapeFilterValue('*)(uid=*\\\0é'), '\\2a\\29\\28uid=\\2a\\5c\\00é');
  assert.equal(escapeNameValue(' a,b=c+"d"<e>;f\\#\0 '), '\\20a\\2cb\\3dc\\2b\\22d\\22\\3ce\\3e\\3bf\\5c#\\00\\20');
  assert.equal(escapeNameValue('#a'), '\\23a');
});

test('a line of a passwd-file, with all its columns or only two', () => {
  const read = (line: string) => {
    const entry = parsePasswdLine(line);
    assert.ok(entry.ok, line);
    return entry.value && { user: entry.value.user, ...Object.fromEntries(entry.value.fields) };
  };
  assert.deepEqual(read('ana:{PLAIN}x'), { user: 'ana', password: ['{PLAIN}x'] });
  const full =
    'ana@valija.test:{SHA}x=:5000:5000:Ana,,:/home/a:/bin/false:userdb_quota_rule=*:storage=1G nologin allow_nets=10.0.0.0/8';
  assert.deepEqual(read(full), {
    user: 'ana@valija.test',
    password: ['{SHA}x='],
    name: ['Ana'],
    userdb_quota_rule: ['*:storage=1G'],
    nologin: ['yes'],
    allow_nets: ['10.0.0.0/8'],
  });
  assert.deepEqual(read('ana:x:1:1:::: user=berto'), { user: 'ana', password: ['x'] }, 'the line says whose it is');
  for (const nothing of ['', '   ', '# ana:x', ':x']) assert.equal(read(nothing), undefined);
  assert.equal(parsePasswdLine('ana').ok, false);
  assert.equal(parsePasswdLine(`ana:${'x'.repeat(20_000)}`).ok, false);
  assert.equal(replacePassword('ana:x:1:1::/h:/s:a=b:c', '{PLAIN}y'), 'ana:{PLAIN}y:1:1::/h:/s:a=b:c');
  assert.equal(replacePassword('ana:x', 'y'), 'ana:y');
});

test('quota rules of Dovecot', () => {
  const rules: readonly (readonly [string, number | undefined])[] = [
    ['*:storage=1G', 2 ** 30],
    ['*:storage=1024', 2 ** 20],
    ['*:bytes=1000', 1000],
    ['*:storage=10M:messages=1000', 10 * 2 ** 20],
    ['*:messages=1000', undefined],
    ['?:storage=5MB', 5 * 2 ** 20],
    ['Trash:storage=1G', undefined],
    ['*:storage=0', 0],
  ];
  for (const [rule, bytes] of rules) assert.deepEqual(parseQuotaRule(rule), { ok: true, value: bytes }, rule);
  for (const wrong of ['1G', '*:storage=much', '*:storage=-1', '*:storage=99999999999999T']) {
    assert.equal(parseQuotaRule(wrong).ok, false, wrong);
  }
});

test('attributes become fields: renamed, within a text, several, or in their place another', () => {
  const parsed = parseAttributeMap(
    'mail=user, quota=quota_rule=*:storage=%$M, =name=%{ldap:cn:nobody}, alias=addresses, uid',
  );
  assert.ok(parsed.ok);
  assert.deepEqual(attributesOf(parsed.value), ['mail', 'quota', 'cn', 'alias', 'uid']);
  const attributes = new Map([
    ['mail', ['ana@valija.test']],
    ['quota', ['10']],
    ['alias', ['a@valija.test', 'b@valija.test']],
  ]);
  assert.deepEqual(Object.fromEntries(mapAttributes(parsed.value, attributes)), {
    user: ['ana@valija.test'],
    quota_rule: ['*:storage=10M'],
    name: ['nobody'],
    addresses: ['a@valija.test', 'b@valija.test'],
  });
  for (const wrong of ['=x', 'a b', 'a=b c', '9=x']) assert.equal(parseAttributeMap(wrong).ok, false, wrong);
});

test('fields make an account', () => {
  const read = (literal: Readonly<Record<string, string | readonly string[]>>) => {
    const account = readAccount(fieldsOf(literal), ANA, fold);
    assert.ok(account.ok, JSON.stringify(account));
    return account.value;
  };
  const bare = {
    id: 'ana@valija.test',
    displayName: undefined,
    addresses: ['ana@valija.test'],
    disabled: false,
    quotaBytes: 0,
  };
  assert.deepEqual(read({}), { account: bare, password: undefined, loginRefusal: undefined });
  const { account } = read({
    ...{ user: 'Jefa', userdb_name: 'La jefa', disabled: 'yes', quota_storage_size: '1G' },
    addresses: ['uno@valija.test, dos@valija.test', '@valija.test'],
  });
  assert.deepEqual(account, {
    ...{ id: 'jefa@valija.test', displayName: 'La jefa', disabled: true, quotaBytes: 2 ** 30 },
    addresses: ['jefa@valija.test', 'uno@valija.test', 'dos@valija.test'],
  });
  assert.equal(readAccount(fieldsOf({ user: 'a b' }), ANA, fold).ok, false);
  assert.equal(readAccount(fieldsOf({ quota_rule: 'x' }), ANA, fold).ok, false);
});

test('whoever limits logins by what is not checked here lets nobody in', () => {
  const refusal = (literal: Readonly<Record<string, string>>) => {
    const account = readAccount(fieldsOf(literal), ANA, fold);
    return account.ok ? account.value.loginRefusal : undefined;
  };
  assert.match(String(refusal({ nologin: 'yes' })), /nologin/);
  assert.match(String(refusal({ allow_nets: '192.0.2.0/24' })), /allow_nets, which is not supported/);
  assert.match(String(refusal({ nopassword: 'y' })), /nopassword/);
  for (const no of ['0', 'no', '', 'false']) assert.equal(refusal({ nologin: no }), undefined);
});
