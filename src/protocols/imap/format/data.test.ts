import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsOf } from '#base/intervals.ts';
import { formatContinuation, formatTagged, formatUntagged, type ResponseCode } from '../response.ts';
import { formatDateTime } from './dates.ts';
import { formatList, formatStatusData } from './mailbox-data.ts';
import { formatEsearch, formatSearch } from './search-data.ts';
import { formatEnabled, formatId, formatNamespace } from './server-data.ts';

const CODES: readonly (readonly [code: ResponseCode, text: string])[] = [
  ['TRYCREATE', 'TRYCREATE'],
  [{ kind: 'uidvalidity', value: 3857529045 }, 'UIDVALIDITY 3857529045'],
  [{ kind: 'capability', capabilities: ['IMAP4rev1', 'IDLE'] }, 'CAPABILITY IMAP4rev1 IDLE'],
  [{ kind: 'permanentflags', flags: ['\\Deleted', '\\*'] }, 'PERMANENTFLAGS (\\Deleted \\*)'],
  [{ kind: 'badcharset', charsets: ['UTF-8'] }, 'BADCHARSET (UTF-8)'],
  [{ kind: 'appenduid', uidValidity: 38505, uids: runsOf([3955]) }, 'APPENDUID 38505 3955'],
  [
    { kind: 'copyuid', uidValidity: 38505, sources: runsOf([304, 319, 320]), targets: runsOf([3956, 3957, 3958]) },
    'COPYUID 38505 304,319:320 3956:3958',
  ],
  [{ kind: 'modified', set: runsOf([7, 9]) }, 'MODIFIED 7,9'],
];

test('status responses with their codes', () => {
  for (const [code, text] of CODES) {
    assert.equal(formatTagged('A003', 'OK', code, 'Done'), `A003 OK [${text}] Done\r\n`);
  }
  assert.equal(formatUntagged('BYE', undefined, 'Good night'), '* BYE Good night\r\n');
  assert.equal(formatContinuation(''), '+ \r\n');
});

test('[T11] a text never ends its line', () => {
  assert.equal(formatTagged('a', 'NO', undefined, 'x\r\nb OK'), 'a NO x??b OK\r\n');
  assert.equal(formatUntagged('NO', undefined, 'No 📬 año'), '* NO No ? a?o\r\n');
});

test('LIST and STATUS', () => {
  const sent = { name: 'Envío', attributes: ['\\HasNoChildren', '\\Sent'] };
  const listed = formatList('LIST', sent, '/', 'modified-utf7');
  assert.equal(listed, '* LIST (\\HasNoChildren \\Sent) "/" Env&AO0-o\r\n');
  assert.equal(
    formatList('LIST', { name: 'a b', attributes: [], childInfo: ['SUBSCRIBED'] }, undefined, 'utf8'),
    '* LIST () NIL "a b" ("CHILDINFO" ("SUBSCRIBED"))\r\n',
  );
  assert.equal(
    formatStatusData('INBOX', [['MESSAGES', 231], ['APPENDLIMIT', undefined]], 'modified-utf7'),
    '* STATUS INBOX (MESSAGES 231 APPENDLIMIT NIL)\r\n',
  ); // biome-ignore format: a table
});

test('SEARCH and ESEARCH', () => {
  const found = Uint32Array.of(2, 10, 11, 12);
  const nothing = new Uint32Array();
  assert.equal(formatSearch(found, undefined).toString(), '* SEARCH 2 10 11 12\r\n');
  assert.equal(formatSearch(found, 917162500).toString(), '* SEARCH 2 10 11 12 (MODSEQ 917162500)\r\n');
  assert.equal(formatSearch(nothing, 5).toString(), '* SEARCH\r\n');
  const all = { tag: 'A282', uid: true, returns: ['MIN', 'MAX', 'COUNT', 'ALL'], modSeq: undefined } as const;
  assert.equal(
    formatEsearch({ ...all, found }).toString(),
    '* ESEARCH (TAG "A282") UID MIN 2 MAX 12 COUNT 4 ALL 2,10:12\r\n',
  );
  assert.equal(formatEsearch({ ...all, found: nothing }).toString(), '* ESEARCH (TAG "A282") UID COUNT 0\r\n');
});

test('what the server tells of itself', () => {
  assert.equal(formatNamespace([{ prefix: '', delimiter: '/' }]), '* NAMESPACE (("" "/")) NIL NIL\r\n');
  assert.equal(formatId([['name', 'Valija']]), '* ID ("name" "Valija")\r\n');
  assert.equal(formatId([]), '* ID NIL\r\n');
  assert.equal(formatEnabled([]), '* ENABLED\r\n');
  assert.equal(formatEnabled(['CONDSTORE']), '* ENABLED CONDSTORE\r\n');
});

test('INTERNALDATE', () => {
  assert.equal(formatDateTime(Date.UTC(2026, 1, 3, 4, 5, 6, 789)), '" 3-Feb-2026 04:05:06 +0000"');
  assert.equal(formatDateTime(-1), '"31-Dec-1969 23:59:59 +0000"');
});
