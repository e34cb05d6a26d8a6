// What an authority says when it refuses, with its own words for the kind. RFC 7807, RFC 8555 §6.7.

const PREFIX = 'urn:ietf:params:acme:error:';
const LONGEST_DETAIL = 500;

export class AcmeProblem extends Error {
  /** `rejectedIdentifier`, `rateLimited`, `dns` … */
  readonly kind: string;
  /** Names, where it named them. */
  readonly names: ReadonlyMap<string, string>;
  readonly retryAfterMs: number;

  constructor(kind: string, detail: string, names: ReadonlyMap<string, string> = new Map(), retryAfterMs = 0) {
    super(`${detail} (${kind})`);
    this.name = 'AcmeProblem';
    this.kind = kind;
    this.names = names;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Of a response's body; none where it is no problem document of ACME's. */
export function readProblem(body: unknown, retryAfter: unknown, nowMs: number): AcmeProblem | undefined {
  const problem = asFields(body);
  const kind = kindOf(problem);
  if (kind === undefined) return undefined;
  const names = new Map<string, string>();
  for (const one of Array.isArray(problem['subproblems']) ? problem['subproblems'] : []) {
    const fields = asFields(one);
    const name = asFields(fields['identifier'])['value'];
    if (typeof name === 'string') names.set(name.toLowerCase(), describe(fields));
  }
  return new AcmeProblem(kind, detailOf(problem), names, readRetryAfter(retryAfter, nowMs));
}

/** `during secondary validation: 192.0.2.1: Connection refused (connection)` */
export function describeProblem(error: unknown): string {
  return describe(asFields(error));
}

function describe(problem: Readonly<Record<string, unknown>>): string {
  return `${detailOf(problem)} (${kindOf(problem) ?? 'unknown'})`;
}

function kindOf({ type }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof type === 'string' && type.startsWith(PREFIX) ? type.slice(PREFIX.length) : undefined;
}

function detailOf({ detail }: Readonly<Record<string, unknown>>): string {
  const text = typeof detail === 'string' && detail !== '' ? detail : 'it gave no reason';
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, LONGEST_DETAIL);
}

/** Seconds, or a date. RFC 9110 §10.2.3. */
export function readRetryAfter(text: unknown, nowMs: number): number {
  if (typeof text !== 'string') return 0;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
