// What the journal promised and the mailboxes do not hold, done at the start, before anybody is let in. Doing it twice does
// no harm: every message is looked for by its base name, and only what is missing, or not as it was promised, is written.
//
//   1. All segments are read: what was promised, and what became of it.
//   2. Segment by segment, mailbox by mailbox, missing files are written, the uidlist is given the lines it lacks, and files
//      of messages that had moved away are removed (`mailbox-mending.ts`).
//   3. Mail is synced. What could not be filed, or was not taken by the queue, is promised again, in a new segment. Only then
//      the old ones are removed; a damaged one is set aside whole. Where the disk refuses, that is tried again from time to
//      time while everybody is served: the old segments promise what they did.
//
// A message that another program deleted since the last checkpoint comes back. It is better twice than never.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '#mail/ports/account.ts';
import type { Log } from '#mail/ports/log.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import { Fates } from '#platform/journal/fates.ts';
import {
  listLargeMessages,
  type ReadSegment,
  readSegments,
  removeFile,
  setAside,
} from '#platform/journal/journal-folder.ts';
import { baseNamesOf, type MessageRecord, type RecordedFiling } from '#platform/journal/journal-record.ts';
import type { JournalWriter } from '#platform/journal/journal-writer.ts';
import type { AccountMail } from './account-mail.ts';
import { type MailboxWants, mendMailbox, removeLeft } from './mailbox-mending.ts';
import { promisedBody } from './message-bodies.ts';
import type { PromisedBody } from './promised-mail.ts';
import { readMailboxId } from './uidlist-file.ts';

export interface RecoverySurroundings {
  readonly journal: JournalWriter;
  readonly log: Log;
  mailOf(account: AccountId): AccountMail;
  /** What was done to mailboxes so far is on stable storage when it resolves. */
  syncMail(): Promise<void>;
  /** Promises again what could not be done now. */
  resume(record: MessageRecord): Promise<void>;
}

interface Promised {
  readonly record: MessageRecord;
  readonly filing: RecordedFiling;
}

type FormerSegment = Pick<ReadSegment, 'segment' | 'damage'>;

/** What the mailboxes do not hold yet, and what says so until it is promised again. */
interface Rest {
  /** Oldest first. */
  readonly segments: FormerSegment[];
  readonly undone: ReadonlyMap<string, MessageRecord>;
  readonly resumed: Set<string>;
}

export class Recovery {
  readonly #around: RecoverySurroundings;
  #rest: Rest | undefined;

  constructor(around: RecoverySurroundings) {
    this.#around = around;
  }

  /** Steps 1 and 2: once it resolves, somebody may be let in. */
  async mend(): Promise<void> {
    const { journal, log } = this.#around;
    const fates = new Fates();
    const segments: FormerSegment[] = [];
    const baseNames = new Set<string>();
    for (const { segment, damage, records } of readSegments(journal.folder)) {
      for (const { record } of records) {
        fates.learn(record);
        for (const baseName of baseNamesOf(record)) baseNames.add(baseName);
      }
      segments.push({ segment, damage });
    }
    const undone = new Map<string, MessageRecord>();
    let written = 0;
    for (const { records } of readSegments(journal.folder)) {
      written += await recoverSegment(this.#around, fates, records, undone);
    }
    if (written > 0) log.write('info', 'journal', `${written} accepted messages were put into their mailboxes`);
    if (segments.length === 0) return;
    journal.keepFormer(baseNames);
    this.#rest = { segments, undone, resumed: new Set() };
  }

  /** Step 3. Throws while the disk refuses, and is then to be called again; the old segments are kept so long. */
  async finish(): Promise<void> {
    const { journal, syncMail, resume } = this.#around;
    const rest = this.#rest;
    if (rest === undefined) return;
    await syncMail();
    for (const [id, record] of rest.undone) {
      if (!rest.resumed.has(id)) await resume(record);
      rest.resumed.add(id);
    }
    await endSegments(this.#around, rest);
    journal.keepFormer(new Set());
    this.#rest = undefined;
  }
}

/** Returns how many files were missing. */
async function recoverSegment(
  around: RecoverySurroundings,
  fates: Fates,
  records: ReadSegment['records'],
  undone: Map<string, MessageRecord>,
): Promise<number> {
  const promises: Promised[] = [];
  for (const { record } of records) {
    if (record.kind !== 'message') continue;
    for (const filing of record.filings) promises.push({ record, filing });
    if (record.queued !== undefined && !fates.isReleased(record.id)) addUndone(undone, { ...record, filings: [] });
  }
  let written = 0;
  for (const [account, ofAccount] of Map.groupBy(promises, ({ filing }) => filing.account)) {
    try {
      written += await recoverAccount(around, fates, account, ofAccount);
    } catch (cause) {
      const text = `mail for ${account} waits in the journal, its mailbox cannot be written: ${String(cause)}`;
      around.log.write('error', 'journal', text);
      for (const { record, filing } of ofAccount) {
        const filings = fates.of(filing.baseName)?.places.map((place) => ({ ...filing, ...place })) ?? [];
        const { queued: _, ...rest } = record;
        if (filings.length > 0) addUndone(undone, { ...rest, filings });
      }
    }
  }
  return written;
}

/**
 * One record a message, as before: a large one's octets go when the segment of its record does. A start that was killed while
 * it promised again leaves two.
 */
function addUndone(undone: Map<string, MessageRecord>, part: MessageRecord): void {
  const known = undone.get(part.id);
  const filings = new Map([...(known?.filings ?? []), ...part.filings].map((filing) => [filing.baseName, filing]));
  const queued = known?.queued ?? part.queued;
  undone.set(part.id, { ...part, filings: [...filings.values()], ...(queued && { queued }) });
}

/** Returns how many files were missing. */
async function recoverAccount(
  around: RecoverySurroundings,
  fates: Fates,
  account: AccountId,
  promises: readonly Promised[],
): Promise<number> {
  const mail = around.mailOf(account);
  using _turn = await mail.enter();
  const names = namesById(mail);
  const wants = new Map<string, MailboxWants>();
  const wantsOf = (mailboxId: string, recordedName: string): MailboxWants => {
    const name = names.get(mailboxId);
    const known = wants.get(mailboxId);
    const begun = known ?? {
      name: name ?? recordedName,
      isSame: name !== undefined,
      messages: [],
      left: [],
      uidNext: 1,
    };
    wants.set(mailboxId, begun);
    return begun;
  };
  for (const { record, filing } of promises) {
    const fate = fates.of(filing.baseName);
    const body = bodyOf(around, record, filing);
    for (const place of (body && fate?.places) ?? []) {
      if (body !== undefined)
        wantsOf(place.mailboxId, place.mailbox).messages.push({ place, prefix: filing.prefix, body });
    }
    // The number is not given again, though its message be gone.
    if (names.has(filing.mailboxId)) {
      const first = wantsOf(filing.mailboxId, filing.mailbox);
      first.uidNext = Math.max(first.uidNext, filing.uid + 1);
    }
    for (const { mailboxId, mailbox, baseName } of fate?.left ?? []) {
      if (names.has(mailboxId)) wantsOf(mailboxId, mailbox).left.push(baseName);
    }
  }
  let written = 0;
  for (const each of wants.values()) written += await mendMailbox(mail, each);
  for (const each of wants.values()) removeLeft(mail, each);
  return written;
}

function namesById(mail: AccountMail): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of mail.existing()) {
    const id = readMailboxId(mail.pathOf(name));
    if (id !== undefined) names.set(id, name);
  }
  return names;
}

/** `undefined`, and a word to the operator, when a large message's own file was taken away. */
function bodyOf(
  { journal, log }: RecoverySurroundings,
  { id, bodies }: MessageRecord,
  filing: RecordedFiling,
): PromisedBody | undefined {
  const body = bodies[filing.body];
  if (body === undefined || body.kind === 'octets') return body;
  const path = join(journal.folder, body.file);
  if (existsSync(path)) return promisedBody(journal.folder, body);
  log.write('error', 'journal', `${id}: ${path} is missing, the message for ${filing.account} cannot be recovered`);
  return undefined;
}

/** Oldest first, each synced: what a later one says of an earlier one's messages must not go before it. */
async function endSegments({ journal, log }: RecoverySurroundings, { segments, undone }: Rest): Promise<void> {
  const { folder } = journal;
  for (let [first] = segments; first !== undefined; [first] = segments) {
    endSegment(first, log);
    await syncPath(folder);
    segments.shift();
  }
  const needed = new Set(
    [...undone.values()].flatMap(({ bodies }) => bodies.map((body) => (body.kind === 'file' ? body.file : ''))),
  );
  for (const file of listLargeMessages(folder)) if (!needed.has(file)) removeFile(join(folder, file));
}

function endSegment({ segment, damage }: FormerSegment, log: Log): void {
  if (damage.length === 0 || !existsSync(segment.path)) {
    removeFile(segment.path);
    return;
  }
  const places = damage.map(({ start, end }) => `${start}-${end}`).join(', ');
  const aside = setAside(segment);
  const text = `${segment.path} is damaged at octets ${places}; what could be read was recovered, it is kept as ${aside}`;
  log.write('error', 'journal', text);
}
