import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { feedings } from '../../../test/world/feed.ts';
import { corpusMessage, corpusMessages } from '../../../test/world/message-corpus.ts';
import type { BodyPart } from './envelope.ts';
import { MESSAGE_LIMITS } from './limits.ts';
import { MessageParser } from './message-parser.ts';
import { describeMessage } from './structure.ts';

/** One line a part: type, what a leaf or a message holds, its lines. */
function sketch(octets: Buffer, part: BodyPart, indent = ''): string[] {
  const type = `${indent}${part.type}/${part.subtype}`;
  const body = JSON.stringify(octets.toString('latin1', part.body.start, part.body.end));
  switch (part.kind) {
    case 'leaf':
      return [`${type} ${body} ${part.lines}`];
    case 'message':
      return [`${type} «${part.envelope.subject ?? ''}» ${part.lines}`, ...sketch(octets, part.content, `${indent}  `)];
    case 'multipart':
      return [type, ...part.children.flatMap((child) => sketch(octets, child, `${indent}  `))];
  }
}

const sketchOf = (name: string) => {
  const octets = corpusMessage(name);
  return sketch(octets, describeMessage(octets).structure);
};

const STRUCTURES: Readonly<Record<string, readonly string[]>> = {
  'outer-boundary-ends-inner': [
    'multipart/mixed',
    '  multipart/alternative',
    '    text/plain "one" 0',
    '    text/html "<p>two" 0',
    '  text/plain "three" 0',
  ],
  'boundary-begins-another': [
    'multipart/mixed',
    '  multipart/mixed',
    '    text/plain "in the inner" 0',
    '  text/plain "in the outer" 0',
  ],
  'same-boundary-twice': ['multipart/mixed', '  multipart/mixed', '    text/plain "whose am I" 0'],
  'boundary-with-more-behind': ['multipart/mixed', '  text/plain "first" 0', '  text/plain "second" 0'],
  'no-closing-boundary': ['multipart/mixed', '  text/plain "one" 0', '  text/html "<p>tw" 0'],
  'closing-boundary-without-line-end': ['multipart/mixed', '  text/plain "one" 0'],
  'boundary-never-found': ['text/plain "This is all the text there is.\\r\\n" 1'],
  'boundary-not-said': ['text/plain "--x\\r\\n\\r\\nWhich line is a boundary?\\r\\n--x--\\r\\n" 4'],
  'line-feeds-only': [
    'multipart/mixed',
    '  text/plain "one\\ntwo\\n" 2',
    '  message/rfc822 «inner» 2',
    '    text/plain "deep" 0',
  ],
  'mixed-line-ends': ['multipart/mixed', '  text/plain "one" 0', '  text/plain "two" 0'],
  'header-only': ['text/plain "" 0'],
  empty: ['text/plain "" 0'],
  'body-only': ['text/plain "The first line is the empty one.\\r\\n" 1'],
  'boundary-in-a-part-header': [
    'multipart/mixed',
    '  message/rfc822 «» 0',
    '    text/plain "" 0',
    '  message/rfc822 «the inner header is cut by the boundary» 1',
    '    text/plain "" 0',
    '  text/plain "" 0',
  ],
  digest: [
    'multipart/digest',
    '  message/rfc822 «first» 4',
    '    text/plain "body one\\r\\n" 1',
    '  text/plain "not a message\\r\\n" 1',
  ],
  'nested-messages': [
    'message/rfc822 «level 1» 16',
    '  message/rfc822 «level 2» 13',
    '    multipart/mixed',
    '      text/plain "part one of level 2" 0',
    '      message/rfc822 «level 3» 2',
    '        text/plain "text of level 3" 0',
  ],
  'epilogue-with-boundary': ['multipart/mixed', '  multipart/mixed', '    text/plain "one" 0', '  text/plain "two" 0'],
};

for (const [name, expected] of Object.entries(STRUCTURES)) {
  test(`structure: ${name}`, () => assert.deepEqual(sketchOf(name), expected));
}

test('headers and bodies are told apart to the octet', () => {
  const octets = corpusMessage('outer-boundary-ends-inner');
  const { structure } = describeMessage(octets);
  const text = (range: { start: number; end: number }) => octets.toString('latin1', range.start, range.end);
  assert.equal(text(structure.body).slice(0, 8), 'preamble');
  assert.equal(text(structure.body).slice(-10), 'epilogue\r\n');
  assert.ok(structure.kind === 'multipart');
  const [inner, three] = structure.children;
  assert.equal(text(inner!.header), 'Content-Type: multipart/alternative; boundary=inner\r\n\r\n');
  assert.equal(text(inner!.body), '--inner\r\n\r\none\r\n--inner\r\nContent-Type: text/html\r\n\r\n<p>two');
  assert.equal(text(three!.header), '\r\n');
});

test('the envelope is the first of single fields, and all of the addresses', () => {
  const message =
    'Subject: 1\r\nSubject: 2\r\nTo: a@b.example\r\nFrom: c@d.example\r\nto: e@f.example\r\nDate:\r\n\r\n';
  const { envelope } = describeMessage(Buffer.from(message));
  assert.equal(envelope.subject, '1');
  assert.deepEqual(
    envelope.to.map((address) => address.mailbox),
    ['a', 'e'],
  );
  assert.deepEqual(envelope.sender, [], 'as written: IMAP says From in its place');
  assert.equal(envelope.date, '');
  assert.equal(envelope.messageId, undefined);
});

test('an unreadable Content-Type is plain text, an unknown one stays', () => {
  const type = (field: string) => {
    const part = describeMessage(Buffer.from(`Content-Type: ${field}\r\n\r\nx`)).structure;
    return `${part.type}/${part.subtype} ${part.parameters.join(' ')}`;
  };
  assert.equal(type('nonsense'), 'text/plain charset,us-ascii');
  assert.equal(type('x-a/x-b; c=d'), 'x-a/x-b c,d');
  assert.equal(type('text/html'), 'text/html ');
  assert.equal(type('message/delivery-status'), 'message/delivery-status ');
});

test('feeding in any pieces changes nothing, for every message of the corpus', () => {
  for (const { name, octets } of corpusMessages()) {
    const whole = describeMessage(octets);
    for (const feeding of feedings(octets)) {
      const parser = new MessageParser();
      for (const chunk of feeding.chunks) parser.push(chunk);
      assert.deepEqual(parser.end(), whole, `${name}, ${feeding.name}`);
    }
  }
});

test('pieces may be overwritten once they were pushed', () => {
  const octets = corpusMessage('enye-and-euro');
  const parser = new MessageParser();
  const window = Buffer.alloc(7);
  for (let at = 0; at < octets.length; at += window.length) {
    const length = octets.copy(window, 0, at);
    parser.push(window.subarray(0, length));
    window.fill(0xff);
  }
  assert.deepEqual(parser.end(), describeMessage(octets));
});

test('the size as if every line ended in CRLF', () => {
  for (const { name, octets } of corpusMessages()) {
    for (const { chunks } of feedings(octets, 32)) {
      const parser = new MessageParser();
      for (const chunk of chunks) parser.push(chunk);
      const text = octets.toString('latin1').replace(/\r?\n/g, '\r\n');
      assert.deepEqual([parser.sizeBytes, parser.virtualSizeBytes], [octets.length, text.length], name);
    }
  }
});

/** Ten times the named bound. */
const PATIENCE_MS = 5_000;

function timed(octets: Buffer) {
  const startMs = threadCpuMs();
  const description = describeMessage(octets);
  const tookMs = threadCpuMs() - startMs;
  assert.ok(tookMs < PATIENCE_MS, `${tookMs} ms`);
  return description;
}

function countParts(part: BodyPart): number {
  let count = 0;
  const waiting = [part];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    count++;
    if (next.kind === 'multipart') waiting.push(...next.children);
    if (next.kind === 'message') waiting.push(next.content);
  }
  return count;
}

test('[T18] a million parts: the limit holds, the rest is one leaf, nothing is refused', () => {
  const octets = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n'.repeat(1_000_000)}`);
  const { structure, truncated } = timed(octets);
  assert.equal(truncated, true);
  assert.equal(countParts(structure), MESSAGE_LIMITS.maxParts);
  assert.equal(structure.body.end, octets.length);
  assert.ok(structure.kind === 'multipart');
  assert.equal(structure.children.at(-1)!.body.end, octets.length);
});

test('[T18] multiparts nested 10,000 deep', () => {
  const level = (i: number) => `Content-Type: multipart/mixed; boundary=b${i}.\r\n\r\n--b${i}.\r\n`;
  const octets = Buffer.from(Array.from({ length: 10_000 }, (_, i) => level(i)).join(''));
  const { structure, truncated } = timed(octets);
  assert.equal(truncated, true);
  assert.equal(countParts(structure), MESSAGE_LIMITS.maxDepth);
});

test('[T19] messages nested 100,000 deep end, and so does the tree', () => {
  const octets = Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(100_000));
  const { structure, truncated } = timed(octets);
  assert.equal(truncated, true);
  assert.equal(countParts(structure), MESSAGE_LIMITS.maxDepth);
  let part: BodyPart = structure;
  while (part.kind === 'message') part = part.content;
  assert.equal(`${part.type}/${part.subtype}`, 'application/octet-stream');
  assert.equal(part.body.end, octets.length);
});

test('[T19] a message in a message in a multipart with the same boundary', () => {
  const piece = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n';
  const { structure } = timed(Buffer.from(piece.repeat(20_000)));
  assert.ok(countParts(structure) <= MESSAGE_LIMITS.maxParts);
});

test('[T20] 60 MB of header: cut, and the body is still found', () => {
  const octets = Buffer.concat([
    Buffer.from('Subject: seen\r\nX: '),
    Buffer.alloc(60_000_000, 'x'),
    Buffer.from('\r\nFrom: not@seen.example\r\n\r\nbody'),
  ]);
  const { structure, envelope, truncated } = timed(octets);
  assert.equal(truncated, true);
  assert.equal(envelope.subject, 'seen');
  assert.equal(octets.toString('latin1', structure.body.start), 'body');
});

test('[T18] headers of all parts together are bounded', () => {
  const part = `--b\r\nX: ${'x'.repeat(500_000)}\r\n\r\n`;
  const octets = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(40)}`);
  const { structure, truncated } = timed(octets);
  assert.equal(truncated, true);
  assert.equal(countParts(structure), 41);
});

test('[T18] a hundred open boundaries and lines that begin like all of them', () => {
  const boundary = (i: number) => 'a'.repeat(i + 1);
  const levels = Array.from({ length: 99 }, (_, i) => {
    return `Content-Type: multipart/mixed; boundary=${boundary(i)}\r\n\r\n${i === 98 ? '' : `--${boundary(i)}\r\n`}`;
  });
  const lines = `--${'a'.repeat(98)}b\r\n--b\r\n-- \r\n`.repeat(50_000);
  timed(Buffer.from(levels.join('') + lines));
});

test('[T18] a hundred open boundaries that differ from each line in their last octet', () => {
  const boundary = (i: number) => `a${i.toString(36).padStart(2, '0')}`;
  const levels = Array.from({ length: 99 }, (_, i) => {
    return `Content-Type: multipart/mixed; boundary=${boundary(i)}\r\n\r\n${i === 98 ? '' : `--${boundary(i)}\r\n`}`;
  });
  timed(Buffer.from(levels.join('') + '--a0!\n'.repeat(200_000)));
});

test('[T20] html without content, groups without members', () => {
  const octets = corpusMessage('html-empty');
  const { structure, envelope } = describeMessage(octets);
  assert.deepEqual(sketch(octets, structure), ['text/html "" 0']);
  assert.deepEqual([envelope.subject, envelope.from, envelope.to.length], ['', [], 2]);
});
