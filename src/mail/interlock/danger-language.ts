// What the interlock has to have words for, in each language.

import type { Danger, DangerPhrase } from './danger.ts';

/** `{element}` is what the setting says. */
export interface DangerWords {
  readonly why: string;
  readonly instead: string;
}

export interface DangerLanguage {
  readonly phrases: Readonly<Record<DangerPhrase, DangerWords>>;
  /** Before `instead`. */
  readonly instead: string;
  /** `{danger}` is its name. */
  readonly nevertheless: string;
  /** What the name stands for. */
  readonly names: Readonly<Record<Danger, string>>;
}
