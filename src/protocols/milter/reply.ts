// What a milter answers: a verdict that ends the step, a change that it asks for at the end of the message, or that it is
// still at work. What cannot be read is the milter's mistake, and says so in words for the log.

import { err, ok, type Result } from '#base/result.ts';
import type { MilterStep } from './negotiation.ts';
import { type Packet, PacketData } from './packet.ts';
import { type MilterReplyText, parseReplyText } from './reply-text.ts';

export type MilterVerdict =
  | { readonly kind: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'shutdown' }
  /** No more of the body, please. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'reply'; readonly reply: MilterReplyText };

export type MilterChange =
  | { readonly kind: 'add-header'; readonly name: Buffer; readonly value: Buffer }
  /** Before the field of that index; 0 is the top. */
  | { readonly kind: 'insert-header'; readonly index: number; readonly name: Buffer; readonly value: Buffer }
  /** The field of that name and index, from 1; an empty value deletes it. */
  | { readonly kind: 'change-header'; readonly index: number; readonly name: Buffer; readonly value: Buffer }
  | { readonly kind: 'change-sender'; readonly address: string; readonly parameters: string }
  | { readonly kind: 'add-recipient'; readonly address: string; readonly parameters: string }
  | { readonly kind: 'delete-recipient'; readonly address: string }
  /** The next piece of the body that takes the place of the old one. */
  | { readonly kind: 'replace-body'; readonly octets: Buffer }
  | { readonly kind: 'quarantine'; readonly reason: string };

export type MilterReply =
  | { readonly kind: 'verdict'; readonly verdict: MilterVerdict }
  | { readonly kind: 'change'; readonly change: MilterChange }
  | { readonly kind: 'progress' };

const VERDICTS: Readonly<Record<string, Exclude<MilterVerdict['kind'], 'reply'>>> = {
  c: 'continue',
  a: 'accept',
  r: 'reject',
  t: 'tempfail',
  d: 'discard',
  s: 'skip',
  '4': 'shutdown',
};

const CHANGES: Readonly<Record<string, (data: PacketData, octets: Buffer) => MilterChange | undefined>> = {
  h: (data) => readField(data, (field) => ({ kind: 'add-header', ...field })),
  i: (data) => readIndexed(data, (index, field) => ({ kind: 'insert-header', index, ...field })),
  m: (data) => readIndexed(data, (index, field) => ({ kind: 'change-header', index: Math.max(1, index), ...field })),
  e: (data) => readAddress(data, (address, parameters) => ({ kind: 'change-sender', address, parameters })),
  '+': (data) => readAddress(data, (address) => ({ kind: 'add-recipient', address, parameters: '' })),
  '2': (data) => readAddress(data, (address, parameters) => ({ kind: 'add-recipient', address, parameters })),
  '-': (data) => readAddress(data, (address) => ({ kind: 'delete-recipient', address })),
  b: (_, octets) => ({ kind: 'replace-body', octets }),
  q: (data) => readAddress(data, (reason) => ({ kind: 'quarantine', reason })),
};

/** `step` is the one that is answered. */
export function parseReply({ letter, data }: Packet, step: MilterStep): Result<MilterReply, string> {
  if (letter === 'p') return data.length === 0 ? ok({ kind: 'progress' }) : leftOver(letter, data);
  if (letter === 'y') {
    const text = parseReplyText(data);
    return text.ok ? ok({ kind: 'verdict', verdict: { kind: 'reply', reply: text.value } }) : text;
  }
  const verdict = VERDICTS[letter];
  if (verdict !== undefined && (verdict !== 'skip' || step === 'body')) {
    return data.length === 0 ? ok({ kind: 'verdict', verdict: { kind: verdict } }) : leftOver(letter, data);
  }
  const read = step === 'end-of-message' ? CHANGES[letter] : undefined;
  if (read === undefined) return err(`unexpected filter response ${JSON.stringify(letter)} after ${step}`);
  const reader = new PacketData(data);
  const change = read(reader, data);
  const isWhole = change?.kind === 'replace-body' || reader.isAtEnd;
  return change !== undefined && isWhole ? ok({ kind: 'change', change }) : err(`malformed response ${letter}`);
}

interface Field {
  readonly name: Buffer;
  readonly value: Buffer;
}

function readField(data: PacketData, change: (field: Field) => MilterChange): MilterChange | undefined {
  const name = data.takeString();
  const value = data.takeString();
  return name === undefined || value === undefined ? undefined : change({ name, value });
}

function readIndexed(
  data: PacketData,
  change: (index: number, field: Field) => MilterChange,
): MilterChange | undefined {
  const index = data.takeNumber();
  return index === undefined ? undefined : readField(data, (field) => change(index, field));
}

/** And behind it, where something follows, parameters. */
function readAddress(
  data: PacketData,
  change: (address: string, parameters: string) => MilterChange,
): MilterChange | undefined {
  const address = data.takeString();
  if (address === undefined) return undefined;
  const parameters = data.isAtEnd ? undefined : data.takeString();
  return change(address.toString(), parameters?.toString() ?? '');
}

function leftOver(letter: string, { length }: Buffer): Result<never, string> {
  return err(`reply ${letter} was followed by ${length} data bytes`);
}
