// What a session's machine is given once and keeps.

import type { SmtpLimits } from './limits.ts';
import type { Profile } from './profile.ts';
import type { SmtpQuirks } from './quirks.ts';
import type { TlsLevel } from './tls-level.ts';

export interface SmtpSetting {
  readonly profile: Profile;
  readonly tlsLevel: TlsLevel;
  /** How we call ourselves. */
  readonly hostname: string;
  readonly limits: SmtpLimits;
  readonly quirks: SmtpQuirks;
  /** Whether somebody must be asked before the content comes. */
  readonly asksAtData?: boolean;
}
