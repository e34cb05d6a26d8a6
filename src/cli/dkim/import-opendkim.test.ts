// OpenDKIM's files, in the forms that its manual and the tutorials know.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeConfig } from '../../../test/world/given-state.ts';
import { valija } from '../../../test/world/valija-command.ts';
import {
  findOtherSettings,
  joinTables,
  parseHosts,
  parseKeyTable,
  parseSettings,
  parseSigningTable,
} from './opendkim-tables.ts';

function bringTogether(keyTable: string, signingTable: string) {
  const { entries, remarks } = parseKeyTable(keyTable);
  const joined = joinTables(entries, parseSigningTable(signingTable));
  return {
    keys: joined.keys.map(({ author, domain, selector, keyFile }) => `${author} ${domain} ${selector} ${keyFile}`),
    remarks: [...remarks, ...joined.remarks].map(({ kind }) => kind),
  };
}

const KEY_TABLE = `
# a comment
default._domainkey.example.org  example.org:default:/etc/opendkim/keys/example.org/default.private
proveedor	Proveedor.test:Mail:/etc/opendkim/keys/p.private   # another
own %:s1:/etc/opendkim/keys/own.private
`;

test('[C24] keys, domains and selectors of both tables are brought together', () => {
  const signing = `
*@example.org default._domainkey.example.org
cliente.test proveedor
*@uno.test,ignored own
*@uno.test own:%
.dos.test own
*@*.tres.test own
*@cuatro.test default._domainkey.example.org,proveedor
`;
  const { keys, remarks } = bringTogether(KEY_TABLE, signing);
  assert.deepEqual(keys, [
    'example.org example.org default /etc/opendkim/keys/example.org/default.private',
    'cliente.test proveedor.test Mail /etc/opendkim/keys/p.private',
    'uno.test uno.test s1 /etc/opendkim/keys/own.private',
    'dos.test dos.test s1 /etc/opendkim/keys/own.private',
    'tres.test tres.test s1 /etc/opendkim/keys/own.private',
    'cuatro.test example.org default /etc/opendkim/keys/example.org/default.private',
    'cuatro.test proveedor.test Mail /etc/opendkim/keys/p.private',
  ]);
  assert.deepEqual(remarks, ['malformed', 'below-domain', 'below-domain']);
});

test('[C24] what has no like here is said, not guessed', () => {
  assert.deepEqual(bringTogether(KEY_TABLE, 'ana@example.org proveedor\n* own\n* proveedor\n*@x.test nadie\n'), {
    keys: ['proveedor.test proveedor.test Mail /etc/opendkim/keys/p.private'],
    remarks: ['single-address', 'any-author', 'any-author', 'no-such-key', 'unused-key'],
  });
  assert.deepEqual(bringTogether('broken example.org\n', ''), { keys: [], remarks: ['malformed'] });
});

test('[C24] trusted hosts become networks; names do not', () => {
  const { networks, remarks } = parseHosts(
    '127.0.0.1\nlocalhost\n10.0.0.0/8\n2001:db8::/32\n*.example.org\n!10.1.1.1\n',
  );
  assert.deepEqual(networks, ['127.0.0.1', '::1', '10.0.0.0/8', '2001:db8::/32']);
  assert.deepEqual(
    remarks.map((remark) => 'text' in remark && remark.text),
    ['*.example.org', '!10.1.1.1'],
  );
  assert.deepEqual(
    remarks.map(({ kind }) => kind),
    ['host-name', 'excluded-host'],
  );
  assert.deepEqual(parseHosts('[2001:db8::1]\n[192.0.2.0]/24\n').networks, ['2001:db8::1', '192.0.2.0/24']);
});

test('[C24] refile: patterns are tried in their order; of several for one domain the first counts, or all', () => {
  const signing =
    '*@example.org proveedor\n*@mail.*.org proveedor\n*@*.example.org own\n*@example.org own\n% proveedor\n';
  assert.deepEqual(bringTogether(KEY_TABLE, signing), {
    keys: [
      'example.org proveedor.test Mail /etc/opendkim/keys/p.private',
      'proveedor.test proveedor.test Mail /etc/opendkim/keys/p.private',
    ],
    remarks: ['wild-domain', 'below-domain', 'shadowed', 'shadowed', 'any-author', 'unused-key'],
  });
  const table = parseKeyTable('a %:s1:/keys/%/s1.private\nb %:s2:/keys/%/s2.private\n').entries;
  const both = joinTables(table, parseSigningTable('*@uno.test a\n*@uno.test b\n'), true);
  assert.deepEqual(
    both.keys.map(({ selector, keyFile }) => `${selector} ${keyFile}`),
    ['s1 /keys/uno.test/s1.private', 's2 /keys/uno.test/s2.private'],
  );
});

test('[C24] settings that make other signatures than ours are named', () => {
  const settings = parseSettings(
    'Mode sv\nCanonicalization relaxed/simple\nSignatureTTL 0\nSignatureAlgorithm rsa-sha1\nBodyLengths no\n',
  );
  assert.deepEqual(
    findOtherSettings(settings).map((remark) => 'text' in remark && remark.text),
    ['Canonicalization relaxed/simple', 'SignatureAlgorithm rsa-sha1'],
  );
});

function openFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-opendkim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { configFile } = writeConfig(folder);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys/mail.private'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  return { folder, configFile, write, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
}

test('[C24] valija dkim import reads opendkim.conf and what it names', async (t) => {
  const { configFile, folder, write, publicKey } = openFolder(t);
  write('KeyTable', 'uno example.org:mail:keys/mail.private\ndos falta.test:x:keys/falta.private\n');
  write('SigningTable', '*@example.org uno\n*@falta.test dos\n');
  write('TrustedHosts', '127.0.0.1\n192.0.2.0/24\n');
  write(
    'opendkim.conf',
    'Mode sv\nKeyTable file:KeyTable\nSigningTable refile:SigningTable\nInternalHosts refile:TrustedHosts\n',
  );
  const { code, output } = await valija({ configFile }, 'dkim', 'import', join(folder, 'opendkim.conf'));
  assert.equal(code, 65, output);
  assert.match(output, /example\.org +mail +RSA 1024 +active/);
  assert.match(output, /falta\.test, x: not imported: ENOENT/);
  assert.match(output, /dkim_internal_hosts = \["127\.0\.0\.1", "192\.0\.2\.0\/24"\]/);
  const shown = JSON.parse((await valija({ configFile }, 'dkim', 'show', 'example.org', '--json')).output);
  assert.deepEqual(shown[0].record.strings, [`v=DKIM1; k=rsa; p=${publicKey}`]);
  assert.equal(shown[0].record.name, 'mail._domainkey.example.org');
});

test('[C24] a key that stands in the table itself', async (t) => {
  const { configFile, folder, write } = openFolder(t);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const { privateKey: edwards } = generateKeyPairSync('ed25519');
  const lines = [
    `uno uno.test:a:${privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')}`,
    `dos dos.test:b:${privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')}`,
    `tres tres.test:c:${edwards.export({ type: 'pkcs8', format: 'der' }).toString('base64')}`,
  ];
  write('KeyTable', `${lines.join('\n')}\n`);
  write('SigningTable', '*@uno.test uno\n*@dos.test dos\n*@tres.test tres\n');
  const tables = ['--key-table', join(folder, 'KeyTable'), '--signing-table', join(folder, 'SigningTable')];
  const { code, output, errors } = await valija({ configFile }, 'dkim', 'import', ...tables);
  assert.equal(code, 0, errors);
  assert.match(output, /uno\.test +a +RSA 1024[^\n]*\n.*dos\.test +b +RSA 1024[^\n]*\n.*tres\.test +c +Ed25519/);
});

test('[C24] one key, by options or by Domain, Selector and KeyFile', async (t) => {
  const { configFile, folder, write } = openFolder(t);
  write('opendkim.conf', 'Domain uno.test, dos.test\nSelector s1\nKeyFile keys/mail.private\n');
  assert.equal((await valija({ configFile }, 'dkim', 'import', join(folder, 'opendkim.conf'))).code, 0);
  const file = join(folder, 'keys/mail.private');
  const one = ['--domain', 'tres.test', '--selector', 's2', '--key-file', file];
  assert.equal((await valija({ configFile }, 'dkim', 'import', ...one)).code, 0);
  const listed = JSON.parse((await valija({ configFile }, 'dkim', 'list', '--json')).output);
  assert.deepEqual(
    listed.map((key: { author: string; selector: string; status: string }) => [key.author, key.selector, key.status]),
    [
      ['dos.test', 's1', 'active'],
      ['tres.test', 's2', 'active'],
      ['uno.test', 's1', 'active'],
    ],
  );
  assert.equal((await valija({ configFile }, 'dkim', 'import', '--key-file', file)).code, 64);
  assert.match((await valija({ configFile }, 'dkim', 'import')).errors, /nothing to import/);
  write('opendkim.conf', 'KeyTable ldap://x\nSigningTable file:SigningTable\n');
  assert.match((await valija({ configFile }, 'dkim', 'import', join(folder, 'opendkim.conf'))).errors, /only files/);
});
