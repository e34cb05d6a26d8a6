// Domains of the directory are a class of their own: `valija domain add` refuses one that the settings or their tables name
// already.

import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err } from '#base/result.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { overlapMistake } from './domain-classes.ts';
import type { Routing } from './routing.ts';

/** `routing`: as the settings are at that moment. */
export function refuseOverlaps(admin: DirectoryAdmin, routing: Pick<Routing, 'findOverlaps'>): DirectoryAdmin {
  return {
    ...admin,
    async addDomain(name, settings) {
      const [overlap] = await routing.findOverlaps([name.replace(/\.$/, '').toLowerCase()]);
      if (overlap === undefined) return await admin.addDomain(name, settings);
      const { domain, settings: between } = overlap;
      const details = { domain, setting: between[1] };
      return err({
        code: 'in-use',
        message: mistakeInEnglish(overlapMistake(overlap)),
        phrase: 'domain-overlaps',
        details,
      });
    },
  };
}
