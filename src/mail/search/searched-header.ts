// A message's header as SEARCH sees it: decoded and folded, where the octets themselves do not tell.

import { parseDateTime } from '#protocols/message/date-time.ts';
import { decodeEncodedWords } from '#protocols/message/encoded-word.ts';
import { fieldText, type HeaderBlock, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { decodedFieldTexts } from '#protocols/message/text-content.ts';
import { foldCase } from './fold-case.ts';
import { fieldHas, headerHas, upperAscii } from './raw-text.ts';

const MS_PER_DAY = 86_400_000;

export class SearchedHeader {
  readonly #octets: Buffer;
  readonly #upper: string | undefined;
  #parsed: HeaderBlock | undefined;
  #whole: string | undefined;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.#upper = upperAscii(octets);
  }

  /** `folded` empty asks whether there is such a field. RFC 3501 §6.4.4 (HEADER). */
  hasText(name: string, folded: string): boolean {
    const told = this.#upper === undefined ? undefined : fieldHas(this.#upper, name, folded);
    return told ?? decodedFieldTexts(this.#block, name).some((text) => foldCase(text).includes(folded));
  }

  containsAnywhere(folded: string): boolean {
    const told = this.#upper === undefined ? undefined : headerHas(this.#upper, folded);
    if (told !== undefined) return told;
    this.#whole ??= foldHeader(this.#block);
    return this.#whole.includes(folded);
  }

  /** The day of the Date field as written, without regard to time and zone; `undefined` without a date. */
  sentDay(): number | undefined {
    const [text] = decodedFieldTexts(this.#block, 'date');
    const date = text === undefined ? undefined : parseDateTime(text);
    return date?.ok ? dayOf(date.value.ms + date.value.zoneMinutes * 60_000) : undefined;
  }

  get #block(): HeaderBlock {
    this.#parsed ??= parseHeaderFields(this.#octets);
    return this.#parsed;
  }
}

export function dayOf(ms: number): number {
  return Math.floor(ms / MS_PER_DAY);
}

/** All fields, one a line. */
export function foldHeader(block: HeaderBlock): string {
  const lines = block.fields.map((field) => `${field.name}: ${decodeEncodedWords(fieldText(block, field))}`);
  return foldCase(lines.join('\n'));
}
