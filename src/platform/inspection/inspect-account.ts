// The mail of one account: its home, its index, and each of its mailboxes.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import { isMailboxFolder } from '#platform/maildir/folder-files.ts';
import type { IndexedMailbox } from '#platform/message-index/account-index.ts';
import { readWholeIndex } from '#platform/message-index/read-whole-index.ts';
import type { Finding } from './finding.ts';
import { inspectMailbox } from './inspect-mailbox.ts';
import { formatMode } from './inspect-secrets.ts';

export interface InspectedAccount {
  readonly home: string;
  readonly indexFile: string;
  readonly owner: number;
  readonly promised: ReadonlySet<string>;
}

/** A tree that cannot be read is a finding, and disturbs no other. */
export function* inspectAccount(account: InspectedAccount): Generator<Finding> {
  try {
    yield* inspectHome(account);
  } catch (cause) {
    yield { code: 'unreadable', path: account.home, detail: messageOf(cause) };
  }
}

function* inspectHome({ home, indexFile, owner, promised }: InspectedAccount): Generator<Finding> {
  const index = yield* inspectIndex(indexFile);
  const stat = statSync(home, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.uid !== owner) yield { code: 'foreign-owner', path: home, detail: `${stat.uid}, ${owner}` };
  if ((stat.mode & 0o007) !== 0) yield { code: 'file-open', path: home, detail: formatMode(stat.mode) };
  for (const folder of foldersOf(home)) {
    const path = join(home, folder);
    try {
      yield* inspectMailbox({ path, owner, indexed: index?.get(folder), promised });
    } catch (cause) {
      yield { code: 'unreadable', path, detail: messageOf(cause) };
    }
  }
}

function* inspectIndex(file: string): Generator<Finding, ReadonlyMap<string, IndexedMailbox> | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return readWholeIndex(file);
  } catch (cause) {
    yield { code: 'index-damaged', path: file, detail: messageOf(cause) };
    return undefined;
  }
}

/** The INBOX is the home itself: the empty name. */
function foldersOf(home: string): string[] {
  const below = readdirSync(home).filter((name) => name.startsWith('.') && !name.startsWith('..'));
  return ['', ...below.sort()].filter((name) => isMailboxFolder(join(home, name)));
}
