// What the web shows of the server that stands behind it.

import { WorldError } from '#base/world-error.ts';
import type { AddressClass } from '#mail/routing/domain-classes.ts';
import { systemClock } from '#platform/machine/clock.ts';
import type { WebSiteWorld } from '#services/web/web-site.ts';
import type { House } from './compose.ts';

/** Mail for these is read here. */
const READ_HERE: ReadonlySet<AddressClass> = new Set<AddressClass>(['hosted', 'local', 'virtual-mailbox']);

export function webWorld({ intake, log, certificates }: Pick<House, 'intake' | 'log' | 'certificates'>): WebSiteWorld {
  const classOf = (domain: string) => intake.routing.classify({ localPart: '', domain });
  return {
    isOwnDomain: async (domain) => READ_HERE.has(await classOf(domain)),
    isReady: () => answers(classOf('localhost')),
    log,
    challenges: certificates.challenges,
    nowMs: systemClock.nowMs,
  };
}

/** Who cannot say whose mail it is takes none. */
async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return false;
  }
}
