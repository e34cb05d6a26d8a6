import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateFacts } from './certificate-facts.ts';
import { coversHost } from './host-name.ts';
import { findIssueMistake } from './issued-certificate.ts';
import { NameTable } from './name-table.ts';
import { judgePlace, wantedCertificates } from './wanted-certificates.ts';

test('[C69] a wildcard stands for one label, the first, and never for a whole top-level domain', () => {
  const covered = (names: readonly string[], host: string) => coversHost(names, host);
  assert.ok(covered(['mail.valija.test'], 'MAIL.valija.test'));
  assert.ok(covered(['*.valija.test'], 'mail.valija.test'));
  assert.ok(!covered(['*.valija.test'], 'valija.test'));
  assert.ok(!covered(['*.valija.test'], 'a.mail.valija.test'));
  assert.ok(!covered(['*.test'], 'valija.test'));
  assert.ok(!covered(['m*.valija.test'], 'mail.valija.test'));
  assert.ok(!covered([], ''));
});

test('[C69] a name goes before a wildcard, and who was there first before who came later', () => {
  const table = new NameTable<string>();
  table.enter(['*.valija.test'], 'wildcard');
  table.enter(['mail.valija.test', '*.valija.test'], 'own');
  assert.equal(table.find('Mail.Valija.Test'), 'own');
  assert.equal(table.find('imap.valija.test'), 'wildcard');
  assert.equal(table.find('valija.test'), undefined);
  assert.equal(table.find('__proto__'), undefined);
});

test('[C51] the host has a certificate of its own, each domain one for its usual names; files and odd names are left alone', () => {
  const wanted = wantedCertificates({
    myhostname: 'mail.valija.test',
    domains: ['valija.test', 'Example.org', 'localhost', 'x.localhost', 'localhost.valija.test', 'valija.test'],
    others: ['correo.example.net'],
    covered: ['*.example.org'],
  });
  assert.deepEqual(
    wanted.map(({ id }) => id),
    ['mail.valija.test', 'correo.example.net', 'valija.test', 'example.org'],
  );
  assert.deepEqual(wanted[0]?.names, ['mail.valija.test']);
  assert.ok(wanted[2]?.names.includes('autoconfig.valija.test') && wanted[2].names.includes('mta-sts.valija.test'));
  assert.ok(!wanted[2]?.names.includes('mail.valija.test'));
  assert.deepEqual(wanted[3]?.names, ['example.org']);
});

test('[C51] one certificate where the host is called as its domain', () => {
  const [only, ...others] = wantedCertificates({
    myhostname: 'valija.test',
    domains: ['valija.test'],
    others: [],
    covered: [],
  });
  assert.deepEqual(others, []);
  assert.deepEqual(only?.names.slice(0, 2), ['valija.test', 'mail.valija.test']);
});

test('[C51] a name that leads elsewhere, even by one address, is not asked for, and the reason is told', () => {
  const isOurs = (address: string) => address === '192.0.2.1';
  const place = (...addresses: string[]) => ({ kind: 'addresses', addresses }) as const;
  const name = 'mta-sts.valija.test';
  assert.equal(judgePlace(name, place('192.0.2.1'), isOurs), undefined);
  assert.deepEqual(judgePlace(name, place('192.0.2.1', '2001:db8::1'), isOurs), {
    ...{ name, reason: 'elsewhere', address: '2001:db8::1' },
  });
  assert.equal(judgePlace(name, { kind: 'nowhere' }, isOurs)?.reason, 'no-such-name');
  assert.equal(judgePlace(name, { kind: 'unknown' }, isOurs)?.reason, 'dns-failed');
});

test('[C51] an authority that lies is not believed', () => {
  const nowMs = Date.UTC(2026, 10, 21);
  const wanted = ['mail.valija.test', 'valija.test'];
  const good: CertificateFacts = {
    names: wanted,
    issuer: 'CA',
    isSelfSigned: false,
    fromMs: nowMs - 1_000,
    untilMs: nowMs + 1_000,
    fingerprint: '',
    keyType: '',
  };
  const mistake = (change: Partial<CertificateFacts>) => findIssueMistake({ ...good, ...change }, wanted, nowMs);
  assert.equal(mistake({}), undefined);
  assert.equal(mistake({ fromMs: nowMs + 60_000 }), undefined, 'our clock may be late');
  assert.match(mistake({ names: ['valija.test'] }) ?? '', /not for mail\.valija\.test/);
  assert.match(mistake({ names: [...wanted, 'bank.example'] }) ?? '', /nobody asked for: bank\.example/);
  assert.match(mistake({ names: ['*.valija.test', 'valija.test'] }) ?? '', /nobody asked for/);
  assert.match(mistake({ untilMs: nowMs }) ?? '', /expired/);
  assert.match(mistake({ fromMs: nowMs + 86_400_000 }) ?? '', /not valid yet/);
});
