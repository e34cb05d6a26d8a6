// OpenDKIM's files, as opendkim.conf(5) describes them, read into what we would keep of them: which keys sign for the
// authors of which domains, and whose mail is signed. What has no like here becomes a remark. Nothing is opened here.

import { parseIpNetwork } from '#base/ip-network.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export interface OpenDkimKey {
  readonly author: string;
  readonly domain: string;
  readonly selector: string;
  /** A path, as it is written. */
  readonly keyFile: string;
}

export type OpenDkimRemark =
  | { readonly kind: 'no-such-key'; readonly name: string }
  | { readonly kind: 'unused-key'; readonly name: string }
  | { readonly kind: 'malformed'; readonly text: string }
  | { readonly kind: 'single-address'; readonly text: string }
  | { readonly kind: 'any-author'; readonly text: string }
  | { readonly kind: 'below-domain'; readonly text: string }
  | { readonly kind: 'wild-domain'; readonly text: string }
  | { readonly kind: 'shadowed'; readonly text: string }
  | { readonly kind: 'host-name'; readonly text: string }
  | { readonly kind: 'excluded-host'; readonly text: string }
  | { readonly kind: 'setting'; readonly text: string };

export interface KeyTableEntry {
  readonly name: string;
  /** `%`: the author's own. */
  readonly domain: string;
  readonly selector: string;
  readonly keyFile: string;
}

export interface SigningTableEntry {
  readonly pattern: string;
  readonly keyNames: readonly string[];
}

/** `Name value`, as in opendkim.conf; a name counts once, the last time. */
export function parseSettings(text: string): ReadonlyMap<string, string> {
  return new Map(linesOf(text).map(([name, value]) => [name.toLowerCase(), value]));
}

/** `name domain:selector:/path/to/key`. */
export function parseKeyTable(text: string): { entries: KeyTableEntry[]; remarks: OpenDkimRemark[] } {
  const entries: KeyTableEntry[] = [];
  const remarks: OpenDkimRemark[] = [];
  for (const [name, value] of linesOf(text)) {
    const [domain = '', selector = '', ...rest] = value.split(':');
    const keyFile = rest.join(':');
    if (keyFile === '' || selector === '') remarks.push({ kind: 'malformed', text: `${name} ${value}` });
    else entries.push({ name, domain, selector, keyFile });
  }
  return { entries, remarks };
}

/** `pattern name[:signer]`; the signer is for `i=`, which we leave out. */
export function parseSigningTable(text: string): SigningTableEntry[] {
  return linesOf(text).map(([pattern, value]) => {
    const keyNames = value.split(',').map((name) => name.trim().split(':')[0] ?? '');
    return { pattern, keyNames: keyNames.filter((name) => name !== '') };
  });
}

/**
 * Which key signs for whom: the lines of both tables brought together. Of several lines for one domain the first one counts,
 * unless MultipleSignatures says that all of them do.
 */
export function joinTables(
  keys: readonly KeyTableEntry[],
  signing: readonly SigningTableEntry[],
  withAllLines = false,
): { readonly keys: OpenDkimKey[]; readonly remarks: OpenDkimRemark[] } {
  const remarks: OpenDkimRemark[] = [];
  const found = new Map<string, OpenDkimKey>();
  const used = new Set<string>();
  const lineOf = new Map<string, string>();
  for (const { pattern, keyNames } of signing) {
    for (const name of keyNames) {
      const key = keys.find((each) => each.name === name);
      if (key === undefined) {
        remarks.push({ kind: 'no-such-key', name });
        continue;
      }
      used.add(name);
      const reading = readPattern(pattern, key.domain);
      if (reading.remark !== undefined) remarks.push(reading.remark);
      if (reading.author === undefined) continue;
      const { author } = reading;
      const line = `${pattern} ${keyNames.join(',')}`;
      if (!withAllLines && (lineOf.get(author) ?? line) !== line) {
        remarks.push({ kind: 'shadowed', text: line });
        continue;
      }
      lineOf.set(author, line);
      const domain = key.domain === '%' ? author : key.domain.toLowerCase();
      const { selector } = key;
      const keyFile = key.keyFile.replaceAll('%', author);
      found.set(`${author} ${domain} ${selector}`.toLowerCase(), { author, domain, selector, keyFile });
    }
  }
  remarks.push(
    ...keys.filter(({ name }) => !used.has(name)).map(({ name }) => ({ kind: 'unused-key', name }) as const),
  );
  return { keys: [...found.values()], remarks };
}

interface PatternReading {
  readonly author: string | undefined;
  readonly remark: OpenDkimRemark | undefined;
}

/**
 * `*@example.org`, `example.org`: a domain. `*@*.example.org`, `.example.org`: those below it. `*`: everybody.
 * `ana@example.org`: one address.
 */
function readPattern(pattern: string, keyDomain: string): PatternReading {
  const text = pattern.toLowerCase();
  const at = text.lastIndexOf('@');
  const local = at === -1 ? '*' : text.slice(0, at);
  const host = text.slice(at + 1);
  if (local !== '*') return { author: undefined, remark: { kind: 'single-address', text: pattern } };
  if (host === '*' || text === '%') {
    const own = parseDomainName(keyDomain);
    return { author: own.ok ? own.value : undefined, remark: { kind: 'any-author', text: pattern } };
  }
  const below = /^\*?\.(.+)$/.exec(host)?.[1];
  if ((below ?? host).includes('*')) return { author: undefined, remark: { kind: 'wild-domain', text: pattern } };
  const domain = parseDomainName(below ?? host);
  if (!domain.ok) return { author: undefined, remark: { kind: 'malformed', text: pattern } };
  return { author: domain.value, remark: below === undefined ? undefined : { kind: 'below-domain', text: pattern } };
}

/**
 * InternalHosts, which tutorials call TrustedHosts: addresses, perhaps in square brackets, and networks. Host names and what
 * `!` takes out again have no like here.
 */
export function parseHosts(text: string): { readonly networks: string[]; readonly remarks: OpenDkimRemark[] } {
  const networks: string[] = [];
  const remarks: OpenDkimRemark[] = [];
  for (const [host] of linesOf(text)) {
    const network = host.replace(/^\[(.*)\]/, '$1');
    if (host.toLowerCase() === 'localhost') networks.push('127.0.0.1', '::1');
    else if (parseIpNetwork(network).ok) networks.push(network);
    else if (host.startsWith('!')) remarks.push({ kind: 'excluded-host', text: host });
    else remarks.push({ kind: 'host-name', text: host });
  }
  return { networks: [...new Set(networks)], remarks };
}

/** What opendkim.conf says of the signatures themselves, where ours are of another kind. */
export function findOtherSettings(settings: ReadonlyMap<string, string>): OpenDkimRemark[] {
  return OTHER_SETTINGS.flatMap(([name, isLikeOurs]) => {
    const value = settings.get(name.toLowerCase());
    return value === undefined || isLikeOurs.test(value)
      ? []
      : [{ kind: 'setting', text: `${name} ${value}` } as const];
  });
}

const OTHER_SETTINGS: readonly (readonly [name: string, isLikeOurs: RegExp])[] = [
  ['Mode', /s/i],
  ['Canonicalization', /^relaxed\/relaxed$/i],
  ['SignatureAlgorithm', /^(?:rsa|ed25519)-sha256$/i],
  ['SignatureTTL', /^0$/],
  ['SignHeaders', /^\*?$/],
  ['OmitHeaders', /^\*?$/],
  ['SenderHeaders', /^from$/i],
  ['BodyLengths', /^[fn0]/i],
];

export function saysYes(settings: ReadonlyMap<string, string>, name: string): boolean {
  return /^[ty1]/i.test(settings.get(name.toLowerCase()) ?? '');
}

/** The first word of each line and the rest; `#` begins a comment. */
function linesOf(text: string): (readonly [first: string, rest: string])[] {
  return text.split('\n').flatMap((line) => {
    const hash = line.indexOf('#');
    const [first = '', ...rest] = (hash === -1 ? line : line.slice(0, hash)).trim().split(/\s/);
    return first === '' ? [] : [[first, rest.join(' ').trim()] as const];
  });
}
