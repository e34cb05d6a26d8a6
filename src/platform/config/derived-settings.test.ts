import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deriveSettings } from './derived-settings.ts';
import { parseConfig } from './load-config.ts';
import { configSchema } from './schema.ts';
import { describeWrong } from './toml-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-machine-'));
after(() => rmSync(folder, { recursive: true }));
const files = { mailname: join(folder, 'mailname'), aliases: join(folder, 'aliases') };
const LISTEN = [{ service: 'smtp', port: 0 }];

const derive = (settings: object) => deriveSettings(configSchema.parse({ listen: LISTEN, ...settings }), files);

test('[C2] myorigin is what the machine says, read anew each time; the setting wins', () => {
  const own = { myhostname: 'mail.valija.test' };
  assert.equal(derive(own).myorigin, 'mail.valija.test');
  writeFileSync(files.mailname, 'Valija.test\nsecond line\n');
  assert.equal(derive(own).myorigin, 'valija.test');
  writeFileSync(files.mailname, 'otra.test\n');
  assert.equal(derive(own).myorigin, 'otra.test');
  assert.equal(derive({ ...own, myorigin: 'escuela.test' }).myorigin, 'escuela.test');
  assert.equal(derive({ ...own, myorigin: files.mailname }).myorigin, 'otra.test');
  writeFileSync(files.mailname, 'no name at all\n');
  assert.equal(derive(own).myorigin, 'mail.valija.test');
});

test('mydomain and mydestination follow the name of the host', () => {
  const { mydomain, mydestination } = derive({ myhostname: 'mail.valija.test' });
  assert.deepEqual(
    [mydomain, mydestination],
    ['valija.test', ['mail.valija.test', 'localhost.valija.test', 'localhost']],
  );
  assert.deepEqual(derive({}).mydestination, ['localhost', 'localhost.localdomain']);
  assert.deepEqual(derive({ mydestination: [] }).mydestination, []);
});

test('the aliases of the machine are read where its users get mail, and the file is there', () => {
  assert.deepEqual(derive({ system_users: true }).alias_maps, []);
  writeFileSync(files.aliases, 'root: usuario1\n');
  assert.deepEqual(derive({ system_users: true }).alias_maps, [`texthash:${files.aliases}`]);
  assert.deepEqual(derive({}).alias_maps, []);
  assert.deepEqual(derive({ alias_maps: ['hash:/a'] }).alias_maps, ['hash:/a']);
});

test('tables of virtual addresses name their domains, patterns do not', () => {
  const { virtual_alias_domains, virtual_mailbox_domains } = derive({
    virtual_alias_maps: ['hash:/virtual', 'pcre:/patterns'],
    virtual_mailbox_maps: ['cdb:/vmailbox'],
  });
  assert.deepEqual([virtual_alias_domains, virtual_mailbox_domains], [['hash:/virtual'], ['cdb:/vmailbox']]);
});

const complaintsOf = (text: string) => {
  const parsed = parseConfig(`${text}\n[[listen]]\nservice = "smtp"\nport = 0\n`, 'valija.toml');
  return parsed.ok ? [] : parsed.error.map(({ line, key, wrong }) => `${line} ${key}: ${describeWrong(wrong, 'en')}`);
};

test('[C64] a domain in two classes is refused at load, by name, where it is written', () => {
  const [both, ...others] = complaintsOf('mydestination = ["example.com"]\nvirtual_mailbox_domains = ["Example.com"]');
  assert.match(
    both!,
    /^2 virtual_mailbox_domains: the domain example\.com is in mydestination and in virtual_mailbox_domains; /,
  );
  assert.deepEqual(others, []);
  const [own] = complaintsOf('myhostname = "example.com"\nrelay_domains = ["example.com"]');
  assert.match(own!, /^2 relay_domains: the domain example\.com is in mydestination and in relay_domains; /);
});

test('[C2] a file of myorigin that says no domain is told where it is written', () => {
  for (const file of [join(folder, 'nothing'), folder, files.mailname]) {
    const message = `1 myorigin: ${file} cannot be read, or its first line is no domain name`;
    assert.deepEqual(complaintsOf(`myorigin = "${file}"`), [message]);
  }
});

test('what is no domain, no table, no network and no secret is said with the right form', () => {
  const cases: readonly [string, RegExp][] = [
    ['mydestination = ["$myhostname"]', /there are no \$names in this file; write the name itself/],
    ['relay_domains = ["a b"]', /"a b" is no domain name; the form is "example\.org"/],
    [
      'virtual_alias_maps = ["/etc/virtual"]',
      /"\/etc\/virtual" is no table; the form is "hash:\/etc\/valija\/virtual"/,
    ],
    ['mynetworks = ["192.0.2.1/24"]', /has bits set behind its prefix/],
    ['srs_domain = "srs.test"', /needs a secret: set srs_secrets, too/],
    ['srs_domain = "srs.test"\nsrs_secrets = ["short"]', /at least 16 characters/],
    ['recipient_delimiter = "a"', /ASCII punctuation/],
    ['unknown_local_recipient_reject_code = 200', />=400/],
  ];
  for (const [text, expected] of cases) assert.match(complaintsOf(text)[0] ?? 'accepted', expected, text);
});

test('[C52] mynetworks is by default exactly the machine itself', () => {
  assert.deepEqual(derive({}).mynetworks, ['127.0.0.0/8', '::ffff:127.0.0.0/104', '::1/128']);
});

test('[C9] without IPv6 all addresses are those of IPv4, and one of IPv6 is a mistake', () => {
  const listen = [{ service: 'smtp', address: '::', port: 25 }];
  assert.equal(derive({ listen }).listen[0]?.address, '::');
  assert.equal(derive({ listen, inet_protocols: ['ipv4'] }).listen[0]?.address, '0.0.0.0');
  const text = 'inet_protocols = ["ipv4"]\n[[listen]]\nservice = "smtp"\naddress = "2001:db8::1"\nport = 25\n';
  const parsed = parseConfig(text, 'valija.toml');
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.error.map(({ line, key }) => ({ line, key })),
    [{ line: 4, key: 'listen[1].address' }],
  );
});
