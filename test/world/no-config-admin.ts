// Where the configuration is nobody's matter.

import { err } from '#base/result.ts';
import type { ConfigAdmin } from '#mail/ports/config-admin.ts';

export const NO_CONFIG_ADMIN: ConfigAdmin = {
  announce: () => undefined,
  attack: async () => err('nothing is attacked here'),
};
