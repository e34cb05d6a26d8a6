// The corpus as Dovecot 2.3.19 describes it (`doveadm fetch "imap.bodystructure imap.envelope size.virtual"`, kept in
// `messages/dovecot-2.3.19.json`): ours says the same, but where we mean to differ, by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatBodyStructure } from '#protocols/imap/format/body-structure.ts';
import { formatEnvelope } from '#protocols/imap/format/envelope.ts';
import { MessageParser } from '#protocols/message/message-parser.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import { corpusMessages } from './message-corpus.ts';

interface Answer {
  readonly bodyStructure: string;
  readonly envelope: string;
  readonly virtualSizeBytes: number;
}

const DOVECOT: Readonly<Record<string, Answer>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'messages/dovecot-2.3.19.json'), 'utf8'),
);

/** We show the text of a multipart that has no parts; Dovecot shows an empty one in its place. */
const TEXT_OF_CHILDLESS_MULTIPART = ['boundary-never-found', 'boundary-not-said'];
/** Dovecot fills gaps with MISSING_MAILBOX and MISSING_DOMAIN and gives up the rest of a broken address. */
const BROKEN_ADDRESSES = ['addresses-to-mistrust'];

/** Case where it means nothing, and Dovecot's literals for what came folded in LF. */
const normalise = (text: string) =>
  text
    .replace(/^\(|\)$/g, '')
    .replace(/\{11\}\r\n(lines in LF)/, '"$1"')
    .toLowerCase();
/** Without the outer parentheses, which doveadm leaves out. */
const inner = (list: Buffer) => list.toString('utf8', 1, list.length - 1);

for (const { name, octets } of corpusMessages()) {
  // Dovecot counts an LF as CRLF; our mail is stored with CRLF.
  const stored = Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  const dovecot = DOVECOT[name]!;
  const { structure, envelope } = describeMessage(stored);

  test(`as Dovecot: structure of ${name}`, () => {
    const ours = normalise(inner(formatBodyStructure(structure, { extended: true })));
    const same = ours === normalise(dovecot.bodyStructure);
    assert.equal(same, !TEXT_OF_CHILDLESS_MULTIPART.includes(name), `${ours}\n${dovecot.bodyStructure}`);
  });
  test(`as Dovecot: envelope of ${name}`, () => {
    const ours = normalise(inner(formatEnvelope(envelope)));
    const same = ours === normalise(dovecot.envelope);
    assert.equal(same, !BROKEN_ADDRESSES.includes(name), `${ours}\n${dovecot.envelope}`);
  });
  test(`as Dovecot: size of ${name}`, () => {
    const parser = new MessageParser();
    parser.push(octets);
    assert.equal(parser.virtualSizeBytes, dovecot.virtualSizeBytes);
  });
}
