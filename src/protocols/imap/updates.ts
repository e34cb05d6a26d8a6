// What a client is told of its mailbox unasked: EXPUNGE, EXISTS, RECENT, FLAGS and changed flags. RFC 3501 §7.2.6, §7.3,
// §7.4.

import { FetchWriter } from './format/fetch-writer.ts';
import { FlagTexts } from './format/flag-texts.ts';
import { formatExists, formatExpunge, formatFlagsData, formatRecent } from './format/mailbox-data.ts';
import type { MailboxView, ViewUpdates } from './mailbox-view.ts';
import type { Output } from './move.ts';
import { formatUntagged } from './response.ts';
import type { SelectedMailbox } from './selected-mailbox.ts';

export function formatUpdates(mailbox: SelectedMailbox, updates: ViewUpdates): Output[] {
  let lines = updates.expunged.map(formatExpunge).join('');
  if (updates.exists !== undefined) lines += formatExists(updates.exists);
  if (updates.recent !== undefined) lines += formatRecent(updates.recent);
  if (updates.flagNames) lines += formatFlagNames(mailbox);
  const output: Output[] = lines === '' ? [] : [lines];
  if (updates.changedRows.length > 0) output.push(formatFlagsOf(mailbox.view, updates.changedRows));
  return output;
}

/** FLAGS, and PERMANENTFLAGS: every flag can be kept, and new keywords made, unless the mailbox is read-only. */
export function formatFlagNames({ view, access }: SelectedMailbox): string {
  const names = view.flagNames;
  const permanent = access === 'read-only' ? [] : [...names, '\\*'];
  const text = access === 'read-only' ? 'No flag can be changed' : 'Flags that are kept';
  return formatFlagsData(names) + formatUntagged('OK', { kind: 'permanentflags', flags: permanent }, text);
}

/** One FETCH a message. The UID is always told: who asked by UID must hear it, and nobody minds. */
function formatFlagsOf(view: MailboxView, rows: readonly number[]): Buffer {
  const writer = new FetchWriter();
  const texts = flagTextsOf(view);
  for (const row of rows) {
    writer.begin(row + 1);
    writer.uid(view.uid(row));
    writer.flags(texts, view.flags(row), view.isRecent(row));
    writer.end();
  }
  return writer.take();
}

/** Good for one answer: the mailbox may know new keywords at the next. */
export function flagTextsOf(view: MailboxView): FlagTexts {
  const names = view.flagNames;
  return new FlagTexts((flags) => names.filter((_, bit) => ((flags >>> bit) & 1) !== 0));
}
