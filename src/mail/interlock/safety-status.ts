// How safe the server is to others, for `valija status`.

import type { AttackReport } from './attack-report.ts';
import type { Danger } from './danger.ts';
import type { TranslatorSighting } from './gateway-watch.ts';

export interface AcceptedDanger {
  readonly danger: Danger;
  /** `mynetworks`, `listen[2].haproxy_trusted_networks`; for what an attack found, the door. */
  readonly where: string;
  readonly element: string;
}

export interface SafetyStatus {
  /** Loaded nevertheless, as `accept_danger` wants it. */
  readonly accepted: readonly AcceptedDanger[];
  /** Gateways in `mynetworks`, which are not trusted for that. */
  readonly untrustedGateways: readonly string[];
  /** The gateway that nearly everybody seems to come from. */
  readonly translator: TranslatorSighting | undefined;
  /** The last one. */
  readonly attack: AttackReport | undefined;
}
