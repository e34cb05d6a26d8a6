import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFedEveryWay } from '../../../test/world/feed.ts';
import { decideLiteral } from './decide-literal.ts';
import { Framer } from './framing.ts';
import { type FramingLimits, LIMITS_AFTER_LOGIN, LIMITS_BEFORE_LOGIN } from './limits.ts';
import { STRICT } from './quirks.ts';
import type { Segment } from './segment.ts';

const LIMITS: FramingLimits = {
  lineBytes: 200,
  continuationBytes: 100,
  literalBytes: 50,
  literalsPerCommand: 3,
  commandBytes: 400,
  discardedBytes: 80,
};

interface Reading {
  readonly limits?: FramingLimits;
  readonly quirks?: typeof STRICT;
  /** Of the literals, by their order. */
  readonly refuse?: readonly number[];
}

/** What a session sees that takes what it can, one readable line an event; streamed chunks are put together. */
function read(chunks: readonly Buffer[], { limits = LIMITS, quirks = STRICT, refuse = [] }: Reading = {}): string[] {
  const framer = new Framer(limits, quirks);
  const seen: string[] = [];
  let literals = 0;
  let streamed = '';
  for (const chunk of chunks) {
    framer.push(chunk);
    for (let event = framer.next(); event !== undefined; event = framer.next()) {
      switch (event.kind) {
        case 'command':
          seen.push(spell(event.segments));
          break;
        case 'literal-begin': {
          const decision = decideLiteral(event.segments, limits, quirks);
          if (decision.kind === 'refuse' || refuse.includes(literals++)) {
            seen.push(`refuse ${spell(event.segments)} ${framer.refuseLiteral()}`);
          } else {
            if (decision.kind === 'stream') seen.push(`stream ${spell(event.segments)}`);
            framer.acceptLiteral(decision.kind);
          }
          break;
        }
        case 'literal-chunk':
          streamed += event.octets.toString('latin1');
          break;
        case 'literal-end':
          seen.push(`streamed ${streamed}`);
          streamed = '';
          break;
        case 'refused':
          seen.push(`${event.tag ?? '*'} BAD ${event.reason}${event.fatal ? ' BYE' : ''}`);
          break;
      }
    }
  }
  return seen;
}

function spell(segments: readonly Segment[]): string {
  return segments
    .map((segment) => {
      if (segment.kind === 'text') return segment.text;
      if (segment.kind === 'literal') return `<${segment.octets.toString('latin1')}>`;
      return `${segment.binary ? '~' : ''}{${segment.sizeBytes}${segment.synchronizing ? '' : '+'}}`;
    })
    .join('|');
}

const DIALOGS: readonly (readonly [title: string, input: string, expected: readonly string[], reading?: Reading])[] = [
  ['two commands', 'a NOOP\r\nb CAPABILITY\r\n', ['a NOOP', 'b CAPABILITY']],
  ['what follows stays', 'a NOOP\r\nb CAP', ['a NOOP']],
  ['an empty line is a command without words', '\r\na NOOP\r\n', ['', 'a NOOP']],
  ['literals', 'a LOGIN {3}\r\nbob {3}\r\nxyz\r\n', ['a LOGIN |<bob>| |<xyz>|']],
  ['a literal may hold line ends', 'a LOGIN {6}\r\nb NOOP {0}\r\n\r\n', ['a LOGIN |<b NOOP>| |<>|']],
  ['LITERAL+', 'a LOGIN {3+}\r\nbob x\r\nb NOOP\r\n', ['a LOGIN |<bob>| x', 'b NOOP']],
  ['literal8', 'a X ~{2}\r\n\0x\r\n', ['a X |<\0x>|']],
  ['braces within a line', 'a X "{3}" y\r\n', ['a X "{3}" y']],
  ['a brace in a quoted string and one in an atom', `a X "{" ${'y'.repeat(40)}}\r\n`, [`a X "{" ${'y'.repeat(40)}}`]],
  ['a brace that closes nothing', 'a X y}\r\n', ['a X y}']],
  [
    'a message streams past',
    'a APPEND INBOX (\\Seen) {5}\r\n\r\n.\r\n\r\nb NOOP\r\n',
    ['stream a APPEND INBOX (\\Seen) |{5}', 'streamed \r\n.\r\n', '', 'b NOOP'],
  ],
  [
    'a mailbox name as literal, then the message',
    'a APPEND {5}\r\nINBOX (\\Seen) {4+}\r\ntext\r\n',
    ['stream a APPEND |<INBOX>| (\\Seen) |{4+}', 'streamed text', ''],
  ],
  [
    'several messages: what is left after each is told apart',
    'a APPEND x {1+}\r\n1 {1+}\r\n2\r\nb NOOP\r\n',
    ['stream a APPEND x |{1+}', 'streamed 1', ' |<2>|', 'b NOOP'],
  ],
  ['[T22] {0}', 'a APPEND x {0}\r\n\r\n', ['stream a APPEND x |{0}', 'streamed ', '']],
  ['[T22] {-1}', 'a LOGIN {-1}\r\nb NOOP\r\n', ['a BAD invalid-literal', 'b NOOP']],
  ['[T22] {-1+}', 'a LOGIN {-1+}\r\nb NOOP\r\n', ['a BAD invalid-non-synchronizing-literal BYE']],
  ['[T22] {}', 'a LOGIN {}\r\nb NOOP\r\n', ['a BAD invalid-literal', 'b NOOP']],
  [
    '[T22] {4294967295}',
    'a LOGIN {4294967295}\r\nb NOOP\r\n',
    ['refuse a LOGIN |{4294967295} resynchronized', 'b NOOP'],
  ],
  ['[T22] {4294967296}', 'a LOGIN {4294967296}\r\nb NOOP\r\n', ['a BAD invalid-literal', 'b NOOP']],
  ['[T22] {99999999999999999999}', 'a LOGIN {99999999999999999999}\r\nb NOOP\r\n', ['a BAD invalid-literal', 'b NOOP']],
  [
    `[T22] {${'9'.repeat(60)}+}`,
    `a LOGIN {${'9'.repeat(60)}+}\r\nb NOOP\r\n`,
    ['a BAD invalid-non-synchronizing-literal BYE'],
  ],
  [
    '[T22] LITERAL+ a little too large is read and thrown away',
    `a LOGIN {60+}\r\n${'x\r\n'.repeat(20)} {2+}\r\nyy\r\nb NOOP\r\n`,
    ['refuse a LOGIN |{60+} resynchronized', 'b NOOP'],
  ],
  [
    '[T22] LITERAL+ much too large ends the connection',
    'a LOGIN {81+}\r\nb NOOP\r\nc NOOP\r\n',
    ['refuse a LOGIN |{81+} lost'],
  ],
  [
    '[T22] many LITERAL+ that are thrown away together are too large',
    `a LOGIN {60+}\r\n${'x'.repeat(60)} {60+}\r\n${'x'.repeat(60)}\r\nb NOOP\r\n`,
    ['refuse a LOGIN |{60+} resynchronized', '* BAD command-too-long BYE'],
  ],
  [
    'a literal refused by the session: the client of a synchronizing one gives up, the other sends on',
    'a LOGIN {3}\r\nb LOGIN {3+}\r\nbob {3+}\r\nxyz\r\nc NOOP\r\n',
    ['refuse a LOGIN |{3} resynchronized', 'refuse b LOGIN |{3+} resynchronized', 'c NOOP'],
    { refuse: [0, 1] },
  ],
  [
    'while a command is thrown away, a synchronizing literal ends it',
    'a LOGIN {3+}\r\nbob {3}\r\nb NOOP\r\n',
    ['refuse a LOGIN |{3+} resynchronized', 'b NOOP'],
    { refuse: [0] },
  ],
  [
    'what is wrong behind a message is told by the tag of its command',
    'a APPEND x {1+}\r\n1b NOOP\n',
    ['stream a APPEND x |{1+}', 'streamed 1', 'a BAD bare-line-feed BYE'],
  ],
  [
    'what is wrong with a command that is thrown away is told by no tag',
    'a LOGIN {3+}\r\nbob\r\nb LOGIN {3+}\r\nbobb c\n',
    ['refuse a LOGIN |{3+} resynchronized', 'refuse b LOGIN |{3+} resynchronized', '* BAD bare-line-feed BYE'],
    { refuse: [0, 1] },
  ],
  [
    '[T22] too many literals',
    'a X {1+}\r\n1 {1+}\r\n2 {1+}\r\n3 {1+}\r\n4\r\nb NOOP\r\n',
    ['refuse a X |<1>| |<2>| |<3>| |{1+} resynchronized', 'b NOOP'],
  ],
  ['[T5] a line too long', `a ${'x'.repeat(197)}\r\n`, ['a BAD line-too-long BYE']],
  ['the longest line', `a ${'x'.repeat(196)}\r\n`, [`a ${'x'.repeat(196)}`]],
  [
    '[T5] a command too long',
    `a ${'x'.repeat(190)}{1+}\r\n1${'y'.repeat(190)}{1+}\r\n2${'z'.repeat(100)}\r\n`,
    ['a BAD command-too-long BYE'],
  ],
  ['[T1] LF alone ends the connection', 'a NOOP\nb NOOP\r\n', ['a BAD bare-line-feed BYE']],
  [
    'quirk bareLineFeed: LF alone ends a line',
    'a NOOP\nb NOOP\r\n',
    ['a NOOP', 'b NOOP'],
    { quirks: { ...STRICT, bareLineFeed: true } },
  ],
];

for (const [title, input, expected, reading] of DIALOGS) {
  test(`framing: ${title}`, () => {
    assertFedEveryWay<readonly string[]>(input, expected, (chunks) => read(chunks, reading));
  });
}

test('[T8] a line that is not UTF-8 is refused, the next is read', () => {
  for (const octets of ['\xc3', '\xc0\xaf', '\xed\xa0\x80', '\xff', '\xf4\x90\x80\x80']) {
    const input = Buffer.from(`a LOGIN ${octets} {3+}\r\nbob\r\nb NOOP\r\n`, 'latin1');
    assertFedEveryWay<readonly string[]>(input, ['a BAD invalid-utf8', 'b NOOP'], (chunks) => read(chunks));
  }
  assert.deepEqual(read([Buffer.from('a LOGIN "ñ"\r\n')]), ['a LOGIN "ñ"']);
});

test('[T3] what came in clear behind STARTTLS is never read', () => {
  const framer = new Framer(LIMITS_BEFORE_LOGIN, STRICT);
  framer.push(Buffer.from('a STARTTLS\r\nb LOGIN usuario1 secret\r\nc LOG'));
  assert.equal(framer.next()?.kind, 'command');
  framer.discardInput();
  assert.equal(framer.next(), undefined);
  framer.push(Buffer.from('d NOOP\r\n'));
  assert.deepEqual(framer.next(), { kind: 'command', segments: [{ kind: 'text', text: 'd NOOP' }] });
});

test('continuation lines are read one at a time, with a limit of their own', () => {
  const framer = new Framer(LIMITS, STRICT);
  framer.push(Buffer.from('dGVzdA=={3}\r\n*\r\na NOOP\r\n'));
  assert.deepEqual(framer.nextLine(), { kind: 'line', text: 'dGVzdA=={3}' });
  assert.deepEqual(framer.nextLine(), { kind: 'line', text: '*' });
  assert.equal(framer.next()?.kind, 'command');
  framer.push(Buffer.alloc(101, 'x'));
  const refusal = framer.nextLine();
  assert.ok(refusal?.kind === 'refused' && refusal.reason === 'line-too-long' && refusal.fatal);
  const other = new Framer(LIMITS, STRICT);
  other.push(Buffer.from('dGVzdA==\n'));
  const bare = other.nextLine();
  assert.ok(bare?.kind === 'refused' && bare.tag === undefined, 'a response is no tag');
});

test('nothing is read before the session has said what becomes of a literal', () => {
  const framer = new Framer(LIMITS, STRICT);
  framer.push(Buffer.from('a LOGIN {3+}\r\nbob x\r\n'));
  assert.equal(framer.next()?.kind, 'literal-begin');
  assert.equal(framer.next(), undefined);
  framer.acceptLiteral('buffer');
  assert.equal(framer.next()?.kind, 'command');
});

test('[T23] 1 MB of parentheses before login is cut at the small limit, and little of it kept', () => {
  const framer = new Framer(LIMITS_BEFORE_LOGIN, STRICT);
  framer.push(Buffer.from('a SEARCH '));
  const events = [];
  let pushedBytes = 0;
  for (; pushedBytes < 1024 * 1024; pushedBytes += 1024) {
    framer.push(Buffer.alloc(1024, '('));
    const event = framer.next();
    if (event !== undefined) events.push(event);
    if (event?.kind === 'refused') break;
  }
  assert.deepEqual(events, [
    { kind: 'refused', reason: 'line-too-long', tag: 'a', message: 'Line too long', fatal: true },
  ]);
  assert.ok(pushedBytes <= LIMITS_BEFORE_LOGIN.lineBytes);
});

test('[T22] before login only tiny literals are welcome', () => {
  const offered = (sizeBytes: number): Segment[] => [
    { kind: 'text', text: 'a LOGIN ' },
    { kind: 'offer', sizeBytes, synchronizing: true, binary: false },
  ];
  const decide = (sizeBytes: number, limits: FramingLimits) => decideLiteral(offered(sizeBytes), limits, STRICT).kind;
  assert.equal(decide(1024, LIMITS_BEFORE_LOGIN), 'buffer');
  assert.equal(decide(1025, LIMITS_BEFORE_LOGIN), 'refuse');
  assert.equal(decide(1025, LIMITS_AFTER_LOGIN), 'buffer');
  assert.equal(decide(64 * 1024 + 1, LIMITS_AFTER_LOGIN), 'refuse');
  const octets = Buffer.alloc(LIMITS_AFTER_LOGIN.commandBytes);
  const [text, offer] = offered(1);
  assert.ok(text && offer);
  const many: Segment[] = [text, { kind: 'literal', octets, binary: false }, offer];
  assert.equal(decideLiteral(many, LIMITS_AFTER_LOGIN, STRICT).kind, 'refuse', 'all of a command together');
});
