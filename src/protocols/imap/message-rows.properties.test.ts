// Columns that are shared, or not there, until they are needed say what plain objects say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { MessageRows, type ViewColumns } from './message-rows.ts';

interface Row {
  readonly uid: number;
  flags: number;
  told: number;
  isGone: boolean;
}

type Act =
  | { readonly kind: 'append'; readonly count: number; readonly flags: number }
  | { readonly kind: 'flags' | 'told'; readonly row: number; readonly flags: number }
  | { readonly kind: 'gone'; readonly row: number }
  | { readonly kind: 'drop'; readonly from: number };

const flags = fc.nat(3);
const row = fc.nat(40);
const ACT: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('append'), count: fc.nat(20), flags }),
  fc.record({ kind: fc.constantFrom('flags', 'told'), row, flags }),
  fc.record({ kind: fc.constant('gone'), row }),
  fc.record({ kind: fc.constant('drop'), from: fc.oneof(fc.constant(0), row) }),
);

function columnsOf(count: number, firstUid: number, value: number): ViewColumns {
  return {
    uids: Uint32Array.from({ length: count }, (_, i) => firstUid + i),
    flags: new Uint32Array(count).fill(value),
    modSeqs: new Float64Array(count),
    sizesBytes: new Float64Array(count),
    internalDatesMs: new Float64Array(count),
  };
}

test('[C47] rows are what was done to them', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.nat(5), fc.array(ACT, { maxLength: 20 }), (first, acts) => {
      const rows = new MessageRows(columnsOf(first, 1, 0));
      let model = Array.from({ length: first }, (_, i): Row => ({ uid: i + 1, flags: 0, told: 0, isGone: false }));
      let nextUid = first + 1;
      for (const act of acts) {
        if (act.kind === 'append') {
          rows.append(columnsOf(act.count, nextUid, act.flags), 0);
          for (let i = 0; i < act.count; i++) {
            model.push({ uid: nextUid++, flags: act.flags, told: act.flags, isGone: false });
          }
        } else if (act.kind === 'drop') {
          const from = Math.min(act.from, model.length);
          const dropped = model.flatMap((each, i) => (i >= from && each.isGone ? [i] : []));
          assert.deepEqual(rows.dropGone(from), dropped);
          model = model.filter((_, i) => !dropped.includes(i));
        } else {
          const known = model[act.row];
          if (known === undefined) continue;
          if (act.kind === 'gone') rows.setGone(act.row);
          else if (act.kind === 'flags') rows.setFlags(act.row, act.flags, 1);
          else rows.setTold(act.row, act.flags);
          if (act.kind === 'gone') known.isGone = true;
          else known[act.kind] = act.flags;
        }
      }
      const said = Array.from({ length: rows.length }, (_, i): Row => {
        return { uid: rows.uid(i), flags: rows.flags(i), told: rows.told(i), isGone: rows.isGone(i) };
      });
      assert.deepEqual(said, model);
    }),
  );
});
