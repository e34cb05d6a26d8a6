import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { parseAliasLine } from './alias-line.ts';
import { type AliasTarget, formatAliasTarget } from './alias-target.ts';
import { parseAliasTargets } from './parse-alias-targets.ts';

const address = (text: string): AliasTarget => ({ kind: 'address', address: text });
const name = (text: string, isFinal = false): AliasTarget => ({ kind: 'local-name', name: text, isFinal });
const command = (text: string): AliasTarget => ({ kind: 'command', command: text });
const file = (path: string): AliasTarget => ({ kind: 'file', path });
const include = (path: string): AliasTarget => ({ kind: 'include', path });

const GOOD: readonly (readonly [string, readonly AliasTarget[]])[] = [
  ['', []],
  [' , ,\n', []],
  ['usuario2', [name('usuario2')]],
  [
    'usuario1, usuario2@valija.test,ana+x@example.org',
    [name('usuario1'), address('usuario2@valija.test'), address('ana+x@example.org')],
  ],
  ['\\usuario1, "\\usuario2"', [name('usuario1', true), name('usuario2', true)]],
  ['"|/usr/bin/vacation -a \\"x, y\\" usuario1"', [command('/usr/bin/vacation -a "x, y" usuario1')]],
  ['|"/usr/bin/procmail -a x"', [command('/usr/bin/procmail -a x')]],
  ['|/usr/bin/procmail -a "x y", b', [command('/usr/bin/procmail -a "x y"'), name('b')]],
  [
    '"|IFS=\' \' && exec /usr/bin/procmail -f- || exit 75 #usuario1"',
    [command("IFS=' ' && exec /usr/bin/procmail -f- || exit 75 #usuario1")],
  ],
  ['|(cat; echo) , b', [command('(cat; echo)'), name('b')]],
  ['/var/mail/archive, "/srv/my mail/"', [file('/var/mail/archive'), file('/srv/my mail/')]],
  [
    ':include:/etc/list, :Include: /etc/other, :include:"/etc/a b"',
    [include('/etc/list'), include('/etc/other'), include('/etc/a b')],
  ],
  ['":include:/etc/list"', [include('/etc/list')]],
  ['"two words", "a b"@example.org', [name('two words'), address('"a b"@example.org')]],
  ['Ana <ana@example.org>, <b@example.org>', [address('ana@example.org'), address('b@example.org')]],
  ['"Ana, B." <ana@example.org>', [address('ana@example.org')]],
  ['usuario1 (the boss, and (his) dog), b', [name('usuario1'), name('b')]],
  ['# a comment, with a comma\na\n  # another\n\nb#c\r\n#d', [name('a'), name('b#c')]],
  ['ñandú@valija.test', [address('ñandú@valija.test')]],
];

for (const [text, targets] of GOOD) {
  test(`[C32] targets: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseAliasTargets(text), { ok: true, value: targets });
  });
}

const BAD: readonly (readonly [string, number, number, RegExp])[] = [
  ['usuario1 usuario2', 1, 1, /comma is missing between "usuario1" and "usuario2"/],
  ['a,\nb, "|cmd', 2, 4, /quotation is not closed/],
  ['"|cmd\n"', 1, 1, /quotation is not closed/],
  ['a, :fail: no', 1, 4, /only :include:/],
  [':include:etc/list', 1, 1, /begins with "\/"/],
  ['a, | , b', 1, 4, /no command/],
  ['a (b', 1, 3, /comment is not closed/],
  ['@valija.test', 1, 1, /no address/],
  ['a@', 1, 1, /no address/],
  ['a\n\n  ""', 3, 3, /nothing between/],
  ['\\', 1, 1, /no address/],
];

for (const [text, line, column, message] of BAD) {
  test(`[C32] refused with its place: ${JSON.stringify(text)}`, () => {
    const parsed = parseAliasTargets(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.error.text, message);
    assert.deepEqual([parsed.error.line, parsed.error.column], [line, column]);
  });
}

test('a list has an end', () => {
  const parsed = parseAliasTargets('a,a,a,a', 3);
  assert.ok(!parsed.ok);
  assert.match(parsed.error.text, /more than 3/);
});

test('[C32] a line of an alias file: its name is local, its value is there', () => {
  assert.deepEqual(parseAliasLine('root: a, b'), { ok: true, value: { name: 'root', targets: 'a, b' } });
  assert.deepEqual(parseAliasLine('"x: y" : |z'), { ok: true, value: { name: 'x: y', targets: '|z' } });
  for (const bad of ['root', 'root:', ': a', 'a@b: c', '"a: b']) assert.equal(parseAliasLine(bad).ok, false, bad);
});

const words = fc
  .string({ minLength: 1, maxLength: 20 })
  .filter((text) => !/[\n\r@]/.test(text) && text.trim() === text);
const target: fc.Arbitrary<AliasTarget> = fc.oneof(
  words.filter((text) => !/^[|/:\\]/.test(text)).chain((text) => fc.boolean().map((isFinal) => name(text, isFinal))),
  fc
    .emailAddress()
    .filter((text) => !/^[#|/]/.test(text))
    .map(address),
  words.filter((text) => !text.startsWith('"')).map(command),
  words.map((text) => file(`/${text}`)),
  words.map((text) => include(`/${text}`)),
);

test('property: alias targets that are written are read back', (context) => {
  const separator = fc.constantFrom(', ', ',', '\n', ' ,\n\t');
  alwaysHolds(
    context,
    fc.property(fc.array(target, { maxLength: 8 }), separator, (targets, between) => {
      assert.deepEqual(parseAliasTargets(targets.map(formatAliasTarget).join(between)), { ok: true, value: targets });
    }),
  );
});

test('property: whatever stands in an alias, there are targets or a place', (context) => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      ',',
      '\n',
      '(',
      ')',
      '<',
      '>',
      '|',
      '/',
      ':',
      '@',
      ' ',
      '#',
      'a',
      'é',
      ':include:',
    ),
  });
  alwaysHolds(
    context,
    fc.property(fc.oneof(hostile, fc.string()), (text) => {
      const parsed = parseAliasTargets(text);
      if (!parsed.ok) {
        const line = text.split('\n')[parsed.error.line - 1];
        assert.ok(
          line !== undefined && parsed.error.column >= 1 && parsed.error.column <= line.length + 1,
          parsed.error.text,
        );
        return;
      }
      for (const each of parsed.value) {
        if (each.kind === 'file' || each.kind === 'include') assert.ok(each.path.startsWith('/'));
        if (each.kind === 'command') assert.notEqual(each.command, '');
        if (each.kind === 'local-name') assert.notEqual(each.name, '');
      }
    }),
  );
});

test('a megabyte of anything is read in its own length', () => {
  for (const unit of ['(', '"', '\\', 'a,', '<', '(a)', 'a ', '"a" ']) {
    const started = threadCpuMs();
    parseAliasTargets(unit.repeat(1_000_000 / unit.length));
    assert.ok(threadCpuMs() - started < 5_000, unit);
  }
});
