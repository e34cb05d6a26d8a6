// Plays test/dialogs/smtp in memory: a folder is a door.

import { join } from 'node:path';
import { describe } from 'node:test';
import { PROFILES, type Profile } from '#protocols/smtp/profile.ts';
import { openDoor } from '../../../test/dialogs/smtp/door.ts';
import { dialogTests } from '../../../test/world/dialog.ts';

const DIALOGS = join(import.meta.dirname, '../../../test/dialogs/smtp');

for (const profile of Object.keys(PROFILES) as Profile['name'][]) {
  describe(profile, () => dialogTests(join(DIALOGS, profile), () => openDoor({ profile }).client));
}
