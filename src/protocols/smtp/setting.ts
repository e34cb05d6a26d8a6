// What a session's machine is given once and keeps.

import type { SmtpLimits } from './limits.ts';
import type { Profile } from './profile.ts';
import type { SmtpQuirks } from './quirks.ts';

export interface SmtpSetting {
  readonly profile: Profile;
  /** How we call ourselves. */
  readonly hostname: string;
  readonly limits: SmtpLimits;
  readonly quirks: SmtpQuirks;
}
