import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEYS, SERVER } from '../../../test/world/checked-domain.ts';
import { planDomain } from './plan-domain.ts';
import { planChange } from './publication.ts';
import { formatText, type PublishedRecord, type RecordType } from './published-record.ts';

const WANTED = planDomain('valija.test', KEYS, SERVER).records;

function there(name: string, type: RecordType, data: string): PublishedRecord {
  return { name, type, ttlSeconds: 0, data };
}

function changeFrom(...seen: readonly PublishedRecord[]) {
  const all = WANTED.map(({ name, type, data }) => there(name, type, data));
  const others = all.filter(({ name, type }) => !seen.some((each) => each.name === name && each.type === type));
  return planChange(WANTED, [...others, ...seen]);
}

test('where all is there nothing changes, however it is written', () => {
  const upper = WANTED.map(({ name, type, data }) =>
    there(name, type, type === 'TLSA' || type === 'MX' ? data.toUpperCase() : data.replace('" "', '')),
  );
  assert.deepEqual(planChange(WANTED, upper), { add: [], remove: [], conflicts: [], kept: [] });
});

test('a text of the same kind is superseded, one of another kind stays', () => {
  const old = there('valija.test', 'TXT', formatText('v=spf1 a -all'));
  const other = there('valija.test', 'TXT', formatText('google-site-verification=x'));
  const { add, remove } = changeFrom(old, other);
  assert.deepEqual([add.map(({ name, type }) => `${name} ${type}`), remove], [['valija.test TXT'], [old]]);
});

test('a text of the same kind is superseded as it stands, in whatever strings', () => {
  const old = there('_dmarc.valija.test', 'TXT', '"v=DMA" "RC1; p=none; x=\\195\\169"');
  assert.deepEqual(changeFrom(old).remove, [old]);
});

test('[C22] an SPF record that names others is theirs, too: it stays, and ours is left out and told', () => {
  for (const text of [
    'v=spf1 mx include:_spf.example.net ~all',
    'v=spf1 redirect=_spf.example.net',
    'V=SPF1 a:x.org',
  ]) {
    const { add, remove, conflicts } = changeFrom(there('valija.test', 'TXT', formatText(text)));
    assert.deepEqual([add, remove], [[], []], text);
    assert.deepEqual(
      conflicts.map(({ name, type }) => `${name} ${type}`),
      ['valija.test TXT'],
      text,
    );
  }
  const own = there('valija.test', 'TXT', formatText('v=spf1 a mx ip4:203.0.113.0/24 ip6:2001:db8::/32 ~all'));
  assert.deepEqual(changeFrom(own).remove, [own]);
});

test('[C22] where ours is left out, nothing is taken away that it would have superseded', () => {
  const text = (value: string) => there('valija.test', 'TXT', formatText(value));
  const { remove, conflicts } = changeFrom(text('v=spf1 a -all'), text('v=spf1 include:_spf.example.net -all'));
  assert.deepEqual([remove, conflicts.length], [[], 1]);
});

test('a text is written by its octets', () => {
  assert.equal(formatText('a "b" \\ é'), '"a \\"b\\" \\\\ \\195\\169"');
});

const POLICY = '_dmarc.valija.test';
const OURS = 'rua=mailto:postmaster@valija.test';

/** Ours is `p=quarantine`. */
function policyFrom(...texts: readonly string[]) {
  const { add, remove, kept } = changeFrom(...texts.map((text) => there(POLICY, 'TXT', formatText(text))));
  return { add: add.map(({ data }) => data), remove: remove.length, kept: kept.flatMap(({ tags }) => tags) };
}

test('[C25] a stricter DMARC policy, and where others want their reports, stay beside ours', () => {
  const cases: readonly (readonly [there: string, published: string, kept: readonly string[]])[] = [
    [
      'v=DMARC1; p=reject; rua=mailto:x@example.org',
      `v=DMARC1; p=reject; ${OURS},mailto:x@example.org`,
      ['p=reject', 'rua=mailto:x@example.org'],
    ],
    ['v=DMARC1; p=none; sp=reject', `v=DMARC1; p=quarantine; ${OURS}; sp=reject`, ['sp=reject']],
    ['v=DMARC1; p=reject; sp=none', `v=DMARC1; p=reject; ${OURS}; sp=quarantine`, ['p=reject']],
    ['v=DMARC1; p=none; np=reject', `v=DMARC1; p=quarantine; ${OURS}; np=reject`, ['np=reject']],
    [
      `v=DMARC1;p=none;ruf=mailto:f@example.org!10m,mailto:;adkim=s;fo=1`,
      `v=DMARC1; p=quarantine; ${OURS}; ruf=mailto:f@example.org!10m; adkim=s; fo=1`,
      ['ruf=mailto:f@example.org!10m', 'adkim=s', 'fo=1'],
    ],
    // What weakens ours goes; of what is stricter than ours it is part.
    ['v=DMARC1; p=quarantine; pct=5; t=y', `v=DMARC1; p=quarantine; ${OURS}`, []],
    ['v=DMARC1; p=reject; t=y', `v=DMARC1; p=reject; ${OURS}; t=y`, ['p=reject', 't=y']],
    // Of addresses that nobody can read, and of policies that are none, nothing is left.
    ['v=DMARC1; p=rejected; sp=x; rua=mailto:,x@example.org', `v=DMARC1; p=quarantine; ${OURS}`, []],
  ];
  for (const [text, published, kept] of cases)
    assert.deepEqual(policyFrom(text), { add: [formatText(published)], remove: 1, kept }, text);
});

test('[C25] a DMARC record that ours has nothing to add to stays as it stands, and what it has is told', () => {
  const text = 'v=DMARC1;p=Reject;rua=mailto:X@example.org,mailto:Postmaster@valija.test';
  assert.deepEqual(policyFrom(text), { add: [], remove: 0, kept: ['p=Reject', 'rua=mailto:X@example.org'] });
});

test('[C25] in place of several DMARC records comes one, as strict as the strictest', () => {
  assert.deepEqual(policyFrom('v=DMARC1; p=none', 'v=DMARC1; p=reject; rua=mailto:x@example.org'), {
    add: [formatText(`v=DMARC1; p=reject; ${OURS},mailto:x@example.org`)],
    remove: 2,
    kept: ['p=reject', 'rua=mailto:x@example.org'],
  });
});

test('[C25] a first DMARC record is as strict as the one above that it takes the place of', () => {
  const above = { name: '_dmarc.test', policy: 'reject' } as const;
  const policyOf = (change: ReturnType<typeof planChange>) => change.add.find(({ name }) => name === POLICY)?.data;
  const change = planChange(WANTED, [], above);
  assert.equal(policyOf(change), formatText(`v=DMARC1; p=reject; ${OURS}`));
  assert.deepEqual(change.kept, [{ name: '_dmarc.test', isAbove: true, tags: ['p=reject'] }]);
  const own = there(POLICY, 'TXT', '"v=DMARC1; p=none"');
  assert.equal(policyOf(planChange(WANTED, [own], above)), formatText(`v=DMARC1; p=quarantine; ${OURS}`));
  assert.deepEqual(planChange(WANTED, [], { ...above, policy: 'none' }).kept, []);
});

test('another key at the same selector is superseded, and another selector is nobody’s business', () => {
  const old = there('202601._domainkey.valija.test', 'TXT', formatText('k=rsa; p=CCCC'));
  const foreign = there('mailing._domainkey.valija.test', 'TXT', formatText('v=DKIM1; p=DDDD'));
  assert.deepEqual(changeFrom(old, foreign).remove, [old]);
});

test('other exchangers and other authorities stay, other addresses of the mail host go', () => {
  const mx = there('valija.test', 'MX', '20 backup.example.org.');
  const caa = there('valija.test', 'CAA', '0 issue "example.org"');
  const address = there('mail.valija.test', 'A', '203.0.113.9');
  const { add, remove } = changeFrom(mx, caa, address);
  assert.deepEqual(remove, [address]);
  assert.deepEqual(add.map(({ type }) => type).sort(), ['A', 'CAA', 'MX']);
});

test('[C7] that nobody takes mail is superseded by who does', () => {
  const nobody = there('valija.test', 'MX', '0 .');
  const { add, remove } = changeFrom(nobody);
  assert.deepEqual([add.map(({ data }) => data), remove], [['10 mail.valija.test.'], [nobody]]);
});

test('what a wildcard answers for is not there, and an alias that it answers rightly needs no record', () => {
  const covered = (name: string) => ({ ...there(name, 'CNAME', 'mail.valija.test.'), isCovered: true });
  const change = planChange(
    WANTED,
    ['_dmarc', 'autoconfig', 'mta-sts'].map((label) => covered(`${label}.valija.test`)),
  );
  const names = change.add.map(({ name }) => name);
  assert.deepEqual([change.conflicts, change.remove], [[], []]);
  assert.ok(names.includes('_dmarc.valija.test'));
  assert.equal(names.includes('autoconfig.valija.test'), false);
});

test('an alias that cannot stand beside what is there is left out, and told', () => {
  const address = there('autoconfig.valija.test', 'A', '203.0.113.9');
  const alias = there('_dmarc.valija.test', 'CNAME', 'elsewhere.example.org.');
  const change = planChange(WANTED, [address, alias]);
  assert.deepEqual(
    change.conflicts.map(({ name }) => name),
    ['_dmarc.valija.test', 'autoconfig.valija.test'],
  );
  assert.equal(
    change.add.some(({ name }) => name.startsWith('autoconfig') || name.startsWith('_dmarc')),
    false,
  );
});
