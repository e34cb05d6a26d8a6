// The right-hand side of an alias, and the whole of a `~/.forward` or `:include:` file: targets between commas or line
// ends. First a target is framed, with its quotes and comments, then what it is depends on its first character.
//
//   targets  = [target] *( ("," / LF) [target] )              ; a line that begins with "#" is a comment
//   target   = "|" command / "/" path / ":include:" path / "\" name / address / DQUOTE any of them DQUOTE

import { err, ok, type Result } from '#base/result.ts';
import type { AliasTarget } from './alias-target.ts';
import { endOfQuoted, isBlank, skipBlanks, trimBlanks, unquoteWhole } from './quoted-text.ts';

/** Where the reading ended, counted from 1. */
export interface AliasMistake {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A list of more is no alias but an accident, or an attack: each target costs a look-up or a delivery. */
const MOST_ALIAS_TARGETS = 100_000;

const INCLUDE = ':include:';

export function parseAliasTargets(text: string, mostTargets = MOST_ALIAS_TARGETS): Result<AliasTarget[], AliasMistake> {
  const targets: AliasTarget[] = [];
  for (let start = nextTarget(text, 0); start < text.length; ) {
    if (targets.length === mostTargets) return err(locate(text, start, `there are more than ${mostTargets} targets`));
    const frame = findEnd(text, start);
    if (!frame.ok) return err(locate(text, frame.error.at, frame.error.text));
    const target = parseTarget(trimBlanks(text.slice(start, frame.value)));
    if (!target.ok) return err(locate(text, start, target.error));
    targets.push(target.value);
    start = nextTarget(text, frame.value);
  }
  return ok(targets);
}

/** Over blanks, commas, line ends and comment lines. */
function nextTarget(text: string, from: number): number {
  let at = from;
  let atLineStart = from === 0;
  for (; at < text.length; at++) {
    const char = text[at];
    if (char === '\n') atLineStart = true;
    else if (char === '#' && atLineStart) at = endOfLine(text, at) - 1;
    else if (char !== ',' && !isBlank(text, at)) break;
    else if (char === ',') atLineStart = false;
  }
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The comma or line end behind a target that begins at `start`; those within quotes and comments are its own. */
function findEnd(text: string, start: number): Result<number, { at: number; text: string }> {
  const hasComments = !'|/:'.includes(text[start] ?? '');
  let depth = 0;
  let opened = start;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\n' || (char === ',' && depth === 0)) {
      return depth === 0 ? ok(at) : err({ at: opened, text: 'a comment is not closed: ")" is missing' });
    }
    if (char === '\\') {
      // The first one says «final», what follows it may be a quotation.
      if (at > start && text[at + 1] !== '\n') at++;
    } else if (char === '"' && depth === 0) {
      const end = endOfQuoted(text, at);
      if (end === undefined) return err({ at, text: "a quotation is not closed: '\"' is missing" });
      at = end - 1;
    } else if (hasComments && char === '(') {
      if (depth++ === 0) opened = at;
    } else if (hasComments && char === ')' && depth > 0) depth--;
  }
  return depth === 0 ? ok(text.length) : err({ at: opened, text: 'a comment is not closed: ")" is missing' });
}

function parseTarget(framed: string): Result<AliasTarget, string> {
  const inner = unquoteWhole(framed);
  if (inner === undefined) return parseUnquoted(framed);
  // «"\user"» is written by people who quote everything: unquoting it would send the mail round in a circle.
  if (framed.startsWith('"\\') && !framed.startsWith('"\\"') && !framed.startsWith('"\\\\')) {
    return parseFinalName(inner);
  }
  const isSpecial = '|/:'.includes(inner[0] ?? ' ') || inner.includes('@');
  if (isSpecial) return parseUnquoted(inner);
  return inner === '' ? err('there is nothing between the quotes') : ok(localName(inner, false));
}

function parseUnquoted(text: string): Result<AliasTarget, string> {
  switch (text[0]) {
    case '|':
      return parseCommand(text.slice(1));
    case '/':
      return ok({ kind: 'file', path: text });
    case ':':
      return parseInclude(text);
    case '\\':
      return parseFinalName(text.slice(1));
    default:
      return parseAddress(text);
  }
}

/** `|"command with arguments"` is quoted as a whole; other quotes are the shell's. */
function parseCommand(text: string): Result<AliasTarget, string> {
  const written = trimBlanks(text);
  const command = trimBlanks(unquoteWhole(written) ?? written);
  return command === '' ? err('there is no command behind "|"') : ok({ kind: 'command', command });
}

function parseInclude(text: string): Result<AliasTarget, string> {
  if (text.slice(0, INCLUDE.length).toLowerCase() !== INCLUDE) {
    return err(`"${text}" is no target: only ${INCLUDE}/path begins with a colon`);
  }
  const written = trimBlanks(text.slice(INCLUDE.length));
  const path = unquoteWhole(written) ?? written;
  return path.startsWith('/') ? ok({ kind: 'include', path }) : err(`${INCLUDE} needs a path that begins with "/"`);
}

function parseFinalName(text: string): Result<AliasTarget, string> {
  const target = parseAddress(text);
  if (!target.ok || target.value.kind !== 'local-name') return target;
  return ok(localName(target.value.name, true));
}

/** An address, or a name without a domain; a display name and comments are passed over. */
function parseAddress(text: string): Result<AliasTarget, string> {
  const words = splitWords(text);
  const angle = words.findIndex((word) => word.startsWith('<'));
  const [address = '', more] = angle === -1 ? words : [words.slice(angle).join(' ').replace(/^<|>$/g, '')];
  if (more !== undefined) return err(`a comma is missing between "${address}" and "${more}"`);
  const inner = unquoteWhole(address);
  if (inner !== undefined && inner !== '') return ok(localName(inner, false));
  const at = address.lastIndexOf('@');
  if (address === '' || at === 0 || at === address.length - 1 || /[<>\s]/.test(withoutQuoted(address))) {
    return err(`"${trimBlanks(text)}" is no address`);
  }
  return ok(at === -1 ? localName(address, false) : { kind: 'address', address });
}

/** Between blanks that stand outside quotes and angle brackets; comments are left out. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const quotedEnd = char === '"' && depth === 0 ? endOfQuoted(text, at) : undefined;
    const step = quotedEnd ?? (char === '\\' ? Math.min(at + 2, text.length) : at + 1);
    if (char === '(') depth++;
    const isBetween = depth > 0 || isBlank(text, at) || char === '<';
    if (isBetween && word !== '') {
      words.push(word);
      word = '';
    }
    if (!(depth > 0 || isBlank(text, at))) word += text.slice(at, step);
    if (char === ')' && depth > 0) depth--;
    at = step - 1;
  }
  if (word !== '') words.push(word);
  return words;
}

function withoutQuoted(address: string): string {
  const end = address.startsWith('"') ? endOfQuoted(address, 0) : undefined;
  return end === undefined ? address : address.slice(end);
}

function localName(name: string, isFinal: boolean): AliasTarget {
  return { kind: 'local-name', name, isFinal };
}

function locate(text: string, at: number, mistake: string): AliasMistake {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const line = text.slice(0, lineStart).split('\n').length;
  const begin = at === 0 ? 0 : lineStart;
  return { line: at === 0 ? 1 : line, column: skipBlanks(text, at) - begin + 1, text: mistake };
}
