// COPY and MOVE. RFC 3501 §6.4.7, RFC 6851, RFC 4315 §3 (COPYUID), RFC 2180 §4.4.1 (messages that are gone: nothing is
// copied).

import { runsOf } from '#base/intervals.ts';
import { ask, completed, type Move, no, refusedTarget } from '../move.ts';
import type { Copied } from '../question.ts';
import { formatUntagged, type ResponseCode } from '../response.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { SequenceSet } from '../sequence-set.ts';
import { outOfRange, readOnly } from './store.ts';

export interface TransferCommand {
  readonly kind: 'copy' | 'move';
  readonly uid: boolean;
  readonly set: SequenceSet;
  readonly mailbox: string;
}

export function runTransfer({ kind, uid, set, mailbox: to }: TransferCommand, mailbox: SelectedMailbox): Move {
  const { name, access, view } = mailbox;
  if (kind === 'move' && access === 'read-only') return readOnly();
  const rows = uid ? view.rowsOfUids(set) : view.rowsOfNumbers(set);
  if (rows === undefined) return outOfRange();
  if (rows.some((row) => view.isGone(row))) return no('EXPUNGEISSUED', 'Some of the messages are gone');
  const word = kind.toUpperCase();
  if (rows.length === 0) return completed(`${word} completed: there are no such messages`);
  return ask<'transfer'>({ kind: 'transfer', how: kind, from: name, uids: view.uidsOf(rows), to }, (outcome) => {
    if (!outcome.ok) return refusedTarget(outcome.error);
    const code = copyUid(outcome.value);
    if (kind === 'copy') return completed('COPY completed', { code });
    view.apply({ kind: 'expunged', uids: outcome.value.sourceUids });
    // COPYUID must come before the EXPUNGEs: RFC 6851 §4.3.
    const untagged = code === undefined ? [] : [formatUntagged('OK', code, 'Moved')];
    return completed('MOVE completed', { untagged });
  });
}

function copyUid({ uidValidity, sourceUids, targetUids }: Copied): ResponseCode | undefined {
  if (sourceUids.length === 0) return undefined;
  return { kind: 'copyuid', uidValidity, sources: runsOf(sourceUids), targets: runsOf(targetUids) };
}
