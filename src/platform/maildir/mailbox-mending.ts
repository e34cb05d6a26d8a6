// One mailbox at recovery: files that must be there and are not are written, and the uidlist gets the lines it lacks, before
// anybody looks at the mailbox and gives other numbers. Works on the folder itself; whoever has it open sees the change.

import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { allAtOnce } from '#base/steps.ts';
import { FIRST_KEYWORD_BIT, SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { MailboxName } from '#mail/ports/mail-store.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { isMissing } from '#platform/files/errno.ts';
import type { Place } from '#platform/journal/journal-record.ts';
import type { AccountMail } from './account-mail.ts';
import { copyMessage, fileOfPlace, writeMessage } from './filing.ts';
import { isMailboxFolder, KEYWORDS, listMessageFiles, UIDLIST_LOCK } from './folder-files.ts';
import { parseKeywordsFile } from './keywords-file.ts';
import type { PromisedBody } from './promised-mail.ts';
import { UidlistFile } from './uidlist-file.ts';

/** One message that must lie in one place. */
export interface WantedMessage {
  readonly place: Place;
  readonly prefix: Buffer;
  readonly body: PromisedBody;
}

export interface MailboxWants {
  readonly name: MailboxName;
  /** It is the mailbox that the messages were promised to: they keep their UIDs. */
  readonly isSame: boolean;
  readonly messages: WantedMessage[];
  /** Base names of messages that moved away. */
  readonly left: string[];
  /** Above every UID that was promised. */
  uidNext: number;
}

/** Returns how many messages were missing. */
export async function mendMailbox(mail: AccountMail, wants: MailboxWants): Promise<number> {
  const path = mail.pathOf(wants.name);
  if (!isMailboxFolder(path)) await mail.create(wants.name);
  return withDotlock(join(path, UIDLIST_LOCK), async () => {
    const { files } = allAtOnce(listMessageFiles(path));
    let missing = 0;
    for (const message of wants.messages) {
      const existing = files.get(message.place.baseName);
      if (existing !== undefined && isWhole(join(path, existing), message)) continue;
      const temporary = join(mail.temporaryFolder, message.place.baseName);
      const { prefix, body, place } = message;
      const written = { prefix, internalDateMs: place.internalDateMs };
      if (body.kind === 'file') await copyMessage(temporary, written, body);
      else writeMessage(temporary, written, body);
      renameSync(temporary, join(path, existing ?? fileOfPlace(place, flagsIn(path, place))));
      missing++;
    }
    if (wants.isSame) mendUidlist(path, wants);
    return missing;
  });
}

/** After all mailboxes are mended: a message is at every moment somewhere. */
export function removeLeft(mail: AccountMail, { name, left }: MailboxWants): void {
  if (left.length === 0) return;
  const path = mail.pathOf(name);
  const { files } = allAtOnce(listMessageFiles(path));
  for (const baseName of left) {
    const file = files.get(baseName);
    if (file !== undefined) rmSync(join(path, file), { force: true });
  }
}

/** A power cut may leave a file whose octets never came to the disk. A large one is judged by its size. */
function isWhole(path: string, { prefix, body }: WantedMessage): boolean {
  const sizeBytes = prefix.length + (body.kind === 'octets' ? body.octets.length : body.sizeBytes);
  if (statSync(path, { throwIfNoEntry: false })?.size !== sizeBytes) return false;
  if (body.kind === 'file') return true;
  const octets = readFileSync(path);
  return octets.subarray(0, prefix.length).equals(prefix) && octets.subarray(prefix.length).equals(body.octets);
}

/** Its keywords were given their letters before the promise. */
function flagsIn(path: string, { systemFlags, keywords }: Place): number {
  let flags = systemFlags & SYSTEM_FLAGS;
  if (keywords.length === 0) return flags;
  for (const [k, known] of readKeywords(path).entries()) {
    if (keywords.some((keyword) => keyword.toLowerCase() === known.toLowerCase()))
      flags |= 1 << (FIRST_KEYWORD_BIT + k);
  }
  return flags >>> 0;
}

function readKeywords(path: string): string[] {
  try {
    return parseKeywordsFile(readFileSync(join(path, KEYWORDS), 'utf8'));
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

function mendUidlist(path: string, { messages, uidNext }: MailboxWants): void {
  const file = new UidlistFile(path);
  const reading = allAtOnce(file.read());
  // Missing or broken: whoever opens the mailbox next makes it anew, and tells of it.
  if (reading.kind !== 'read') return;
  const { list } = reading;
  const listed = new Set(list.records.map(({ baseName }) => baseName));
  const taken = new Set(list.records.map(({ uid }) => uid));
  // A number that another program gave since is theirs: the message gets the next one at the first look.
  const missing = messages
    .filter(({ place }) => !listed.has(place.baseName) && !taken.has(place.uid))
    .map(({ place }) => ({ uid: place.uid, extensions: '', baseName: place.baseName }));
  if (missing.length === 0 && list.uidNext >= uidNext && !list.isTorn) return;
  const records = [...list.records, ...missing].sort((a, b) => a.uid - b.uid);
  allAtOnce(
    file.replace({ ...list, records, uidNext: Math.max(list.uidNext, uidNext, (records.at(-1)?.uid ?? 0) + 1) }),
  );
}
