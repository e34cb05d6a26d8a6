import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findStsId, formatStsRecord, stsRecordName } from './record.ts';

test('[C70] the record is found among others, or there is none', () => {
  for (const [records, id] of [
    [['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
    [['v=spf1 -all', 'v=STSv1;id=A1'], 'A1'],
    [['v=STSv1 ; future=x ; id=A1 ;'], 'A1'],
    [['v=STSv1; id=A1', 'v=STSv1; id=A2'], undefined],
    [['v=STSv1'], undefined],
    [['v=STSv1; id='], undefined],
    [['v=STSv1; id=with-hyphen'], undefined],
    [[`v=STSv1; id=${'a'.repeat(33)}`], undefined],
    [['id=A1; v=STSv1'], undefined],
    [['v=STSv12; id=A1'], undefined],
    [[], undefined],
  ] as const) {
    assert.equal(findStsId(records), id, records.join(' | '));
  }
});

test('what is written is found', () => {
  assert.equal(findStsId([formatStsRecord('abc123')]), 'abc123');
  assert.equal(stsRecordName('valija.test'), '_mta-sts.valija.test');
});
