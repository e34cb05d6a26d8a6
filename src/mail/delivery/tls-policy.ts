// How much TLS a destination must have: `smtp_tls_security_level`, and `smtp_tls_policy_maps` per destination, in
// Postfix's form. RFC 3207 §4.1, RFC 7435 (opportunistic), RFC 7672 §2.2 (DANE), RFC 9525 §6.3 (names).
//
//   policy     = level *( SP attribute )
//   level      = "none" / "may" / "encrypt" / "dane" / "dane-only" / "verify" / "secure"
//   attribute  = "match=" pattern *( ":" pattern ) / "servername=" ( name / "hostname" )
//   pattern    = "hostname" / "nexthop" / "dot-nexthop" / ["."] name

import { err, ok, type Result } from '#base/result.ts';
import type { Table } from '#mail/ports/table.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

/** `dane`: by TLSA records where there are some, else as `may`; `dane-only`: by them, or not at all. */
export type TlsLevel = 'none' | 'may' | 'encrypt' | 'dane' | 'dane-only' | 'verify' | 'secure';

export interface TlsPolicy {
  readonly level: TlsLevel;
  /** For `verify` and `secure`: the names that the certificate may bear, as patterns. */
  readonly match: readonly string[];
  /** What SNI asks for; `hostname` is the server's own name; `undefined` asks for none. */
  readonly serverName: string | undefined;
}

/** Who said so: what an administrator wrote of one destination is not changed by what strangers publish. */
export interface ChosenTlsPolicy extends TlsPolicy {
  readonly source: 'smtp_tls_security_level' | 'smtp_tls_policy_maps';
}

const DEFAULT_MATCH: Readonly<Record<TlsLevel, readonly string[]>> = {
  none: [],
  may: [],
  encrypt: [],
  dane: [],
  'dane-only': [],
  // Postfix's smtp_tls_verify_cert_match and smtp_tls_secure_cert_match.
  verify: ['hostname'],
  secure: ['nexthop', 'dot-nexthop'],
};

/** Ciphers and protocols are chosen by Node; the words that choose them are passed over. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'protocols',
  'ciphers',
  'exclude',
  'connection_reuse',
  'enable_rpk',
  'tafile',
]);

export function defaultTlsPolicy(level: TlsLevel): TlsPolicy {
  return { level, match: DEFAULT_MATCH[level], serverName: 'hostname' };
}

/** The error is what is wrong with the text. */
export function parseTlsPolicy(text: string): Result<TlsPolicy, string> {
  const [word = '', ...attributes] = text
    .trim()
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  const level = word.toLowerCase();
  if (!isTlsLevel(level)) return err(`${JSON.stringify(word)} is none of ${Object.keys(DEFAULT_MATCH).join(', ')}`);
  let policy = defaultTlsPolicy(level);
  for (const attribute of attributes) {
    const equals = attribute.indexOf('=');
    const [name, value] = [attribute.slice(0, equals), attribute.slice(equals + 1).toLowerCase()];
    if (equals < 1 || value === '') return err(`${JSON.stringify(attribute)} is no name=value`);
    if (name === 'match') policy = { ...policy, match: value.split(/[:|]/).filter((pattern) => pattern !== '') };
    else if (name === 'servername') policy = { ...policy, serverName: value };
    else if (!PASSED_OVER.has(name)) return err(`${JSON.stringify(name)} is no attribute of a TLS policy`);
  }
  return ok(policy);
}

function isTlsLevel(text: string): text is TlsLevel {
  return Object.hasOwn(DEFAULT_MATCH, text);
}

/**
 * The policy for a next hop: it is looked up as it is written (`[mail.example.org]:587`), then its domain, then each
 * parent domain with a dot before it (`.example.org`). Throws WorldError when a table cannot be asked.
 */
export async function findTlsPolicy(
  tables: readonly Table[],
  destination: string,
  level: TlsLevel,
): Promise<Result<ChosenTlsPolicy, string>> {
  for (const table of tables) {
    for (const key of table.isPattern ? [destination] : policyKeys(destination)) {
      const found = await table.find(key);
      if (found === undefined) continue;
      const policy = parseTlsPolicy(found);
      if (!policy.ok) return err(`${table.name}: ${key}: ${policy.error}`);
      return ok({ ...policy.value, source: 'smtp_tls_policy_maps' });
    }
  }
  return ok({ ...defaultTlsPolicy(level), source: 'smtp_tls_security_level' });
}

function policyKeys(destination: string): string[] {
  const whole = destination.toLowerCase();
  const host = nexthopDomain(whole);
  const keys = whole === host ? [whole] : [whole, host];
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) keys.push(host.slice(dot));
  return keys;
}

/** `[mail.example.org]:587` → `mail.example.org`. */
function nexthopDomain(destination: string): string {
  const host = /^\[(.*)\](?::[^:]*)?$/.exec(destination)?.[1] ?? destination.replace(/:[^:]*$/, '');
  return host.toLowerCase();
}

/** What the policy's patterns mean for one server; names as the DNS has them. */
export function wantedNames(
  { match }: TlsPolicy,
  server: { readonly hostname: string; readonly destination: string },
): readonly string[] {
  const nexthop = asciiName(nexthopDomain(server.destination));
  return match.map((pattern) => {
    if (pattern === 'hostname') return asciiName(server.hostname);
    if (pattern === 'nexthop') return nexthop;
    return pattern === 'dot-nexthop' ? `.${nexthop}` : pattern;
  });
}

/** Whether one of the certificate's names is one of those. */
export function isNameWanted(certificateNames: readonly string[], wanted: readonly string[]): boolean {
  return certificateNames.some((name) => wanted.some((pattern) => fits(name.toLowerCase(), pattern)));
}

/** What is no name of a domain (an address) stays as it is. */
function asciiName(name: string): string {
  const parsed = parseDomainName(name);
  return parsed.ok ? parsed.value : name.toLowerCase();
}

/** A pattern with a dot before it means all names below; a certificate's `*` stands for one label, the first. */
function fits(name: string, pattern: string): boolean {
  if (pattern.startsWith('.')) return name.endsWith(pattern) && name.length > pattern.length;
  if (name === pattern) return true;
  const dot = pattern.indexOf('.');
  return name.startsWith('*.') && dot > 0 && name.slice(1) === pattern.slice(dot) && name.indexOf('.', 2) !== -1;
}
