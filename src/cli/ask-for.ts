// A record of the running server's, or its refusal: what is administered over the control socket has the same interface as
// on the disk, so that a command does not know which it has.

import { err, ok, type Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import { NOT_RUNNING } from './ask-server.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

export type Ask = (
  method: string,
  params: object,
) => Promise<
  | { readonly value: unknown }
  | { readonly fault: { readonly refusal?: Refusal; readonly message: string } }
  | typeof NOT_RUNNING
>;

/** What the server says is taken as it is: both ends are of one version, which the socket checks. */
export async function askFor<T>(
  ask: Ask,
  goneText: string,
  method: string,
  params: object,
): Promise<Result<T, Refusal>> {
  const answer = await ask(method, params);
  if (answer === NOT_RUNNING) throw new CommandFailure(EXIT.unavailable, goneText);
  if ('value' in answer) return ok(answer.value as T);
  return err(answer.fault.refusal ?? { code: 'invalid', message: answer.fault.message });
}
