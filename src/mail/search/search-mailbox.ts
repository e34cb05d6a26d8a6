// SEARCH over one mailbox as a session sees it: numbers and flags first, then headers, then bodies, each only where
// what came before does not decide. RFC 3501 §6.4.4.

import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { MailboxView } from '#protocols/imap/mailbox-view.ts';
import type { SearchKey } from '#protocols/imap/search-key.ts';
import { findInBody, type Pause } from './body-search.ts';
import { type CompiledSearch, compileSearch } from './search-test.ts';
import { SearchedHeader } from './searched-header.ts';

export interface SearchedMessages {
  /** `undefined` when it is gone. */
  open(uid: number): Promise<MessageContent | undefined>;
  readonly pause: Pause;
}

/** The rows that match, ascending. */
export async function searchMailbox(key: SearchKey, view: MailboxView, messages: SearchedMessages): Promise<number[]> {
  const search = compileSearch(key, view);
  const found: number[] = [];
  for (let row = 0; row < view.exists; row++) {
    if (view.isGone(row)) continue;
    const verdict = search.test({ row, header: undefined, foundInBody: undefined });
    if (verdict ?? (await testContent(search, row, view.uid(row), messages))) found.push(row);
    const paused = messages.pause();
    if (paused !== undefined) await paused;
  }
  return found;
}

async function testContent(
  { test, bodyTexts }: CompiledSearch,
  row: number,
  uid: number,
  messages: SearchedMessages,
): Promise<boolean> {
  await using content = await messages.open(uid);
  if (content === undefined) return false;
  const header = new SearchedHeader((await readHeader(content)).block);
  const verdict = test({ row, header, foundInBody: undefined });
  if (verdict !== undefined) return verdict;
  return test({ row, header, foundInBody: await findInBody(content, bodyTexts, messages.pause) }) === true;
}
