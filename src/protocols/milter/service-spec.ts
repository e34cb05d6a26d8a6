// How `smtpd_milters` names a milter, in Postfix's form.

import { splitBracedWords } from '#base/braced-words.ts';
import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { parseServiceName, type ServiceForm, type ServiceName, timeOverride } from '#base/service-name.ts';
import { PROTOCOL_VERSIONS, type ProtocolVersion } from './negotiation.ts';

/** What becomes of mail where the milter cannot be asked, or says what nobody understands. */
export const DEFAULT_ACTIONS = ['accept', 'reject', 'tempfail', 'quarantine', 'shutdown'] as const;
export type MilterDefaultAction = (typeof DEFAULT_ACTIONS)[number];

/** Postfix's `milter_…`, for one milter. */
export interface MilterServiceSettings {
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly contentTimeoutMs: number;
  readonly defaultAction: MilterDefaultAction;
  readonly protocol: MilterProtocol;
}

export interface MilterProtocol {
  readonly version: ProtocolVersion;
  readonly noHeaderReply: boolean;
}

export type MilterSpec = ServiceName<MilterServiceSettings>;

const FORM: ServiceForm<MilterServiceSettings> = {
  what: 'service-milter',
  overrides: {
    connect_timeout: timeOverride((connectTimeoutMs) => ({ connectTimeoutMs })),
    command_timeout: timeOverride((commandTimeoutMs) => ({ commandTimeoutMs })),
    content_timeout: timeOverride((contentTimeoutMs) => ({ contentTimeoutMs })),
    default_action: (value) => {
      const defaultAction = DEFAULT_ACTIONS.find((action) => action === value);
      return defaultAction && { defaultAction };
    },
    protocol: (value) => {
      const protocol = parseMilterProtocol(value);
      return protocol && { protocol };
    },
  },
};

/** The error says what is wrong with it, and the right form. */
export function parseMilter(text: string): Result<MilterSpec, Mistake> {
  return parseServiceName(text, FORM);
}

/** As one text, between commas or blanks: what a table says. */
export function parseMilterList(text: string): Result<readonly MilterSpec[], Mistake> {
  const specs: MilterSpec[] = [];
  for (const word of splitOutsideBraces(text)) {
    const spec = parseMilter(word);
    if (!spec.ok) return spec;
    specs.push(spec.value);
  }
  return specs.length > 0 ? ok(specs) : err(mistake('milters-none'));
}

/** Braces stay on, whatever they hold. */
function splitOutsideBraces(text: string): readonly string[] {
  const words = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth <= 0 && /[\s,]/.test(character)) words.push('');
    else words[words.length - 1] += character;
  }
  return words.filter((word) => word !== '');
}

/** `6`, or a version and `no_header_reply`; `undefined` for anything else. */
export function parseMilterProtocol(text: string): MilterProtocol | undefined {
  const words = splitBracedWords(text) ?? [];
  const numbers = words.filter((word) => word !== NO_HEADER_REPLY);
  const version = PROTOCOL_VERSIONS.find((each) => String(each) === numbers[0]);
  if (version === undefined || numbers.length > 1) return undefined;
  return { version, noHeaderReply: words.includes(NO_HEADER_REPLY) };
}

const NO_HEADER_REPLY = 'no_header_reply';
