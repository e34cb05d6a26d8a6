// A strict reader for the small XML documents that strangers send: elements and text, no more. A document type, entities of its
// own, CDATA or processing instructions are refused, so that nothing can be pulled in, blown up or hidden. One pass from left to
// right; depth and number of elements are bounded, and the caller bounds the octets.

import { err, ok, type Result } from '#base/result.ts';

export const MOST_XML_DEPTH = 16;
export const MOST_XML_ELEMENTS = 200;

/** `Autodiscover/Request/EMailAddress`, names without their prefixes → the text there, the first of several. */
export type XmlTexts = ReadonlyMap<string, string>;

const DECLARATION = /^\ufeff?<\?xml [^<>?]*\?>/;
/** `<name a="b" c='d' />`: what stands in quotation marks may hold a `>`, but no `<`. */
const START_TAG = /<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const END_TAG = /<\/([A-Za-z_][\w.:-]*)\s*>/y;
const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The error is what is wrong, for the log. */
export function readSmallXml(document: string): Result<XmlTexts, string> {
  const body = document.slice(DECLARATION.exec(document)?.[0].length ?? 0);
  const reader = new Reader(body);
  while (reader.step());
  return reader.fault === undefined ? ok(reader.texts) : err(reader.fault);
}

class Reader {
  readonly texts = new Map<string, string>();
  fault: string | undefined;
  readonly #body: string;
  readonly #open: { readonly name: string; readonly path: string; text: string }[] = [];
  #at = 0;
  #elements = 0;

  constructor(body: string) {
    this.#body = body;
  }

  /** False when all is read, or something is wrong. */
  step(): boolean {
    if (this.fault !== undefined) return false;
    const next = this.#body.indexOf('<', this.#at);
    this.#takeText(this.#body.slice(this.#at, next < 0 ? undefined : next));
    if (next < 0) return this.#end();
    this.#at = next;
    if (this.#body.startsWith('<!--', next)) return this.#skipComment();
    if (this.#body.startsWith('</', next)) return this.#close();
    return this.#begin();
  }

  #takeText(written: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) {
      if (written.trim() !== '') this.fault = 'text outside of the element';
      return;
    }
    const text = written.replace(REFERENCE, (_, name?: string, decimal?: string, hexadecimal?: string) => {
      if (name !== undefined) return NAMED[name] ?? '';
      return characterOf(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal));
    });
    if (written.replace(REFERENCE, '').includes('&')) this.fault = 'an entity of its own';
    element.text += text;
  }

  #skipComment(): boolean {
    const end = this.#body.indexOf('-->', this.#at + 4);
    if (end < 0) this.fault = 'a comment without an end';
    this.#at = end + 3;
    return true;
  }

  #begin(): boolean {
    START_TAG.lastIndex = this.#at;
    const [tag = '', name = '', , isEmpty] = START_TAG.exec(this.#body) ?? [];
    if (tag === '') return this.#fail('neither element nor text, or not well formed');
    if (this.#open.length === 0 && this.#elements > 0) return this.#fail('a second element');
    this.#elements += 1;
    if (this.#open.length >= MOST_XML_DEPTH || this.#elements > MOST_XML_ELEMENTS) return this.#fail('too large');
    const above = this.#open.at(-1)?.path;
    const local = name.slice(name.indexOf(':') + 1);
    this.#open.push({ name, path: above === undefined ? local : `${above}/${local}`, text: '' });
    this.#at += tag.length;
    if (isEmpty === '/') this.#leave();
    return true;
  }

  #close(): boolean {
    END_TAG.lastIndex = this.#at;
    const [tag = '', name] = END_TAG.exec(this.#body) ?? [];
    if (tag === '' || name !== this.#open.at(-1)?.name) return this.#fail('an end without its beginning');
    this.#at += tag.length;
    this.#leave();
    return true;
  }

  #leave(): void {
    const element = this.#open.pop();
    if (element !== undefined && !this.texts.has(element.path)) this.texts.set(element.path, element.text.trim());
  }

  #end(): false {
    if (this.#open.length > 0 || this.#elements === 0) return this.#fail('it ends too early');
    return false;
  }

  #fail(fault: string): false {
    this.fault ??= fault;
    return false;
  }
}

function characterOf(code: number): string {
  const isCharacter = code >= 0x20 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter || code === 0x09 || code === 0x0a || code === 0x0d ? String.fromCodePoint(code) : '\ufffd';
}
