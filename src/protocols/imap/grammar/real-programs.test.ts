// Commands in the words that real programs choose: odd case, options in their own order, tags with dots. All are right,
// and each must be understood as the command it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandKind } from '../command.ts';
import { decideLiteral } from '../decide-literal.ts';
import { Framer } from '../framing.ts';
import { LIMITS_AFTER_LOGIN } from '../limits.ts';
import { STRICT } from '../quirks.ts';
import { parseCommand } from './parse-command.ts';

const MUTT_FIELDS =
  'DATE FROM SENDER SUBJECT TO CC MESSAGE-ID REFERENCES CONTENT-TYPE CONTENT-DESCRIPTION IN-REPLY-TO REPLY-TO ' +
  'LINES LIST-POST LIST-SUBSCRIBE LIST-UNSUBSCRIBE X-LABEL X-ORIGINAL-TO';

const PROGRAMS: Readonly<Record<string, readonly (readonly [line: string, kind: CommandKind])[]>> = {
  mutt: [
    ['a0002 LOGIN "usuario1@valija.test" "secreto"', 'login'],
    ['a0005 LIST "" "%"', 'list'],
    ['a0006 STATUS "INBOX" (UIDNEXT UIDVALIDITY UNSEEN RECENT MESSAGES)', 'status'],
    [`a0007 FETCH 1:3 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (${MUTT_FIELDS})])`, 'fetch'],
    ['a0008 UID FETCH 12 BODY.PEEK[]', 'fetch'],
    ['a0009 UID STORE 12,14:15 +FLAGS.SILENT (\\Seen)', 'store'],
    ['a0010 UID COPY 12 "Archivo"', 'copy'],
  ],
  mbsync: [
    ['5 SELECT "INBOX"', 'select'],
    ['6 UID FETCH 1:* (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (X-TUID MESSAGE-ID)])', 'fetch'],
    ['7 APPEND "INBOX" (\\Seen) "17-Jul-1996 02:44:25 -0700" {5+}\r\nhello', 'append'],
    ['8 UID SEARCH HEADER X-TUID fHxJqBn7xW8p', 'search'],
    ['9 UID EXPUNGE 3:7', 'expunge'],
  ],
  fetchmail: [
    ['A0004 SEARCH UNSEEN NOT DELETED', 'search'],
    ['A0005 FETCH 1:2 RFC822.SIZE', 'fetch'],
    ['A0006 FETCH 1 RFC822.HEADER', 'fetch'],
    ['A0007 FETCH 1 BODY.PEEK[TEXT]', 'fetch'],
    ['A0008 STORE 1 +FLAGS (\\Seen \\Deleted)', 'store'],
  ],
  curl: [
    ['A002 AUTHENTICATE PLAIN AHVzdWFyaW8xAHNlY3JldG8=', 'authenticate'],
    ['A003 LIST "" *', 'list'],
    ['A004 UID FETCH 7 BODY[HEADER.FIELDS (DATE)]', 'fetch'],
    ['A005 FETCH 1 BODY[TEXT]<0.100>', 'fetch'],
  ],
  imaplib: [
    ['MGDP1 SELECT INBOX', 'select'],
    ['MGDP2 SEARCH CHARSET UTF-8 SUBJECT "año"', 'search'],
    ['MGDP3 FETCH 1 (RFC822)', 'fetch'],
    ['MGDP4 STORE 1 +FLAGS \\Deleted', 'store'],
    ['MGDP5 LIST "" *', 'list'],
    ['MGDP6 APPEND INBOX (\\Seen) " 7-Feb-1994 21:52:25 -0800" {2}\r\nhi', 'append'],
    ['MGDP7 STATUS INBOX (MESSAGES)', 'status'],
  ],
  imapflow: [
    ['2 ID ("name" "imapflow" "version" "1.0" "vendor" "Postal Systems" "support-url" "https://x.test")', 'id'],
    ['3 ENABLE CONDSTORE UTF8=ACCEPT', 'enable'],
    ['4 LIST (SPECIAL-USE) "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN UIDNEXT))', 'list'],
    ['5 UID FETCH 1:* (UID FLAGS BODYSTRUCTURE ENVELOPE INTERNALDATE RFC822.SIZE MODSEQ) (CHANGEDSINCE 5)', 'fetch'],
    ['6 UID MOVE 5 Trash', 'move'],
  ],
  Thunderbird: [
    ['4 list (subscribed) "" "*" return (special-use)', 'list'],
    ['5 lsub "" "*"', 'lsub'],
    ['6 UID fetch 1:* (FLAGS)', 'fetch'],
    ['7 UID fetch 3 (UID RFC822.SIZE BODY[])', 'fetch'],
    ['8 uid store 3 +Flags (\\Seen $label1 NonJunk)', 'store'],
    ['9 UID SEARCH UNDELETED OR (SUBJECT "a" FROM {2+}\r\nbb) (TO "c")', 'search'],
    ['10 create "INBOX/Bandeja &AOk-" (use (\\Archive))', 'create'],
  ],
  'Apple Mail': [
    ['2.15 ID ("name" "Mac OS X Mail" "os" "Mac OS X" "vendor" "Apple Inc.")', 'id'],
    ['3.15 LIST "" "*" RETURN (CHILDREN SPECIAL-USE)', 'list'],
    ['4.15 UID FETCH 1:4 (INTERNALDATE UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (date subject from)])', 'fetch'],
    ['5.15 UID FETCH 4 (BODYSTRUCTURE BODY.PEEK[HEADER] BODY.PEEK[1.MIME] BODY.PEEK[1])', 'fetch'],
  ],
  'K-9 Mail': [
    ['7 UID SEARCH 1:* NOT DELETED SINCE 5-Mar-2026', 'search'],
    ['8 UID FETCH 5 (UID BODY.PEEK[]<0.131072>)', 'fetch'],
    ['9 UID STORE 5 +FLAGS.SILENT (\\Answered $Forwarded)', 'store'],
  ],
};

function kindOf(line: string): string {
  const framer = new Framer(LIMITS_AFTER_LOGIN, STRICT);
  framer.push(Buffer.from(`${line}\r\n`));
  for (let event = framer.next(); event !== undefined; event = framer.next()) {
    const isMessage =
      event.kind === 'literal-begin' && decideLiteral(event.segments, LIMITS_AFTER_LOGIN, STRICT).kind === 'stream';
    if (event.kind === 'literal-begin' && !isMessage) framer.acceptLiteral('buffer');
    if (event.kind !== 'command' && !(event.kind === 'literal-begin' && isMessage)) continue;
    const result = parseCommand(event.segments, STRICT);
    return result.ok ? result.value.command.kind : result.error.message;
  }
  return 'no command';
}

for (const [program, lines] of Object.entries(PROGRAMS)) {
  test(`commands as ${program} writes them`, () => {
    for (const [line, kind] of lines) assert.equal(kindOf(line), kind, line);
  });
}
