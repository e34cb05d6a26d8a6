// The texts of Dovecot's files, on samples that Dovecot 2.3 wrote.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allAtOnce } from '#base/steps.ts';
import { ANSWERED, DELETED, DRAFT, FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { accountPath } from './account-home.ts';
import { folderNameOf, mailboxNameOf } from './folder-name.ts';
import { formatKeywordsFile, parseKeywordsFile } from './keywords-file.ts';
import { hasOnlyCrlf, withCrlf } from './line-ends.ts';
import {
  BaseNames,
  baseNameOf,
  deliveryMicrosOf,
  flagsOfFileName,
  sizesOfFileName,
  withFlags,
} from './message-file-name.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';
import { formatSpecialUses, parseSpecialUses } from './special-use-file.ts';
import { formatSubscriptions, parseSubscriptions } from './subscriptions-file.ts';
import { parseUidlist, writeUidlist } from './uidlist.ts';

const UIDLIST = `3 V1275660208 N25022 G3085f01b7f11094c501100008c4a11c1
25006 :1276528487.M364837P9451.kurkku,S=1355,W=1394
25017 W2481 :1276533073.M242911P3632.kurkku
25021 S1200 W1244 :1276533100.V801I1234M7.kurkku
`;

describe('dovecot-uidlist', () => {
  it('reads and writes what Dovecot writes [C42]', () => {
    const parsed = parseUidlist(UIDLIST);
    assert.ok(parsed.ok);
    assert.equal(parsed.value.uidValidity, 1275660208);
    assert.equal(parsed.value.uidNext, 25022);
    assert.equal(parsed.value.guid, '3085f01b7f11094c501100008c4a11c1');
    assert.deepEqual(parsed.value.records[1], {
      uid: 25017,
      extensions: 'W2481',
      baseName: '1276533073.M242911P3632.kurkku',
    });
    assert.equal(allAtOnce(writeUidlist(parsed.value)), UIDLIST);
  });

  it('UIDs above the header’s next one count: Dovecot only adds lines too', () => {
    const parsed = parseUidlist(`${UIDLIST}25040 :new\n`);
    assert.equal(parsed.ok && parsed.value.uidNext, 25041);
  });

  it('leaves out a line that was cut off, and says so', () => {
    const parsed = parseUidlist(UIDLIST.slice(0, -10));
    assert.ok(parsed.ok);
    assert.deepEqual([parsed.value.isTorn, parsed.value.records.length], [true, 2]);
    assert.equal(parseUidlist(UIDLIST.split('\n')[0] ?? '').ok, false, 'a header that was cut off says nothing');
  });

  it('takes the base name where a line has flags', () => {
    const parsed = parseUidlist('3 V1 N2\n1 :123.a.b:2,S\n');
    assert.deepEqual(parsed.ok && parsed.value.records, [{ uid: 1, extensions: '', baseName: '123.a.b' }]);
  });

  it('says what is wrong with anything else', () => {
    for (const text of [
      '',
      '\n',
      '1 1 2\n1 a\n',
      '3 N5\n',
      '3 V0 N5\n',
      '3 V1 N99999999999\n',
      '3 V1 N5\nx :a\n',
      '3 V1 N5\n2 :a\n1 :b\n',
      '3 V1 N5\n2 :a\n2 :b\n',
      '3 V1 N5\n2 :\n',
      '3 V1 N5\n2\n',
      '\0\0\0\0\n',
    ]) {
      assert.equal(parseUidlist(text).ok, false, JSON.stringify(text));
    }
  });

  it('reads 100,000 lines at once', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i + 1} :1276528487.M${i}P9451.kurkku,S=1355,W=1394\n`);
    const parsed = parseUidlist(`3 V1 N1\n${lines.join('')}`);
    assert.equal(parsed.ok && parsed.value.records.length, 100_000);
  });
});

describe('dovecot-keywords', () => {
  it('reads and writes, gaps keep their letters', () => {
    assert.deepEqual(parseKeywordsFile('0 $Forwarded\n1 Junk\n3 Útil\n'), ['$Forwarded', 'Junk', 'unknown-2', 'Útil']);
    assert.equal(formatKeywordsFile(['$Forwarded', 'Junk', 'unknown-2', 'Útil']), '0 $Forwarded\n1 Junk\n3 Útil\n');
    assert.deepEqual(parseKeywordsFile('26 toomany\nnonsense\n-1 x\n0\n0 \n'), []);
  });
});

describe('subscriptions', () => {
  it('reads both forms, writes version 2', () => {
    assert.deepEqual(parseSubscriptions('V\t2\n\nINBOX\nSent\nLists\tEspa&APE-a\n'), ['INBOX', 'Sent', 'Lists/España']);
    assert.deepEqual(parseSubscriptions('INBOX\nLists.Espa&APE-a\n'), ['INBOX', 'Lists/España']);
    assert.equal(formatSubscriptions(['INBOX', 'Lists/España']), 'V\t2\n\nINBOX\nLists\tEspa&APE-a\n');
    assert.deepEqual(parseSubscriptions(formatSubscriptions([])), []);
  });

  it('special uses survive', () => {
    const marked = new Map([['Papelera/Vieja', '\\Trash' as const]]);
    assert.deepEqual(parseSpecialUses(`${formatSpecialUses(marked)}\\Wrong\tX\nbroken\n`), marked);
  });
});

describe('names on disk', () => {
  it('modified UTF-7, the examples of RFC 3501 §5.1.3 and what no encoder writes', () => {
    for (const [text, encoded] of [
      ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
      ['Hello & goodbye', 'Hello &- goodbye'],
      ['Entwürfe', 'Entw&APw-rfe'],
      ['📬', '&2D3c7A-'],
    ] as const) {
      assert.equal(encodeModifiedUtf7(text), encoded);
      assert.equal(decodeModifiedUtf7(encoded), text);
    }
    for (const bad of ['&', 'a&b', '&AGE-', '&2D0-', '&U,BTFw-&ZeVnLIqe-', 'ñ', '&!!-']) {
      assert.equal(decodeModifiedUtf7(bad), undefined, bad);
    }
  });

  it('Maildir++ folders and back', () => {
    assert.equal(folderNameOf('INBOX'), '');
    assert.equal(folderNameOf('A/B ñ'), '.A.B &APE-');
    assert.equal(mailboxNameOf('.A.B &APE-'), 'A/B ñ');
    for (const alien of ['cur', '..VALIJA-TRASHED-1', '.', '..', '.A..B', '.inbox', '.&AC8-', '.A&']) {
      assert.equal(mailboxNameOf(alien), undefined, alien);
    }
  });

  it('an account stays in its folder, whatever its name [T29]', () => {
    for (const [account, path] of [
      ['usuario1@valija.test', 'valija.test/usuario1'],
      ['../../etc/passwd@valija.test', 'valija.test/%2E.%2F..%2Fetc%2Fpasswd'],
      ['.hidden@valija.test', 'valija.test/%2Ehidden'],
      ['a@b@valija.test', 'valija.test/a%40b'],
      ['jos\u00e9%\0@xn--espaa-rta.example', 'xn--espaa-rta.example/jos%C3%A9%25%00'],
      ['@valija.test', 'valija.test/%'],
      ['..', '%2E./%'],
    ] as const) {
      assert.equal(accountPath(account as AccountId), path);
    }
  });
});

describe('message file names', () => {
  it('flags are letters in ASCII order, unknown ones stay', () => {
    const name = '1270161234.M123P456.host,S=100,W=103:2,PSc';
    assert.equal(baseNameOf(name), '1270161234.M123P456.host,S=100,W=103');
    assert.equal(flagsOfFileName(name), SEEN | (1 << 7));
    assert.deepEqual(sizesOfFileName(name), { fileBytes: 100, wireBytes: 103 });
    assert.equal(
      withFlags(name, ANSWERED | DELETED | DRAFT | FLAGGED | SEEN | (1 << 5)),
      `${baseNameOf(name)}:2,DFPRSTa`,
    );
    assert.equal(withFlags('plain', 0), 'plain:2,');
    assert.equal(flagsOfFileName('plain:1,S'), 0);
    assert.deepEqual(sizesOfFileName('1.a,S=x,W='), { fileBytes: undefined, wireBytes: undefined });
  });

  it('no base name is given twice, whatever the clock does [I3]', () => {
    const names = new BaseNames('mail/ho:st', 42);
    const given = [2000, 2000, 1000, 2000.5, 3000].map((nowMs) => names.next(nowMs));
    assert.equal(new Set(given).size, 5);
    assert.deepEqual(given.map(deliveryMicrosOf), [2_000_000, 2_000_001, 2_000_002, 2_000_500, 3_000_000]);
    assert.deepEqual([deliveryMicrosOf('12.a.b'), deliveryMicrosOf('x')], [12_000_000, 0]);
    assert.equal(given[0], '2.M0P42.mail\\057ho\\072st');
  });

  it('LF becomes CRLF, CRLF stays', () => {
    assert.equal(withCrlf(Buffer.from('\na\nb\r\nc\rd\n\n')).toString(), '\r\na\r\nb\r\nc\rd\r\n\r\n');
    const right = Buffer.from('a\r\n\r\nb');
    assert.equal(withCrlf(right), right);
    assert.ok(hasOnlyCrlf(right));
    assert.ok(!hasOnlyCrlf(Buffer.from('\n')));
  });
});
