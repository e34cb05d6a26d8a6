// A draft → the octets of a message, with LF line ends: its header in bsd-mailx's order, its text as it was written, and files as
// attachments. RFC 5322 §3.6, RFC 2045, RFC 2046 §5.1, RFC 2047.

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { encodeBase64Lines } from '#protocols/message/base64.ts';
import { encodeHeaderText } from '#protocols/message/encoded-word.ts';
import { formatParameter } from '#protocols/message/parameters.ts';
import { encodeQuotedPrintable } from '#protocols/message/quoted-printable.ts';
import type { Draft } from './draft.ts';
import { natureOf, type TextNature } from './text-nature.ts';

/** SMTP's 998, with room for what a server puts before it. */
const LONGEST_LINE_BYTES = 990;
const WIDEST_ADDRESS_LINE = 72;
const ATTACHMENT_PIECE_BYTES = 57 * 4_096;

/** Its lines as the user sees them while writing: without what only programs read. */
export function shownHeader(draft: Draft): string {
  const lines = [
    ...addressLine('To', draft.to, ' '),
    ...(draft.subject === undefined ? [] : [`Subject: ${draft.subject}`]),
    ...addressLine('Cc', draft.cc, ' '),
    ...addressLine('Bcc', draft.bcc, ' '),
    ...(draft.replyTo === undefined ? [] : [`Reply-To: ${draft.replyTo}`]),
    ...draft.fields,
    ...mimeLines(draft, textLines({ isUtf8: true, hasNul: false, longestLineBytes: 0 })),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Bcc stands in no message. */
export function* formatDraft(draft: Draft): Generator<Buffer> {
  const nature = natureOf(draft.text.pieces());
  const isMixed = draft.attachments.length > 0;
  const boundary = `=_${randomUUID()}`;
  const text = textLines(nature);
  const mime = isMixed ? [`Content-Type: multipart/mixed; boundary="${boundary}"`] : text;
  yield headerOctets(draft, mimeLines(draft, mime));
  if (!isMixed) {
    yield* encodedText(draft, nature);
    return;
  }
  yield lines(`--${boundary}`, ...text, '');
  yield* encodedText(draft, nature);
  for (const path of draft.attachments) {
    yield lines('', `--${boundary}`, ...attachmentLines(path), '');
    yield* encodedFile(path);
  }
  yield lines(`--${boundary}--`);
}

function headerOctets(draft: Draft, mime: readonly string[]): Buffer {
  const { from, subject, replyTo, inReplyTo, references } = draft;
  return lines(
    ...addressLine('From', from === undefined ? [] : [from], ', '),
    ...addressLine('To', draft.to, ', '),
    ...(subject === undefined ? [] : [`Subject: ${encodeHeaderText(subject)}`]),
    ...addressLine('Cc', draft.cc, ', '),
    ...(replyTo === undefined ? [] : addressLine('Reply-To', [replyTo], ', ')),
    ...draft.fields,
    ...mime,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${inReplyTo}`]),
    ...(references === undefined ? [] : [`References: ${references}`]),
    '',
  );
}

/** What `-a` says takes the place of ours. */
function mimeLines({ fields }: Draft, ours: readonly string[]): string[] {
  const given = new Set(fields.map((field) => field.slice(0, field.indexOf(':')).trim().toLowerCase()));
  return ['MIME-Version: 1.0', ...ours].filter((line) => !given.has(line.slice(0, line.indexOf(':')).toLowerCase()));
}

function textLines(nature: TextNature): string[] {
  const encoding = isPlain(nature) ? '8bit' : 'quoted-printable';
  // Octets whose charset nobody told us.
  const charset = nature.isUtf8 ? 'UTF-8' : 'unknown-8bit';
  return [`Content-Type: text/plain; charset="${charset}"`, `Content-Transfer-Encoding: ${encoding}`];
}

function isPlain({ hasNul, longestLineBytes }: TextNature): boolean {
  return !hasNul && longestLineBytes <= LONGEST_LINE_BYTES;
}

function* encodedText({ text }: Draft, nature: TextNature): Generator<Buffer> {
  if (isPlain(nature)) {
    yield* text.pieces();
    return;
  }
  for (const piece of text.pieces()) {
    const lines = piece.toString('latin1').replace(/\r?\n/g, '\r\n');
    const encoded = encodeQuotedPrintable(Buffer.from(lines, 'latin1')).replaceAll('\r\n', '\n');
    // A line that goes on in the next piece has a soft end here.
    yield Buffer.from(encoded === '' || encoded.endsWith('\n') ? encoded : `${encoded}=\n`);
  }
}

function attachmentLines(path: string): string[] {
  const name = basename(path);
  return [
    `Content-Type: application/octet-stream;${formatParameter('name', name)}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment;${formatParameter('filename', name)}`,
  ];
}

function* encodedFile(path: string): Generator<Buffer> {
  const descriptor = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(ATTACHMENT_PIECE_BYTES);
    for (;;) {
      let filled = 0;
      for (let read = 1; read > 0 && filled < piece.length; filled += read) {
        read = readSync(descriptor, piece, filled, piece.length - filled, null);
      }
      if (filled === 0) return;
      yield Buffer.from(`${encodeBase64Lines(piece.subarray(0, filled)).replaceAll('\r\n', '\n').trimEnd()}\n`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Folded at 72 columns, as bsd-mailx does. */
function addressLine(name: string, words: readonly string[], separator: ' ' | ', '): string[] {
  if (words.length === 0) return [];
  let line = `${name}:`;
  const folded: string[] = [];
  for (const [index, word] of words.entries()) {
    const text = `${encodeName(word)}${index < words.length - 1 ? separator.trimEnd() : ''}`;
    if (line.length + 1 + text.length > WIDEST_ADDRESS_LINE && line.length > name.length + 1) {
      folded.push(line);
      line = `   `;
    }
    line += ` ${text}`;
  }
  return [[...folded, line].join('\n')];
}

/** `José <jose@example.org>`: the name alone may have other letters than ASCII's there. */
function encodeName(word: string): string {
  const [, name, address] = /^([^<]*)(<[^>]*>)$/.exec(word) ?? [];
  if (name === undefined || address === undefined || /^[\x20-\x7e]*$/.test(name)) return word;
  const unquoted = name.trim().replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
  return `${encodeHeaderText(unquoted).replaceAll('\r\n', '\n')} ${address}`;
}

function lines(...texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text.replaceAll('\r\n', '\n')}\n`).join(''));
}
