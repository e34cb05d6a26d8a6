// What a frame's head says on a channel. Whoever asks numbers the question; the answer, or the failure, bears its number.
//   {"ask":7,"kind":"deliver","head":{…}}
//   {"answer":7,"head":{…}}
//   {"failure":7,"transient":true,"message":"…"}      `stack` where the other side has a bug
//   {"bye":true}      nothing is answered from here on; what is still open was not begun

export type ChannelMessage =
  | { readonly type: 'ask'; readonly id: number; readonly kind: string; readonly head: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly head: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'bye' };

export interface Failure {
  /** The same question may be answered later. */
  readonly transient: boolean;
  readonly message: string;
  /** Where the other side has a bug. */
  readonly stack?: string;
}

/** `undefined` for what is none of these. */
export function parseChannelMessage(value: unknown): ChannelMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const message: Readonly<Record<string, unknown>> = { ...value };
  const { ask, answer, failure, bye, kind, head } = message;
  if (isId(ask) && typeof kind === 'string') return { type: 'ask', id: ask, kind, head };
  if (isId(answer)) return { type: 'answer', id: answer, head };
  if (isId(failure)) return parseFailure(failure, message);
  return bye === true ? { type: 'bye' } : undefined;
}

function parseFailure(id: number, fields: Readonly<Record<string, unknown>>): ChannelMessage | undefined {
  const { transient, message, stack } = fields;
  if (typeof transient !== 'boolean' || typeof message !== 'string') return undefined;
  const failure = { transient, message, ...(typeof stack === 'string' ? { stack } : {}) };
  return { type: 'failure', id, failure };
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
