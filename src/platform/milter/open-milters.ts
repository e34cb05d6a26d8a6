// Milters over TCP and Unix sockets. Names are looked up when a connection is opened.

import type { MilterDialer } from '#mail/ports/milter.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { dialService } from '../sockets/dial-service.ts';
import { OpenMilterLink } from './milter-link.ts';

export interface MilterDialerWorld {
  readonly resolver: Resolver;
  readonly nowMs: () => number;
}

export function createMilterDialer({ resolver, nowMs }: MilterDialerWorld): MilterDialer {
  return {
    open: (milter) =>
      new OpenMilterLink(milter, {
        connect: (timeoutMs) => dialService(milter.endpoint, timeoutMs, resolver),
        nowMs,
      }),
  };
}
