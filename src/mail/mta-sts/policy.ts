// What a domain says of TLS to its servers, both ways: the policy at https://mta-sts.D/.well-known/mta-sts.txt. Keys and
// values are case-sensitive but for names; what is not known is passed over, and of a field that stands twice the first
// counts. RFC 8461 §3.2.

import { err, ok, type Result } from '#base/result.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export type StsMode = 'enforce' | 'testing' | 'none';

export interface StsPolicy {
  readonly mode: StsMode;
  readonly maxAgeSeconds: number;
  /** `mx.example.org`, `*.example.org`; A-labels in lower case. */
  readonly mx: readonly string[];
}

/** About a year: more is taken as so much. */
export const LONGEST_MAX_AGE_SECONDS = 31_557_600;
/** Of one policy; real ones have a handful. */
const MOST_PATTERNS = 200;

//   sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP) [sts-policy-term]
//   sts-policy-field  = key ":" *WSP value
//   sts-policy-term   = LF / CRLF
/** The error is what is wrong with it. */
export function parseStsPolicy(text: string): Result<StsPolicy, string> {
  const fields = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split('\n')) {
    const [key, value] = readField(line);
    if (key === undefined) continue;
    if (key !== 'mx') {
      if (!fields.has(key)) fields.set(key, value);
      continue;
    }
    const pattern = parseMxPattern(value);
    if (pattern === undefined) return err(`mx: ${JSON.stringify(value.slice(0, 80))} is no name of a host`);
    if (mx.length === MOST_PATTERNS) return err(`there are more than ${MOST_PATTERNS} mx fields`);
    mx.push(pattern);
  }
  if (fields.get('version') !== 'STSv1') return err('it does not say "version: STSv1"');
  const mode = fields.get('mode') ?? '';
  if (!isMode(mode)) return err(`mode: ${JSON.stringify(mode.slice(0, 80))} is none of enforce, testing, none`);
  const maxAge = fields.get('max_age') ?? '';
  if (!/^[0-9]{1,10}$/.test(maxAge))
    return err(`max_age: ${JSON.stringify(maxAge.slice(0, 80))} is no count of seconds`);
  if (mode !== 'none' && mx.length === 0) return err('it names no mx');
  return ok({ mode, maxAgeSeconds: Math.min(Number(maxAge), LONGEST_MAX_AGE_SECONDS), mx });
}

/** One field a line. */
export function formatStsPolicy({ mode, maxAgeSeconds, mx }: StsPolicy): string {
  return `${stsPolicyLines({ mode, maxAgeSeconds, mx }).join('\r\n')}\r\n`;
}

/** As a report about it shows them. RFC 8460 §4.4. */
export function stsPolicyLines({ mode, maxAgeSeconds, mx }: StsPolicy): string[] {
  return ['version: STSv1', `mode: ${mode}`, ...mx.map((pattern) => `mx: ${pattern}`), `max_age: ${maxAgeSeconds}`];
}

function readField(line: string): readonly [key: string | undefined, value: string] {
  const written = line.trimEnd();
  const colon = written.indexOf(':');
  return colon < 1 ? [undefined, ''] : [written.slice(0, colon), written.slice(colon + 1).trimStart()];
}

function isMode(text: string): text is StsMode {
  return text === 'enforce' || text === 'testing' || text === 'none';
}

//   sts-policy-mx-value = ["*."] Domain
function parseMxPattern(text: string): string | undefined {
  const isWild = text.startsWith('*.');
  const name = parseDomainName((isWild ? text.slice(2) : text).replace(/\.$/, ''));
  if (!name.ok) return undefined;
  return isWild ? `*.${name.value}` : name.value;
}

/** Whether the policy allows a server of that name; a star stands for one label, the first. RFC 8461 §4.1. */
export function allowsServer({ mx }: Pick<StsPolicy, 'mx'>, name: string): boolean {
  const parsed = parseDomainName(name.replace(/\.$/, ''));
  const host = parsed.ok ? parsed.value : name.toLowerCase();
  const parent = `*${host.slice(Math.max(0, host.indexOf('.')))}`;
  return mx.some((pattern) => pattern === host || (host.includes('.') && pattern === parent));
}
