// The milters of one door, with what they need of the world and of the settings.

import type { ContentStore } from '#mail/ports/message-content.ts';
import type { Milter, MilterDialer } from '#mail/ports/milter.ts';
import type { MacroSettings } from './macro-values.ts';
import type { MilterMaps } from './milter-maps.ts';
import { MilterStay } from './milter-stay.ts';

/** Postfix's settings: what clients bring by SMTP, and what is posted on this machine. */
export type MilterList = 'smtpd_milters' | 'non_smtpd_milters';

export interface DoorMilters {
  readonly list: MilterList;
  readonly milters: readonly Milter[];
  /** Others for some clients. */
  readonly maps?: MilterMaps | undefined;
  /** Tables that fields are looked up in which milters write. */
  readonly headerChecks?: readonly string[];
  readonly macros: MacroSettings;
  /** What the server writes itself is shown to them, too. */
  readonly seesOwnMail: boolean;
}

/** What speaks to milters, whichever they are. */
export interface MilterPorts {
  readonly dialer: MilterDialer;
  /** For bodies that milters write. */
  readonly contentStore: ContentStore;
}

/** Changes that one milter may ask for, and octets of the fields and addresses in them. */
const CHANGE_LIMITS = { changes: 1_000, changeOctets: 1_048_576 } as const;

/** `messageOctets`: of a body that a milter writes; `warn`: a milter cannot be asked. */
export function openMilterStay(
  { milters }: DoorMilters,
  ports: MilterPorts,
  { messageOctets, warn }: { readonly messageOctets: number; readonly warn: (text: string) => void },
): MilterStay {
  return new MilterStay({ ...ports, limits: { ...CHANGE_LIMITS, messageOctets }, warn }, milters);
}
