// What the commands of an administrator ask of the running server, whatever carries the question: plain data in, plain
// data or a fault out.

import type { Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';

export interface ControlFault {
  readonly code: 'bad-request' | 'unknown-method' | 'refused' | 'unavailable' | 'failed';
  /** English, for a person. */
  readonly message: string;
  /** With `refused`: what the directory said. */
  readonly refusal?: Refusal;
}

/** `params` is JSON that somebody sent: the method reads it with care. */
export type ControlMethod = (params: unknown) => Promise<Result<unknown, ControlFault>>;

/** `account.add` → its method. */
export type ControlMethods = ReadonlyMap<string, ControlMethod>;
