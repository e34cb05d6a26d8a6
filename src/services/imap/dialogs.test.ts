// Plays test/dialogs/imap in memory: a folder is a door, a dialog has a world of its own.

import { join } from 'node:path';
import { describe } from 'node:test';
import { type ImapWorld, imapWorld } from '../../../test/dialogs/imap/door.ts';
import { dialogTests } from '../../../test/world/dialog.ts';
import type { Dialog } from '../../../test/world/dialog-language.ts';

const DIALOGS = join(import.meta.dirname, '../../../test/dialogs/imap');
const worlds = new Map<Dialog, Promise<ImapWorld>>();

for (const door of ['imap', 'imaps']) {
  describe(door, () =>
    dialogTests(join(DIALOGS, door), async (_, dialog) => {
      const world = worlds.get(dialog) ?? imapWorld();
      worlds.set(dialog, world);
      return (await world).connect({ implicitTls: door === 'imaps' }).client;
    }),
  );
}
