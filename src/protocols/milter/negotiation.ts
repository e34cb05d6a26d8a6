// The first exchange: which version is spoken, which steps the milter wants to be told of and answers, and which changes
// it may ask for. A milter may also name the macros that it wants at each step.
//
//   offer  = version actions steps      ; each 4OCTET
//   answer = version actions steps *( stage names )      ; stage = 4OCTET, names = string, separated by blanks

import { err, ok, type Result } from '#base/result.ts';
import { formatPacket, type Packet, PacketData } from './packet.ts';

/** What a milter is told of, in the order in which it happens. */
export type MilterStep =
  | 'connect'
  | 'helo'
  | 'mail'
  | 'recipient'
  | 'data'
  | 'header'
  | 'end-of-header'
  | 'body'
  | 'end-of-message';

export const PROTOCOL_VERSIONS = [2, 3, 4, 6] as const;
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** Steps at which macros are sent. */
export const MACRO_STAGES = [
  'connect',
  'helo',
  'mail',
  'recipient',
  'data',
  'end-of-message',
  'end-of-header',
] as const;
export type MacroStage = (typeof MACRO_STAGES)[number];
export type MacroLists = Readonly<Record<MacroStage, readonly string[]>>;

interface StepBits {
  readonly letter: string;
  /** The milter does not want it; libmilter's SMFIP_NOCONNECT and its kin. */
  readonly unwanted: number;
  /** The milter will not answer it; SMFIP_NR_CONN and its kin, of version 6. */
  readonly unanswered: number;
  /** The first version that knows it. */
  readonly since: ProtocolVersion;
}

export const STEPS: Readonly<Record<MilterStep, StepBits>> = {
  connect: { letter: 'C', unwanted: 1 << 0, unanswered: 1 << 12, since: 2 },
  helo: { letter: 'H', unwanted: 1 << 1, unanswered: 1 << 13, since: 2 },
  mail: { letter: 'M', unwanted: 1 << 2, unanswered: 1 << 14, since: 2 },
  recipient: { letter: 'R', unwanted: 1 << 3, unanswered: 1 << 15, since: 2 },
  data: { letter: 'T', unwanted: 1 << 9, unanswered: 1 << 16, since: 4 },
  header: { letter: 'L', unwanted: 1 << 5, unanswered: 1 << 7, since: 2 },
  'end-of-header': { letter: 'N', unwanted: 1 << 6, unanswered: 1 << 18, since: 2 },
  body: { letter: 'B', unwanted: 1 << 4, unanswered: 1 << 19, since: 2 },
  'end-of-message': { letter: 'E', unwanted: 0, unanswered: 0, since: 2 },
};

const NO_UNKNOWN = 1 << 8;
const MAY_SKIP = 1 << 10;
const WANTS_REFUSED_RECIPIENTS = 1 << 11;
const LEADING_SPACE = 1 << 20;

/** What each version adds to the one before. */
const STEPS_SINCE: Readonly<Record<ProtocolVersion, number>> = {
  2: 0x7f,
  3: NO_UNKNOWN,
  4: STEPS.data.unwanted,
  6: (0xff << 12) | STEPS.header.unanswered | MAY_SKIP | WANTS_REFUSED_RECIPIENTS | LEADING_SPACE,
};

/** Header fields, bodies, recipients, quarantine; with version 6 senders, recipients with parameters, lists of macros. */
const ACTIONS_SINCE: Readonly<Record<ProtocolVersion, number>> = { 2: 0x3f, 3: 0, 4: 0, 6: 0x1c0 };

const LETTER = 'O';
const LONGEST_MACRO_LIST = 100;

export interface MilterOffer {
  readonly version: ProtocolVersion;
  /** For milters of older versions that can go without answering each header field. */
  readonly noHeaderReply: boolean;
  readonly macros: MacroLists;
}

export interface MilterAgreement {
  readonly version: number;
  readonly steps: number;
  readonly macros: MacroLists;
}

export function formatOffer(offer: MilterOffer): Buffer {
  const { version } = offer;
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(version, 0);
  numbers.writeUInt32BE(offeredBits(ACTIONS_SINCE, version), 4);
  numbers.writeUInt32BE(offeredSteps(offer), 8);
  return formatPacket(LETTER, numbers);
}

/** The error is for the log. */
export function parseAgreement({ letter, data }: Packet, offer: MilterOffer): Result<MilterAgreement, string> {
  if (letter !== LETTER) return err(`unexpected reply ${JSON.stringify(letter)} in initial handshake`);
  const reader = new PacketData(data);
  const [version, actions, steps] = [reader.takeNumber(), reader.takeNumber(), reader.takeNumber()];
  if (version === undefined || actions === undefined || steps === undefined) {
    return err('its answer in the initial handshake is too short');
  }
  if (version < 2 || version > offer.version) {
    return err(`protocol version ${version} conflict with MTA protocol version ${offer.version}`);
  }
  const offered = offeredBits(ACTIONS_SINCE, offer.version);
  if ((actions & ~offered) !== 0) {
    return err(`request mask 0x${actions.toString(16)} conflict with MTA request mask 0x${offered.toString(16)}`);
  }
  const macros = readMacroLists(reader, offer.macros);
  return macros === undefined
    ? err('its lists of macros cannot be read')
    : ok({ version, steps: steps & offeredSteps(offer), macros });
}

/** Its version of the protocol has such a step. */
export function isKnown({ version }: MilterAgreement, step: MilterStep): boolean {
  return version >= STEPS[step].since;
}

/** The milter wants to be told of it. */
export function isWanted(agreement: MilterAgreement, step: MilterStep): boolean {
  return isKnown(agreement, step) && (agreement.steps & STEPS[step].unwanted) === 0;
}

export function isAnswered({ steps }: MilterAgreement, step: MilterStep): boolean {
  return (steps & STEPS[step].unanswered) === 0;
}

/** Recipients that we refused, too. */
export function wantsRefusedRecipients({ steps }: MilterAgreement): boolean {
  return (steps & WANTS_REFUSED_RECIPIENTS) !== 0;
}

/** The blank behind a field's colon is a part of its value, in both directions. */
export function keepsLeadingSpace({ steps }: MilterAgreement): boolean {
  return (steps & LEADING_SPACE) !== 0;
}

function offeredSteps({ version, noHeaderReply }: MilterOffer): number {
  return offeredBits(STEPS_SINCE, version) | (noHeaderReply ? STEPS.header.unanswered : 0);
}

function offeredBits(since: Readonly<Record<ProtocolVersion, number>>, version: ProtocolVersion): number {
  return PROTOCOL_VERSIONS.reduce((bits, each) => (each <= version ? bits | since[each] : bits), 0);
}

/** `undefined` where they are malformed. What is not named keeps our own list. */
function readMacroLists(reader: PacketData, own: MacroLists): MacroLists | undefined {
  const lists = { ...own };
  while (!reader.isAtEnd) {
    const stage = MACRO_STAGES[reader.takeNumber() ?? -1];
    const names = reader.takeString();
    if (stage === undefined || names === undefined) return undefined;
    lists[stage] = names
      .toString()
      .split(/[\s,]+/)
      .filter((name) => name !== '')
      .slice(0, LONGEST_MACRO_LIST);
  }
  return lists;
}
