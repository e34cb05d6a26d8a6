// What a replay found, as plain data: which verdicts other settings would change, by which rule and which of the settings.

import type { UnknownVerdict, VerdictChange } from './compare-verdicts.ts';

export interface ChangedSetting {
  readonly name: string;
  /** In the file that is tried; `undefined` where it is not written there, and its default holds. */
  readonly line: number | undefined;
}

/** Of which message. */
export interface MessageLabel {
  readonly key: string;
  readonly atMs: number;
  readonly clientAddress: string;
  readonly sender: string | undefined;
}

export interface ReplayChange extends VerdictChange {
  readonly message: MessageLabel;
  /** Each of these alone takes the change away; absent where there were too many changes to look for causes. */
  readonly causes?: readonly ChangedSetting[];
  /** The settings in force would judge it so today, too: accounts, aliases or tables are others since. */
  readonly isSinceThen: boolean;
}

export interface ReplayUnknown extends UnknownVerdict {
  readonly message: MessageLabel;
}

export interface ReplayOutcome {
  readonly messages: number;
  readonly verdicts: number;
  readonly sinceMs: number | undefined;
  /** That differ from those in force. */
  readonly settings: readonly ChangedSetting[];
  readonly changes: readonly ReplayChange[];
  readonly unknown: readonly ReplayUnknown[];
  /** Changes beyond the limit are counted only. */
  readonly furtherChanges: number;
  readonly furtherUnknown: number;
}
