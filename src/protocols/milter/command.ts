// What a milter is told, as packets: who connects, the envelope, the message piece by piece. Octets of a message stay
// octets; a NUL in a header field would end the string that it travels in, and is shown as `?`.

import { unreachable } from '#base/unreachable.ts';
import { MACRO_STAGES, type MacroStage, type MilterStep, STEPS } from './negotiation.ts';
import { formatPacket } from './packet.ts';

export type MilterCommand =
  | { readonly step: 'connect'; readonly host: string; readonly address: string; readonly port: number }
  | { readonly step: 'helo'; readonly name: string }
  /** The address with its angle brackets first, then the parameters as the client wrote them. */
  | { readonly step: 'mail' | 'recipient'; readonly words: readonly string[] }
  | { readonly step: 'data' | 'end-of-header' | 'end-of-message' }
  /** The value's lines end in LF alone, the last in nothing. */
  | { readonly step: 'header'; readonly name: string; readonly value: Buffer }
  | { readonly step: 'body'; readonly octets: Buffer };

export type MacroValues = ReadonlyMap<string, string>;

/** A piece of a body has at most so many. */
export const LARGEST_BODY_PIECE_OCTETS = 65_535;

const MACROS = 'D';
const NUL = Buffer.alloc(1);
const QUESTION_MARK = 0x3f;

export const ABORT_PACKET = formatPacket('A');
export const QUIT_PACKET = formatPacket('Q');

export function formatCommand(command: MilterCommand): Buffer {
  const { letter } = STEPS[command.step];
  switch (command.step) {
    case 'connect':
      return formatPacket(letter, command.host, formatPeer(command), command.address);
    case 'helo':
      return formatPacket(letter, command.name);
    case 'mail':
    case 'recipient':
      return formatPacket(letter, ...command.words);
    case 'data':
    case 'end-of-header':
    case 'end-of-message':
      return formatPacket(letter);
    case 'header':
      return formatPacket(letter, command.name, withoutNuls(command.value), NUL);
    case 'body':
      return formatPacket(letter, command.octets);
    default:
      return unreachable(command);
  }
}

/** The macros of that list that have a value, for the step that follows. */
export function formatMacros(step: MilterStep, names: readonly string[], values: MacroValues): Buffer {
  const known = names.flatMap((name) => {
    const value = values.get(bareName(name));
    return value === undefined ? [] : [name, value];
  });
  return formatPacket(MACROS, Buffer.from(STEPS[step].letter), ...known);
}

export function isMacroStage(step: MilterStep): step is MacroStage {
  return MACRO_STAGES.some((stage) => stage === step);
}

/** `{mail_addr}` and `mail_addr`, `i` and `{i}` name the same. */
export function bareName(name: string): string {
  return name.startsWith('{') && name.endsWith('}') ? name.slice(1, -1) : name;
}

/** family port: `4` or `6`, and two octets. */
function formatPeer({ address, port }: Extract<MilterCommand, { step: 'connect' }>): Buffer {
  const peer = Buffer.from(address.includes(':') ? '6..' : '4..');
  peer.writeUInt16BE(port, 1);
  return peer;
}

function withoutNuls(octets: Buffer): Buffer {
  return octets.includes(0) ? Buffer.from(octets.map((octet) => (octet === 0 ? QUESTION_MARK : octet))) : octets;
}
