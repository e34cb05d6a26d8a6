// FETCH: numbers, flags, sizes and dates come from the session's columns; envelopes, structures and headers ready made from
// the store; other sections out of the message itself, by octet range. A response is begun when all that it needs is at hand; of
// what is large only the announcement is: when it cannot be read then, the connection ends. RFC 3501 §6.4.5, §7.4.2.

import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore, PreparedFetch, PreparedPart } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Pause } from '#mail/search/body-search.ts';
import type { FetchItem, SectionItem } from '#protocols/imap/fetch-item.ts';
import { formatBodyStructure } from '#protocols/imap/format/body-structure.ts';
import { FetchWriter } from '#protocols/imap/format/fetch-writer.ts';
import type { FlagTexts } from '#protocols/imap/format/flag-texts.ts';
import type { AnswerTo, FetchQuestion } from '#protocols/imap/question.ts';
import { flagTextsOf } from '#protocols/imap/updates.ts';
import type { OctetRange } from '#protocols/message/envelope.ts';
import { ConnectionLost } from './connection-lost.ts';
import { PIECE_BYTES } from './limits.ts';
import type { Output } from './output.ts';
import { findInHeader, findOctets, isOfHeader, type Section, StructureMemory } from './sections.ts';

export interface FetchPorts {
  readonly mailStore: MailStore;
  readonly output: Output;
  readonly pause: Pause;
}

/** What a message's response needs besides the columns. */
interface Parts {
  readonly prepared: PreparedFetch | undefined;
  readonly sections: ReadonlyMap<SectionItem, Section>;
  readonly shortStructure: Buffer | undefined;
}

/** So many messages have what is prepared of them waiting for their octets. */
const CHUNK = 256;

const COLUMNS_ONLY: Parts = {
  prepared: undefined,
  sections: new Map(),
  shortStructure: undefined,
};

export class FetchStream {
  readonly #ports: FetchPorts;
  readonly #structures = new StructureMemory();

  constructor(ports: FetchPorts) {
    this.#ports = ports;
  }

  async send(account: AccountId, question: FetchQuestion): Promise<AnswerTo<'fetch'>> {
    const fetch = new Fetch(account, question, this.#ports, this.#structures);
    try {
      await fetch.run();
    } finally {
      // Complete responses only: those of a message that failed were not begun.
      await fetch.flush();
    }
    return { missing: question.rows.length - fetch.sent.length, read: fetch.sent };
  }
}

class Fetch {
  readonly sent: number[] = [];
  readonly #account: AccountId;
  readonly #question: FetchQuestion;
  readonly #ports: FetchPorts;
  readonly #structures: StructureMemory;
  readonly #items: readonly FetchItem[];
  readonly #writer = new FetchWriter();
  readonly #texts: FlagTexts;

  constructor(account: AccountId, question: FetchQuestion, ports: FetchPorts, structures: StructureMemory) {
    this.#account = account;
    this.#question = question;
    this.#ports = ports;
    this.#structures = structures;
    this.#texts = flagTextsOf(question.mailbox.view);
    const { items, uid } = question;
    this.#items = uid && !items.some(({ kind }) => kind === 'uid') ? [{ kind: 'uid' }, ...items] : items;
  }

  run(): Promise<void> {
    if (this.#items.some(needsContent))
      return this.#sendContents(this.#items.flatMap((item) => preparedPartOf(item) ?? []));
    const parts = this.#items.flatMap((item) => (isHeaderSection(item) ? 'header' : (preparedPartOf(item) ?? [])));
    return parts.length > 0 ? this.#sendPrepared(parts) : this.#sendColumns();
  }

  async flush(): Promise<void> {
    if (this.#writer.length > 0) await this.#ports.output.send(this.#writer.take());
  }

  /** Messages that are gone still have these: RFC 2180 §4.1.1. */
  async #sendColumns(): Promise<void> {
    for (const row of this.#question.rows) {
      this.#write(row, COLUMNS_ONLY);
      this.sent.push(row);
      if (this.#writer.length >= PIECE_BYTES) await this.#giveWay();
    }
  }

  async #sendPrepared(parts: readonly PreparedPart[]): Promise<void> {
    const { name, view } = this.#question.mailbox;
    const withHeader = parts.includes('header');
    for await (const prepared of this.#ports.mailStore.prepareFetch(this.#account, name, this.#liveUids(), parts)) {
      const row = view.findRow(prepared.uid);
      if (row === undefined) continue;
      if (withHeader && prepared.header === undefined) await this.#sendOpened(row, prepared);
      else {
        this.#write(row, { ...COLUMNS_ONLY, prepared, sections: this.#headerSections(prepared) });
        this.sent.push(row);
      }
      if (this.#writer.length >= PIECE_BYTES) await this.#giveWay();
    }
  }

  async #sendContents(parts: readonly PreparedPart[]): Promise<void> {
    const { name, view } = this.#question.mailbox;
    const uids = this.#liveUids();
    for (let start = 0; start < uids.length; start += CHUNK) {
      const chunk = uids.slice(start, start + CHUNK);
      const prepared = await this.#prepare(chunk, parts);
      for await (const { uid, content } of this.#ports.mailStore.openMessages(this.#account, name, chunk)) {
        const row = view.findRow(uid);
        if (row !== undefined) await this.#sendMessage(row, content, prepared.get(uid));
        await this.#giveWay();
      }
    }
  }

  async #prepare(uids: Uint32Array, parts: readonly PreparedPart[]): Promise<Map<number, PreparedFetch>> {
    const found = new Map<number, PreparedFetch>();
    if (parts.length === 0) return found;
    const { mailStore } = this.#ports;
    const ready = mailStore.prepareFetch(this.#account, this.#question.mailbox.name, uids, parts);
    for await (const prepared of ready) found.set(prepared.uid, prepared);
    return found;
  }

  /** A header that is too long to be kept at hand. */
  async #sendOpened(row: number, prepared: PreparedFetch): Promise<void> {
    const { name } = this.#question.mailbox;
    await using content = await this.#ports.mailStore.openMessage(this.#account, name, prepared.uid);
    if (content !== undefined) await this.#sendMessage(row, content, prepared);
  }

  async #sendMessage(row: number, content: MessageContent, prepared: PreparedFetch | undefined): Promise<void> {
    const { name, uidValidity, view } = this.#question.mailbox;
    const structure = () => this.#structures.find(`${uidValidity} ${view.uid(row)} ${name}`, content);
    const sections = new Map<SectionItem, Section>();
    let shortStructure: Buffer | undefined;
    for (const item of this.#items) {
      // It went between the two questions.
      if (isPrepared(item) && prepared === undefined) return;
      if (item.kind === 'section') sections.set(item, await findOctets(item, { content, structure }));
      if (isShortStructure(item)) shortStructure = formatBodyStructure(await structure(), { extended: false });
    }
    const parts = { prepared, sections, shortStructure };
    const large = [...sections.values()].some(({ kind }) => kind === 'range');
    if (large) await this.#writePast(row, content, parts);
    else this.#write(row, parts);
    this.sent.push(row);
  }

  #headerSections({ header }: PreparedFetch): Parts['sections'] {
    const sections = new Map<SectionItem, Section>();
    if (header === undefined) return sections;
    for (const item of this.#items) {
      if (item.kind === 'section') sections.set(item, { kind: 'octets', octets: findInHeader(item, header) });
    }
    return sections;
  }

  #liveUids(): Uint32Array {
    const { mailbox, rows } = this.#question;
    return mailbox.view.uidsOf(rows.filter((row) => !mailbox.view.isGone(row)));
  }

  #write(row: number, parts: Parts): void {
    this.#writer.begin(row + 1);
    for (const item of this.#items) this.#writeItem(row, item, parts);
    this.#writer.end();
  }

  /** As `write`, for a message of which something is too large for the writer. */
  async #writePast(row: number, content: MessageContent, parts: Parts): Promise<void> {
    this.#writer.begin(row + 1);
    for (const item of this.#items) {
      const section = item.kind === 'section' ? parts.sections.get(item) : undefined;
      if (item.kind === 'section' && section?.kind === 'range') {
        this.#writer.sectionHead(item, section.range.end - section.range.start);
        await this.flush();
        await this.#copyRange(content, section.range);
      } else this.#writeItem(row, item, parts);
    }
    this.#writer.end();
  }

  #writeItem(row: number, item: FetchItem, parts: Parts): void {
    const { view } = this.#question.mailbox;
    switch (item.kind) {
      case 'uid':
        this.#writer.uid(view.uid(row));
        break;
      case 'flags':
        view.tell(row);
        this.#writer.flags(this.#texts, view.flags(row), view.isRecent(row));
        break;
      case 'internaldate':
        this.#writer.internalDate(view.internalDateMs(row));
        break;
      case 'rfc822.size':
        this.#writer.sizeBytes(view.sizeBytes(row));
        break;
      case 'modseq':
        this.#writer.modSeq(view.modSeq(row));
        break;
      case 'envelope':
        this.#writer.envelope(required(parts.prepared?.envelope));
        break;
      case 'bodystructure': {
        const { extended } = item;
        const octets = extended ? required(parts.prepared?.bodyStructure) : required(parts.shortStructure);
        this.#writer.bodyStructure(octets, { extended });
        break;
      }
      case 'section': {
        const section = required(parts.sections.get(item));
        this.#writer.section(item, section.kind === 'octets' ? section.octets : undefined);
        break;
      }
      default:
        unreachable(item);
    }
  }

  /** The size was announced: whatever fails now can only end the connection. */
  async #copyRange(content: MessageContent, { start, end }: OctetRange): Promise<void> {
    for (let at = start; at < end; ) {
      const piece = await readOrLose(content, at, Math.min(PIECE_BYTES, end - at));
      at += piece.length;
      await this.#ports.output.send(piece);
    }
  }

  async #giveWay(): Promise<void> {
    if (this.#writer.length >= PIECE_BYTES) await this.flush();
    await this.#ports.pause();
  }
}

async function readOrLose(content: MessageContent, offset: number, lengthBytes: number): Promise<Buffer> {
  try {
    const piece = await content.read(offset, lengthBytes);
    if (piece.length > 0) return piece;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    throw new ConnectionLost('unreadable', error);
  }
  throw new ConnectionLost('unreadable', new Error('a stored message is shorter than it was'));
}

function preparedPartOf(item: FetchItem): PreparedPart | undefined {
  if (item.kind === 'envelope') return 'envelope';
  return item.kind === 'bodystructure' && item.extended ? 'bodyStructure' : undefined;
}

function isPrepared(item: FetchItem): boolean {
  return preparedPartOf(item) !== undefined;
}

function isHeaderSection(item: FetchItem): boolean {
  return item.kind === 'section' && isOfHeader(item);
}

function isShortStructure(item: FetchItem): boolean {
  return item.kind === 'bodystructure' && !item.extended;
}

function needsContent(item: FetchItem): boolean {
  return (item.kind === 'section' && !isOfHeader(item)) || isShortStructure(item);
}

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('a FETCH response without what it is made of');
  return part;
}
