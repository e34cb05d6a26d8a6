// SIGHUP: other settings take the place of those in force, all of them or none. First all that can fail is done beside what
// is in force: tables are opened, the server attacks itself, certificates are read, sockets are listened on. Then all of it
// enters at once.

import type { SocketUse } from '#processes/messages.ts';
import type { AuthSockets } from './auth-sockets.ts';
import type { House, SettingsChange } from './compose.ts';
import type { Doors } from './doors.ts';
import { attackItself } from './self-attack.ts';

/** All that changes with the settings. */
export interface Server {
  readonly house: House;
  readonly doors: Doors;
  readonly auth: AuthSockets;
}

export interface WholeChange extends SettingsChange {
  /** Those of `after.listen`, in its order. */
  readonly sockets: readonly SocketUse[];
}

/** Throws WorldError and UnsafeSettings, and then nothing has changed. Sessions go on with the settings they began with. */
export async function changeSettings(change: WholeChange, { house, doors, auth }: Server): Promise<void> {
  const { after, sockets } = change;
  await using intake = await house.intake.prepare(after);
  const examined = await house.safety.examine(after, () => attackItself(after, house, intake));
  await using rest = await house.prepare(change);
  await using authSockets = await auth.prepare(after);
  // Who comes in here is served by the new settings, so they come last.
  await using opened = await doors.prepare(after, sockets, intake);
  for (const part of [intake, rest, authSockets, opened]) part.enter();
  house.safety.enter(examined);
}
