import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { BodyEncoder, planDowngrade, replaceWide, rewriteHeader } from './downgrade.ts';
import type { BodyPart } from './envelope.ts';
import { MessageParser } from './message-parser.ts';
import { decodeTransfer } from './transfer-encoding.ts';

function downgraded(message: Buffer, pieceBytes = 7): Buffer {
  const parser = new MessageParser();
  parser.push(message);
  const edits = planDowngrade(parser.end(), ({ start, end }) => !isAscii(message.subarray(start, end)));
  assert.ok(edits !== undefined);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const edit of edits) {
    assert.ok(edit.range.start >= from, 'in order');
    pieces.push(message.subarray(from, edit.range.start));
    from = edit.range.end;
    const octets = message.subarray(edit.range.start, edit.range.end);
    if (edit.kind === 'header') {
      pieces.push(rewriteHeader(octets, edit.encoding, edit.range.start === 0));
      continue;
    }
    if (edit.kind === 'filler') {
      pieces.push(replaceWide(octets));
      continue;
    }
    const encoder = new BodyEncoder(edit.encoding);
    for (let at = 0; at < octets.length; at += pieceBytes)
      pieces.push(encoder.push(octets.subarray(at, at + pieceBytes)));
    pieces.push(encoder.end());
  }
  return Buffer.concat([...pieces, message.subarray(from)]);
}

const MIXED = `MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
Content-Transfer-Encoding:\r
 8bit\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
El ñandú = ave \r
--b\r
Content-Type: text/plain\r
\r
plain\r
--b\r
Content-Type: image/gif\r
Content-Transfer-Encoding: binary\r
\r
GIF\u00e9\n\r
--b\r
Content-Type: message/rfc822\r
Content-Transfer-Encoding: 8bit\r
\r
Subject: inner\r
\r
ñ\r
--b--\r
`;

test('[C73] each part that needs it is encoded anew, the others stay as they are', () => {
  const result = downgraded(Buffer.from(MIXED)).toString('latin1');
  assert.ok(isAscii(Buffer.from(result, 'latin1')));
  assert.equal(
    result,
    MIXED.replace('Content-Transfer-Encoding:\r\n 8bit\r\n\r\n--b', 'Content-Transfer-Encoding: 7bit\r\n\r\n--b')
      .replace('8bit\r\n\r\nEl ñandú = ave ', 'quoted-printable\r\n\r\nEl =C3=B1and=C3=BA =3D ave=20')
      .replace('binary\r\n\r\nGIF\u00e9\n', `base64\r\n\r\n${Buffer.from('GIF\u00e9\n').toString('base64')}`)
      .replace(
        '8bit\r\n\r\nSubject: inner\r\n\r\nñ',
        '7bit\r\n\r\nSubject: inner\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=B1',
      )
      .replace('Subject: inner\r\n', 'Subject: inner\r\n'),
  );
});

/** As mail programs and list software make them, in the languages of their users. */
const FRAMED = `MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
Este mensaje está en varias partes.\r
--b\r
Content-Type: multipart/alternative; boundary=c\r
\r
¡Ñ!\r
--c\r
\r
inner\r
--c--\r
après\r
--b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
ñ\r
--b-- é\r
lista de Córdoba\r
`;

test('[C73] what stands around the parts becomes ASCII in as many octets, and the parts stay what they are', () => {
  const result = downgraded(Buffer.from(FRAMED)).toString('latin1');
  assert.equal(
    result,
    FRAMED.replace('está', 'est??')
      .replace('¡Ñ!', '????!')
      .replace('après', 'apr??s')
      .replace('8bit\r\n\r\nñ', 'quoted-printable\r\n\r\n=C3=B1')
      .replace('--b-- é', '--b-- ??')
      .replace('Córdoba', 'C??rdoba'),
  );
});

test('[C73] a boundary that is not ASCII cannot be kept, and the message is left alone', () => {
  const message = Buffer.from(
    "Content-Type: multipart/mixed; boundary*=utf-8''%C3%B1\r\n\r\n--ñ\r\n\r\na\r\n--ñ--\r\n",
  );
  const parser = new MessageParser();
  parser.push(message);
  assert.equal(
    planDowngrade(parser.end(), ({ start, end }) => !isAscii(message.subarray(start, end))),
    undefined,
  );
});

test('[C73] of any multiparts in multiparts the parts come back as they were, and all of it is ASCII', (context) => {
  const words = fc.array(fc.constantFrom('ñ', '€', ' ', '=', 'word', '\r\n', '-', '.'), { maxLength: 12 });
  const text = words.map((all) => all.join(''));
  const encoding = fc.constantFrom('8bit', 'binary', '7bit');
  const type = fc.constantFrom('text/plain; charset=utf-8', 'application/x');
  const leaf = fc.tuple(type, encoding, text).map(([type, encoding, body]) => {
    return () => `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
  });
  const { tree } = fc.letrec<{ tree: (path: string) => string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(text, fc.array(tie('tree'), { minLength: 1, maxLength: 3 }), text).map(([before, parts, behind]) => {
        return (path: string) => {
          const inner = parts.map((part, at) => `\r\n--b${path}x\r\n${part(`${path}${at}`)}`);
          return `Content-Type: multipart/mixed; boundary=b${path}x\r\n\r\n${before}${inner.join('')}\r\n--b${path}x--\r\n${behind}`;
        };
      }),
    ),
  }));
  alwaysHolds(
    context,
    fc.property(tree, (make) => {
      const message = Buffer.from(`MIME-Version: 1.0\r\n${make('')}\r\n`);
      const result = downgraded(message);
      assert.ok(isAscii(result));
      assert.deepEqual(leavesOf(result), leavesOf(message));
      const longest = (octets: Buffer) =>
        Math.max(
          ...octets
            .toString('latin1')
            .split('\r\n')
            .map((line) => line.length),
        );
      assert.ok(longest(result) <= Math.max(80, longest(message)));
    }),
  );
});

function leavesOf(message: Buffer): readonly (readonly [string, string])[] {
  const parser = new MessageParser();
  parser.push(message);
  const leaves = (part: BodyPart): readonly (readonly [string, string])[] => {
    if (part.kind === 'multipart') return part.children.flatMap(leaves);
    if (part.kind === 'message') return leaves(part.content);
    const body = decodeTransfer(part.encoding, message.subarray(part.body.start, part.body.end));
    return [[`${part.type}/${part.subtype}`, body.toString()]];
  };
  return leaves(parser.end().structure);
}

test('8-bit text of before MIME becomes MIME', () => {
  assert.equal(
    downgraded(Buffer.from('Subject: a\r\n\r\n\xf1\r\n', 'latin1')).toString('latin1'),
    'Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=F1\r\n',
  );
});

test('what says its type without a MIME-Version keeps the one type that it says', () => {
  const given = 'Subject: a\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>\xf1\r\n';
  assert.equal(
    downgraded(Buffer.from(given, 'latin1')).toString('latin1'),
    'Subject: a\r\nContent-Type: text/html; charset=iso-8859-1\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=F1\r\n',
  );
});

test('however a body is cut, what is decoded is what was there, in short lines', () => {
  const octets = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const lines = fc
    .array(fc.constantFrom('ñ', ' ', '=', '\r\n', 'word', '.', '\t'), { maxLength: 80 })
    .map((all) => Buffer.from(all.join('')));
  fc.assert(
    fc.property(fc.oneof(octets, lines), fc.integer({ min: 1, max: 100 }), (body, size) => {
      for (const encoding of ['quoted-printable', 'base64'] as const) {
        const encoder = new BodyEncoder(encoding);
        const pieces: Buffer[] = [];
        for (let at = 0; at < body.length; at += size) pieces.push(encoder.push(body.subarray(at, at + size)));
        const encoded = Buffer.concat([...pieces, encoder.end()]);
        assert.deepEqual(decodeTransfer(encoding, encoded), body, encoding);
        for (const line of encoded.toString('latin1').split('\r\n'))
          assert.ok(line.length <= 76 && isAscii(Buffer.from(line)));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a message that is too deep to be taken apart is left alone', () => {
  const depth = 200;
  const open = Array.from(
    { length: depth },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  const parser = new MessageParser();
  parser.push(Buffer.from(open.join('')));
  assert.equal(
    planDowngrade(parser.end(), () => true),
    undefined,
  );
});
