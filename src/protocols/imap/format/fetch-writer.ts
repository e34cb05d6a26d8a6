// FETCH responses, written one behind the other into one buffer: `begin`, items, `end`. A hundred thousand lines of
// flags take some milliseconds. What is written waits until `take`; a caller who answers for many messages takes
// whenever `length` passes what it wants to send at once. RFC 3501 §7.4.2; RFC 7162 §3.1.4.2 (MODSEQ).

import { ByteWriter } from '#base/byte-writer.ts';
import type { BodySection, SectionContent } from '#protocols/message/body-section.ts';
import type { SectionItem } from '../fetch-item.ts';
import { formatDateTime } from './dates.ts';
import type { FlagTexts } from './flag-texts.ts';
import { formatAString } from './string.ts';

/** The name of an item, for the first in a response and for those that follow. */
interface ItemName {
  readonly first: Buffer;
  readonly following: Buffer;
}

const UNTAGGED = Buffer.from('* ');
const FETCH = Buffer.from(' FETCH (');
const LITERAL = Buffer.from('}\r\n');
const CLOSE = Buffer.from(')');
const END = Buffer.from(')\r\n');
const UID = itemName('UID ');
const FLAGS = itemName('FLAGS ');
const MODSEQ = itemName('MODSEQ (');
const SIZE = itemName('RFC822.SIZE ');
const INTERNALDATE = itemName('INTERNALDATE ');
const ENVELOPE = itemName('ENVELOPE ');
const BODY = itemName('BODY ');
const BODYSTRUCTURE = itemName('BODYSTRUCTURE ');

export class FetchWriter {
  readonly #writer = new ByteWriter();
  readonly #literalNames = new Map<SectionItem, ItemName>();
  #first = true;

  get length(): number {
    return this.#writer.length;
  }

  take(): Buffer {
    return this.#writer.take();
  }

  begin(sequenceNumber: number): void {
    this.#writer.octets(UNTAGGED);
    this.#writer.decimal(sequenceNumber);
    this.#writer.octets(FETCH);
    this.#first = true;
  }

  end(): void {
    this.#writer.octets(END);
  }

  uid(uid: number): void {
    this.#item(UID);
    this.#writer.decimal(uid);
  }

  flags(texts: FlagTexts, flags: number, recent: boolean): void {
    this.#item(FLAGS);
    this.#writer.octets(texts.find(flags, recent));
  }

  modSeq(modSeq: number): void {
    this.#item(MODSEQ);
    this.#writer.decimal(modSeq);
    this.#writer.octets(CLOSE);
  }

  sizeBytes(sizeBytes: number): void {
    this.#item(SIZE);
    this.#writer.decimal(sizeBytes);
  }

  internalDate(ms: number): void {
    this.#item(INTERNALDATE);
    this.#writer.text(formatDateTime(ms));
  }

  /** As `formatEnvelope` made it. */
  envelope(envelope: Buffer): void {
    this.#item(ENVELOPE);
    this.#writer.octets(envelope);
  }

  /** As `formatBodyStructure` made it. */
  bodyStructure(structure: Buffer, { extended }: { extended: boolean }): void {
    this.#item(extended ? BODYSTRUCTURE : BODY);
    this.#writer.octets(structure);
  }

  /** A section's content, small enough to be in memory; `undefined` for a part that is not there. */
  section(item: SectionItem, content: Buffer | undefined): void {
    if (content === undefined) {
      this.#item(itemName(`${formatSectionName(item)} NIL`));
      return;
    }
    this.sectionHead(item, content.length);
    this.#writer.octets(content);
  }

  /** Announces a content that follows on its way past this writer: take, send, send the content, go on. */
  sectionHead(item: SectionItem, sizeBytes: number): void {
    this.#item(this.#literalName(item));
    this.#writer.decimal(sizeBytes);
    this.#writer.octets(LITERAL);
  }

  /** The same for each of thousands of messages. */
  #literalName(item: SectionItem): ItemName {
    const name = this.#literalNames.get(item) ?? itemName(`${formatSectionName(item)} {`);
    this.#literalNames.set(item, name);
    return name;
  }

  #item(name: ItemName): void {
    this.#writer.octets(this.#first ? name.first : name.following);
    this.#first = false;
  }
}

function itemName(text: string): ItemName {
  return { first: Buffer.from(text), following: Buffer.from(` ${text}`) };
}

/** `BODY[1.2.HEADER]<0>`, or the old name it was asked for by. */
export function formatSectionName({ section, partial, answeredAs }: SectionItem): string {
  if (answeredAs !== 'BODY') return answeredAs;
  return `BODY[${formatSection(section)}]${partial === undefined ? '' : `<${partial.start}>`}`;
}

function formatSection({ part, content }: BodySection): string {
  const text = formatSectionText(content);
  return text === '' ? part.join('.') : [...part, text].join('.');
}

function formatSectionText(content: SectionContent): string {
  switch (content.kind) {
    case 'whole':
      return '';
    case 'header-fields':
      return `HEADER.FIELDS${content.not ? '.NOT' : ''} (${content.names.map(formatAString).join(' ')})`;
    default:
      return content.kind.toUpperCase();
  }
}
