// What an administrator's commands ask of the server about its configuration.

import type { Result } from '#base/result.ts';
import type { AttackReport } from '#mail/interlock/attack-report.ts';
import type { OtherConfig } from './simulator.ts';

export interface ConfigAdmin {
  /** Whoever says so loads the file next. */
  announce(announcement: { readonly by: string; readonly how: string }): void;
  /** By the settings in force, or by others, without effect. The error says why it cannot be done. */
  attack(other: OtherConfig | undefined): Promise<Result<AttackReport, string>>;
}
