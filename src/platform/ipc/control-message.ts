// The words of the control socket: one JSON object a line, both ways.
//   → {"v":1,"id":1,"method":"account.list","params":{"domain":"valija.test"}}
//   ← {"id":1,"item":{…}}                    once for each element, where the answer is a list
//   ← {"id":1,"ok":true,"value":{…}}         ends the answer; a list ends with {"id":1,"ok":true,"items":2}
//   ← {"id":1,"ok":false,"error":{"code":"refused","message":"…"}}

import { err, ok, type Result } from '#base/result.ts';
import type { ControlFault } from '#mail/ports/control-method.ts';

const CONTROL_VERSION = 1;
/** An alias with all the targets that it may have, an account with thousands of addresses: each is one line. */
export const MOST_LINE_OCTETS = 1024 * 1024;
/** The kernel's room for a socket's path, its NUL not counted. */
export const MOST_PATH_OCTETS = 107;

export interface ControlRequest {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

export type ControlAnswer =
  | { readonly kind: 'item'; readonly id: number; readonly item: unknown }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'end-of-items'; readonly id: number; readonly items: number }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: ControlFault };

export function parseRequest(line: string): Result<ControlRequest, ControlFault> {
  const message = parseObject(line);
  if (message === undefined) return badRequest('this is not a JSON object');
  const { v: version, id, method, params } = message;
  if (version !== CONTROL_VERSION) {
    return badRequest(
      `this server speaks version ${CONTROL_VERSION} of the control protocol; the command is of another`,
    );
  }
  if (!Number.isSafeInteger(id)) return badRequest('id must be a whole number');
  if (typeof method !== 'string') return badRequest('method must be a text');
  return ok({ id: id as number, method, params: params ?? {} });
}

export function formatRequest({ id, method, params }: ControlRequest): string {
  return `${JSON.stringify({ v: CONTROL_VERSION, id, method, params })}\n`;
}

/** `undefined` for a line that is no answer. */
export function parseAnswer(line: string): ControlAnswer | undefined {
  const message = parseObject(line);
  if (message === undefined || !Number.isSafeInteger(message['id'])) return undefined;
  const id = message['id'] as number;
  if (message['ok'] === undefined) return 'item' in message ? { kind: 'item', id, item: message['item'] } : undefined;
  if (message['ok'] === false) return parseFault(id, message['error']);
  if (typeof message['items'] === 'number') return { kind: 'end-of-items', id, items: message['items'] };
  return { kind: 'value', id, value: message['value'] };
}

/** A long list comes in parts, each of whole lines: whoever writes them can let others have a turn in between. */
export function* formatAnswer(id: number, outcome: Result<unknown, ControlFault>): Generator<string, void> {
  if (!outcome.ok) return yield formatFault(id, outcome.error);
  const { value } = outcome;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  let part = '';
  for (const item of items) {
    const line = `${JSON.stringify({ id, item })}\n`;
    if (Buffer.byteLength(line) > MOST_LINE_OCTETS) return yield formatFault(id, TOO_LONG);
    part += line;
    if (part.length < PART_CHARS) continue;
    yield part;
    part = '';
  }
  const last = `${JSON.stringify({ id, ok: true, ...(Array.isArray(value) ? { items: items.length } : { value }) })}\n`;
  yield Buffer.byteLength(last) > MOST_LINE_OCTETS ? formatFault(id, TOO_LONG) : part + last;
}

const PART_CHARS = 64 * 1024;
const TOO_LONG: ControlFault = { code: 'failed', message: 'the answer is too long for the control socket' };

function formatFault(id: number, error: ControlFault): string {
  return `${JSON.stringify({ id, ok: false, error })}\n`;
}

function parseFault(id: number, error: unknown): ControlAnswer | undefined {
  const wellFormed =
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    'message' in error &&
    typeof error.code === 'string' &&
    typeof error.message === 'string';
  return wellFormed ? { kind: 'fault', id, fault: error as ControlFault } : undefined;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function badRequest(message: string): { readonly ok: false; readonly error: ControlFault } {
  return err({ code: 'bad-request', message });
}
