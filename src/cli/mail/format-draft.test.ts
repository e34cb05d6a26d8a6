// A draft as a message.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import { decodedFieldTexts, partText } from '#protocols/message/text-content.ts';
import { type DraftStart, startDraft } from './draft.ts';
import { formatDraft, shownHeader } from './format-draft.ts';

function format(context: TestContext, start: DraftStart, text: string | Buffer): Buffer {
  const draft = startDraft(start);
  context.after(() => draft[Symbol.dispose]());
  draft.text.append(Buffer.from(text));
  return Buffer.concat([...formatDraft(draft)]);
}

test("[C13] header and text stand in bsd-mailx's order, and Bcc in no message", (context) => {
  const message = format(
    context,
    { to: ['ana', 'beto'], cc: ['carla'], bcc: ['dora'], subject: 'x', from: 'yo@example.org' },
    'hola\n',
  );
  assert.equal(
    message.toString(),
    `From: yo@example.org
To: ana, beto
Subject: x
Cc: carla
MIME-Version: 1.0
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: 8bit

hola
`,
  );
});

test('[C13] other letters than ASCII: encoded words above, UTF-8 below; -a takes the place of a field of ours', (context) => {
  const fields = ['Content-Type: text/html; charset=utf-8', 'X-A: b'];
  const message = format(
    context,
    { to: ['José <jose@example.org>'], subject: 'mañana '.repeat(20).trim(), fields },
    'año\n',
  );
  assert.ok(/^[\x00-\x7f]*$/.test(message.toString('utf8', 0, message.indexOf('\n\n'))));
  const block = parseHeaderFields(message);
  assert.deepEqual(decodedFieldTexts(block, 'subject'), ['mañana '.repeat(20).trim()]);
  assert.deepEqual(decodedFieldTexts(block, 'to'), ['José <jose@example.org>']);
  assert.equal(message.toString('utf8').split('Content-Type').length, 2);
  assert.ok(message.toString('utf8').endsWith('\n\naño\n'));
});

test('lines too long for SMTP become quoted-printable, whatever their length', (context) => {
  const text = `${'ñ '.repeat(300_000)}\nfin\n`;
  const message = format(context, { to: ['ana'] }, text);
  const { structure } = describeMessage(message);
  assert.equal(structure.encoding, 'QUOTED-PRINTABLE');
  assert.ok(
    message
      .toString('latin1')
      .split('\n')
      .every((line) => line.length <= 76),
  );
  const body = message.subarray(structure.body.start, structure.body.end);
  assert.equal(partText(structure, body), text);
});

test('[C15] -A attaches files of any octets', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-mail-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'año nuevo.bin');
  const octets = Buffer.from(Array.from({ length: 300_001 }, (_, i) => i % 251));
  writeFileSync(path, octets);
  const message = format(context, { to: ['ana'], attachments: [path] }, 'hola\n');
  const { structure } = describeMessage(message);
  assert.ok(structure.kind === 'multipart');
  const [text, file] = structure.children;
  assert.ok(text !== undefined && file !== undefined);
  assert.equal(message.toString('utf8', text.body.start, text.body.end).trimEnd(), 'hola');
  assert.deepEqual(Buffer.from(message.toString('latin1', file.body.start, file.body.end), 'base64'), octets);
  assert.match(message.toString(), /filename\*=UTF-8''a%C3%B1o%20nuevo\.bin/);
});

test('addresses are folded, and shown without commas while they are written', (context) => {
  const to = Array.from({ length: 12 }, (_, i) => `usuario${i}@valija.test`);
  const draft = startDraft({ to, bcc: ['dora'] });
  context.after(() => draft[Symbol.dispose]());
  const lines = shownHeader(draft).split('\n');
  assert.ok(lines.every((line) => line.length <= 72));
  assert.ok(lines[1]?.startsWith('    usuario'));
  assert.ok(lines.includes('Bcc: dora'));
});
