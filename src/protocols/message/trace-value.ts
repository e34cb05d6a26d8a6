// Values in trace fields that anybody reads and strangers chose: bare where nothing could end them, quoted otherwise, in
// one line and bounded. RFC 8601 §2.2, RFC 7208 §9.1, RFC 5322 §3.2.4.

const LONGEST_VALUE = 255;

/** What is a dot-atom and a MIME token alike. */
const PLAIN = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
/** `ana+listas@example.org`, `@example.org`. */
const ADDRESS = /^(?:[A-Za-z0-9_+=-]+(?:\.[A-Za-z0-9_+=-]+)*)?@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/** dot-atom / quoted-string */
export function formatTraceValue(text: string): string {
  return PLAIN.test(text) && text.length <= LONGEST_VALUE ? text : formatQuoted(text);
}

/** The same, and `[ [local-part] "@" ] domain-name` besides. */
export function formatTraceAddress(text: string): string {
  return ADDRESS.test(text) && text.length <= LONGEST_VALUE ? text : formatTraceValue(text);
}

/** quoted-string = DQUOTE *qcontent DQUOTE */
export function formatQuoted(text: string): string {
  return `"${oneLine(text).replace(/["\\]/g, '\\$&')}"`;
}

/** comment = "(" *ctext ")" ; without anything that could end it, or begin another */
export function formatTraceComment(text: string): string {
  return `(${oneLine(text).replace(/[()\\]/g, '?')})`;
}

/** Each group of words begins a line, and goes on in further ones as RFC 5322 §2.1.1 wants it; words stay whole. */
export function foldTraceField(name: string, groups: readonly (readonly string[])[]): string {
  let field = `${name}:`;
  let column = field.length;
  for (const [at, words] of groups.entries()) {
    for (const [place, word] of words.entries()) {
      const fits = column + 1 + word.length <= LONGEST_LINE && (at === 0 || place > 0);
      field += fits ? ` ${word}` : `\r\n\t${word}`;
      column = (fits ? column + 1 : TAB_WIDTH) + word.length;
    }
  }
  return `${field}\r\n`;
}

const LONGEST_LINE = 78;
const TAB_WIDTH = 8;

function oneLine(text: string): string {
  return text.slice(0, LONGEST_VALUE).replace(/[\x00-\x1f\x7f-\xa0\u2028\u2029]/g, ' ');
}
