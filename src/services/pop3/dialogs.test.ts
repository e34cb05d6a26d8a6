// The dialogs of `test/dialogs/pop3/` in memory, each in a world of its own.

import { fileURLToPath } from 'node:url';
import { type Pop3World, pop3World } from '../../../test/dialogs/pop3/door.ts';
import { dialogTests } from '../../../test/world/dialog.ts';
import type { Dialog } from '../../../test/world/dialog-language.ts';

const worlds = new Map<Dialog, Promise<Pop3World>>();

dialogTests(fileURLToPath(new URL('../../../test/dialogs/pop3/', import.meta.url)), async (_, dialog) => {
  const world = worlds.get(dialog) ?? pop3World();
  worlds.set(dialog, world);
  return (await world).connect().client;
});
