// Address lists of a header: mailboxes, groups, routes, comments, in one pass over the text. Broken lists give what can
// be made out; a quoted local part is never read as anything else. RFC 5322 §3.4, §4.4.
//
//   address-list = (address *("," address)) / obs-addr-list
//   address      = mailbox / group
//   group        = display-name ":" [group-list] ";" [CFWS]
//   mailbox      = name-addr / addr-spec
//   name-addr    = [display-name] angle-addr

import type { AddrSpec } from './addr-spec.ts';
import { parseMailDomain } from './domain-name.ts';
import type { EnvelopeAddress } from './envelope.ts';
import { characterCodes, FieldScanner } from './field-scanner.ts';
import { MAX_ADDRESSES } from './limits.ts';

export interface AddressList {
  /** Groups as IMAP shows them: a start, the members, an end. */
  readonly entries: readonly EnvelopeAddress[];
  /** The list was longer than the limit. */
  readonly truncated: boolean;
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'literal' | 'dot' | 'at';
  readonly text: string;
  /** White space or a comment stands before it. */
  readonly spaced: boolean;
}

const SPECIALS = characterCodes('()<>[]:;@\\,."');
const GROUP_END: EnvelopeAddress = { name: undefined, route: undefined, mailbox: undefined, host: undefined };

/** `text` is an unfolded field value. */
export function parseAddressList(text: string, maxAddresses = MAX_ADDRESSES): AddressList {
  const scanner = new FieldScanner(text);
  const entries: EnvelopeAddress[] = [];
  let inGroup = false;
  let behindAngle = false;
  const endGroup = () => {
    if (inGroup) entries.push(GROUP_END);
    inGroup = false;
  };

  while (!scanner.atEnd) {
    if (entries.length >= maxAddresses) {
      endGroup();
      return { entries, truncated: true };
    }
    const tokens = readTokens(scanner);
    if (scanner.take('<')) {
      entries.push(readAngleAddress(scanner, joinTokens(tokens)));
      behindAngle = true;
      continue;
    }
    if (scanner.take(':')) {
      // Groups do not nest: the next one ends the one before.
      endGroup();
      entries.push({ name: undefined, route: undefined, mailbox: joinTokens(tokens), host: undefined });
      inGroup = true;
    } else {
      // Words between `>` and the comma are nobody's address.
      const isAddress = tokens.length > 0 && (!behindAngle || tokens.some((token) => token.kind === 'at'));
      if (isAddress) entries.push(bareAddress(tokens, scanner.lastComment));
      if (scanner.take(';')) endGroup();
      else scanner.take(',');
    }
    behindAngle = false;
  }
  endGroup();
  return { entries, truncated: false };
}

/** Up to a character that ends a phrase or an address: `,` `;` `:` `<` `>`. Other strays are passed over. */
function readTokens(scanner: FieldScanner, insideAngle = false): Token[] {
  const tokens: Token[] = [];
  scanner.lastComment = undefined;
  let strays = false;
  for (;;) {
    const spaced = scanner.skipCfws() || strays;
    strays = false;
    switch (scanner.next) {
      case '':
      case ',':
      case ';':
      case ':':
      case '<':
        return tokens;
      case '>':
        if (insideAngle) return tokens;
        scanner.at++;
        strays = true;
        break;
      case ')':
      case ']':
      case '\\':
        scanner.at++;
        strays = true;
        break;
      case '"':
        tokens.push({ kind: 'quoted', text: scanner.quotedString(), spaced });
        break;
      case '[':
        tokens.push({ kind: 'literal', text: scanner.domainLiteral(), spaced });
        break;
      case '.':
      case '@':
        tokens.push({ kind: scanner.next === '.' ? 'dot' : 'at', text: scanner.next, spaced });
        scanner.at++;
        break;
      default:
        tokens.push({ kind: 'word', text: scanner.word(SPECIALS), spaced });
    }
  }
}

/** angle-addr = [CFWS] "<" [obs-route] addr-spec ">" ; obs-route = obs-domain-list ":" ; the `<` is passed. */
function readAngleAddress(scanner: FieldScanner, displayName: string): EnvelopeAddress {
  const route: string[] = [];
  let tokens = readTokens(scanner, true);
  while (tokens[0]?.kind === 'at' && (scanner.next === ',' || scanner.next === ':')) {
    route.push(joinTokens(tokens));
    const isLast = scanner.next === ':';
    scanner.at++;
    tokens = readTokens(scanner, true);
    if (isLast) break;
  }
  scanner.take('>');
  const { mailbox, host } = splitAddress(tokens);
  return {
    name: displayName === '' ? undefined : displayName,
    route: route.length === 0 ? undefined : route.join(','),
    mailbox,
    host,
  };
}

/** addr-spec = local-part "@" domain, without brackets; words before it are taken for a name, else the comment is. */
function bareAddress(tokens: readonly Token[], comment: string | undefined): EnvelopeAddress {
  const { name, mailbox, host } = splitAddress(tokens);
  const shown = name === '' ? (comment ?? '').trim() : name;
  return { name: shown === '' ? undefined : shown, route: undefined, mailbox, host };
}

interface SplitAddress {
  readonly name: string;
  readonly mailbox: string;
  readonly host: string;
}

/** The last `@` outside quotes divides; the domain is the dotted run behind it, the local part the one before it. */
function splitAddress(tokens: readonly Token[]): SplitAddress {
  const at = tokens.findLastIndex((token) => token.kind === 'at');
  if (at === -1) return { name: '', mailbox: joinTokens(tokens), host: '' };
  const host = dottedRun(tokens, at + 1, 1)
    .map((token) => token.text)
    .join('');
  const local = dottedRun(tokens, at - 1, -1);
  const before = tokens.slice(0, at - local.length);
  // `a@b@c`: nothing says which is which, so all of it is the local part, as Postfix reads it.
  if (before.some((token) => token.kind === 'at')) {
    return { name: '', mailbox: joinTokens(tokens.slice(0, at)), host };
  }
  const mailbox = local.map((token) => token.text);
  return { name: joinTokens(before), mailbox: mailbox.reverse().join(''), host };
}

/** Words divided by dots, from `start` on in either direction; two words side by side end it. */
function dottedRun(tokens: readonly Token[], start: number, step: 1 | -1): Token[] {
  const run: Token[] = [];
  for (let i = start; ; i += step) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'at') return run;
    const beside = run.at(-1);
    if (token.kind !== 'dot' && beside !== undefined && beside.kind !== 'dot') return run;
    run.push(token);
  }
}

/** A phrase as a person wrote it: quotes gone, white space as one blank. */
function joinTokens(tokens: readonly Token[]): string {
  return tokens.map((token, i) => (token.spaced && i > 0 ? ` ${token.text}` : token.text)).join('');
}

/** The address to send to; `undefined` for group marks, and where the domain is none or the local part is empty. */
export function findAddrSpec(address: EnvelopeAddress): AddrSpec | undefined {
  const { mailbox, host } = address;
  if (mailbox === undefined || mailbox === '' || host === undefined || /[\x00-\x1f\x7f]/.test(mailbox))
    return undefined;
  const domain = parseMailDomain(host);
  return domain.ok ? { localPart: mailbox, domain: domain.value } : undefined;
}
