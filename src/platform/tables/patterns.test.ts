import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { cidrPatterns } from './cidr-patterns.ts';
import { type PatternLanguage, parsePatternFile } from './pattern-file.ts';
import { pcrePatterns, posixPatterns } from './regex-patterns.ts';

type AnyLanguage = PatternLanguage<string> | PatternLanguage<Buffer>;

async function ask(language: AnyLanguage, rules: string, keys: readonly string[]): Promise<(string | undefined)[]> {
  const lookup = await parsePatternFile(rules, 'f', language as PatternLanguage<unknown>);
  return keys.map((key) => lookup.find(key));
}

const RULES = `# Postfix 3.7 gives the same answers.
/^(.*)@a\\.(com|org)$/   R1 $1 \${2}x $(1)y $$z
!/\\.org$/ NEG
if /x/
/xy/ XY
if !/z/
/q/ xq-noz
endif
endif
/UP/i case-sens
`;
const KEYS = ['Foo@a.com', 'x@a.org', 'xyq.org', 'xq.org', 'xqz.org', 'up.org', 'UP.org', 'none.net'];
const ANSWERS = ['R1 Foo comx Fooy $z', 'R1 x orgx xy $z', 'XY', 'xq-noz', undefined, undefined, 'case-sens', 'NEG'];

test('[C35] regexp: and pcre: tables: the first that matches, negation, if within if, what was taken put in', async () => {
  assert.deepEqual(await ask(posixPatterns, RULES, KEYS), ANSWERS);
  assert.deepEqual(await ask(pcrePatterns, RULES, KEYS), ANSWERS);
});

test('a result goes on in the next line; groups that took nothing are empty; any sign may enclose a pattern', async () => {
  assert.deepEqual(await ask(posixPatterns, '/^(a)?b/ [$1]\n   goes on', ['b', 'ab']), [
    '[]   goes on',
    '[a]   goes on',
  ]);
  assert.deepEqual(await ask(posixPatterns, '%^/a/%  x\n/\\/b/ y', ['/a/', '/b']), ['x', 'y']);
});

test('POSIX: brackets know no backslash, the longest match is taken, words have ends', async () => {
  assert.deepEqual(await ask(posixPatterns, '/^[\\.]b$/ x', ['\\b', '.b', 'ab']), ['x', 'x', undefined]);
  assert.deepEqual(await ask(posixPatterns, '/^[^]a[:digit:]]$/ x', ['b', ']', 'a', '7']), [
    'x',
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(await ask(posixPatterns, '/(a|ab)(c|bcd)?/ $1', ['abcd']), ['a']);
  assert.deepEqual(await ask(posixPatterns, '/(usuario|usuario1)/ $1', ['usuario1@valija.test']), ['usuario1']);
  assert.deepEqual(await ask(pcrePatterns, '/(usuario|usuario1)/ $1', ['usuario1@valija.test']), ['usuario']);
  assert.deepEqual(await ask(posixPatterns, '/\\<spam\\>/ x', ['a spam b', 'spammer']), ['x', undefined]);
  assert.deepEqual(await ask(posixPatterns, '/a\\<b/ x\n/a\\>b/ y\n/a\\>-\\<b/ z', ['ab', 'a-b']), [undefined, 'z']);
  assert.deepEqual(await ask(posixPatterns, '/a.c/ x\n/a.d/m y', ['a\nc', 'a\nd']), ['x', undefined]);
  const counted = '/^a{,2}b$/ few\n/^[{,]c{,}d$/ any\n/^\\{,e$/ text';
  const keys = ['b', 'aab', 'aaab', ',ccd', '{d', '{,e'];
  assert.deepEqual(await ask(posixPatterns, counted, keys), ['few', 'few', undefined, 'any', 'any', 'text']);
});

test('Perl: flags i, m, s, x, A, U; look-behind without groups', async () => {
  assert.deepEqual(await ask(pcrePatterns, '/^b/m x\n/c.d/s y', ['a\nb', 'c\nd', 'cxd']), ['x', undefined, 'y']);
  assert.deepEqual(await ask(pcrePatterns, '/a b [ #] # why/x t', ['ab ', 'ab#', 'a b ']), ['t', 't', undefined]);
  assert.deepEqual(await ask(pcrePatterns, '/b/A x', ['b', 'ab']), ['x', undefined]);
  assert.deepEqual(await ask(pcrePatterns, '/(a+)/U $1\n/(b+)/ $1', ['aaa', 'bbb']), ['a', 'bbb']);
  assert.deepEqual(await ask(pcrePatterns, '/(?<=x)y\\d{2}$/ z', ['xy12', 'y12']), ['z', undefined]);
});

test('[C35] cidr: tables, as Postfix answers', async () => {
  const rules = `192.0.2.0/24 net
if 10.0.0.0/8
10.1.0.0/16 ten-one
!10.2.0.0/16 not-ten-two
endif
!192.0.0.0/8 neg
2001:db8::/32 six
[::1]/128 loop
`;
  const keys = [
    '192.0.2.7',
    '10.1.2.3',
    '10.2.0.1',
    '10.3.0.1',
    '11.1.1.1',
    '192.9.9.9',
    '2001:db8::5',
    '::1',
    'example.org',
    '',
  ];
  const answers = ['net', 'ten-one', 'neg', 'not-ten-two', 'neg', undefined, 'six', 'loop', undefined, undefined];
  assert.deepEqual(await ask(cidrPatterns, rules, keys), answers);
});

const REFUSED: readonly (readonly [AnyLanguage, string, RegExp])[] = [
  [posixPatterns, '# x\n\n/a', /^f:3: the closing "\/" of the pattern is missing/],
  [posixPatterns, '/k/z x', /^f:1: there is no flag "z"/],
  [posixPatterns, '/a/!/b/ x', /no flag "!"/],
  [posixPatterns, '/a/x b', /basic regular expressions/],
  [posixPatterns, '/none/', /no result behind the pattern/],
  [posixPatterns, '/a/ x\n/(a)/ $2', /^f:2: "\$2": the pattern has 1 groups/],
  [posixPatterns, '!/(a)/ $1', /negated pattern takes nothing/],
  [posixPatterns, '/(a)/ $name', /"\$n" is no \$number/],
  [posixPatterns, '/(a)/ costs 5$', /a dollar sign is written \$\$/],
  [posixPatterns, '/(a)\\1/ x', /back-references/],
  [posixPatterns, 'foo x', /does not begin with a pattern/],
  [posixPatterns, '/[a/ x', /"\[" without "\]"/],
  [posixPatterns, 'if /a/\n/b/ x\nif /c/\nendif', /^f:1: if without endif/],
  [posixPatterns, '/a/ x\nendif', /^f:2: endif without if/],
  [posixPatterns, 'if /a/ x\nendif', /^f:1: there is something behind if/],
  [posixPatterns, ' /a/ x', /^f:1: it begins with white space/],
  [pcrePatterns, '/a/ x\n/(?=b)c/ y', /^f:2: .*cannot be matched in linear time/],
  [pcrePatterns, '/(a)\\1/ x', /back-references.*linear time/],
  [pcrePatterns, '/a++/ x', /linear time/],
  [pcrePatterns, '/(?>a)/ x', /linear time/],
  [pcrePatterns, `/${'a'.repeat(10_001)}/ x`, /more than 10000 characters/],
  [pcrePatterns, '/((((a{1000}){1000}){1000}){1000})/ x', /f:1:/],
  [cidrPatterns, '192.0.2.1/24 x', /^f:1: "192.0.2.1\/24" has bits set behind its prefix/],
  [cidrPatterns, 'foo x', /no address and no network/],
  [cidrPatterns, '::1', /no result/],
];

for (const [language, rules, message] of REFUSED) {
  test(`[C35] refused with file and line: ${JSON.stringify(rules.slice(0, 40))}`, async () => {
    await assert.rejects(ask(language, rules, []), (error) => error instanceof Error && message.test(error.message));
  });
}

test('a pattern that holds up other engines takes no time', async () => {
  const started = threadCpuMs();
  await ask(pcrePatterns, '/^(a+)+$/ x\n/(x+x+)+y/ z', [`${'a'.repeat(50_000)}!`, 'x'.repeat(50_000)]);
  assert.ok(threadCpuMs() - started < 10_000);
});
