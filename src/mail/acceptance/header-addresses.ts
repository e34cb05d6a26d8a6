// Where the addresses stand in the text of a header field, so that they can be changed and everything around them (names,
// comments, folds) stays as somebody wrote it. RFC 5322 §3.4.

export interface AddressSpan {
  readonly start: number;
  readonly end: number;
}

/** Fields whose addresses are completed and mapped, and in which role. RFC 5322 §3.6.2, §3.6.3, §3.6.6. */
export const ADDRESS_FIELDS: ReadonlyMap<string, 'sender' | 'recipient'> = new Map([
  ['from', 'sender'],
  ['sender', 'sender'],
  ['reply-to', 'sender'],
  ['resent-from', 'sender'],
  ['resent-sender', 'sender'],
  ['to', 'recipient'],
  ['cc', 'recipient'],
  ['resent-to', 'recipient'],
  ['resent-cc', 'recipient'],
]);

/** In their order; what is no single address (`Ana Pérez`, a group's name) is left out. Linear in the text. */
export function findAddressSpans(text: string): readonly AddressSpan[] {
  const spans: AddressSpan[] = [];
  /** Of the words since the last comma; `undefined` when there are none, or more than one. */
  let word: AddressSpan | undefined;
  let words = 0;
  let angleAt = -1;
  const close = () => {
    if (word !== undefined && words === 1) spans.push(word);
    word = undefined;
    words = 0;
  };
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    const mark = text.charAt(at);
    if (mark === '<') {
      // The words before it are a name.
      words = 0;
      word = undefined;
      angleAt = end;
    } else if (mark === '>') {
      if (words === 1 && word !== undefined && angleAt >= 0) spans.push(word);
      // What follows up to the comma is nobody's address.
      words = 2;
      angleAt = -1;
    } else if (mark === ',' || mark === ';') close();
    else if (mark === ':') {
      // A group begins, or a route ended: what stood before it is no address.
      word = undefined;
      words = 0;
    } else if (!isBlank(mark) && mark !== '(') {
      const touches = word !== undefined && word.end === at;
      word = { start: touches && word !== undefined ? word.start : at, end };
      if (!touches) words++;
    }
    at = end;
  }
  if (angleAt < 0) close();
  return spans;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** A quoted string, a comment and a literal are one token each, as is every other character. */
function tokenEnd(text: string, at: number): number {
  switch (text.charAt(at)) {
    case '"':
      return closing(text, at, '"');
    case '[':
      return closing(text, at, ']');
    case '(':
      return commentEnd(text, at);
    default:
      return at + 1;
  }
}

function closing(text: string, start: number, mark: string): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === mark) return at + 1;
  }
  return text.length;
}

/** Comments nest. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}
