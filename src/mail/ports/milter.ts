// Milters: programs beside us that are told of a client and its mail step by step, and say what becomes of it. OpenDKIM,
// OpenDMARC, rspamd, clamav-milter and spamass-milter are such.

import type { MacroValues, MilterCommand } from '#protocols/milter/command.ts';
import type { MacroLists, MilterAgreement } from '#protocols/milter/negotiation.ts';
import type { MilterChange, MilterVerdict } from '#protocols/milter/reply.ts';
import type { MilterServiceSettings, MilterSpec } from '#protocols/milter/service-spec.ts';

export interface Milter extends MilterServiceSettings, Pick<MilterSpec, 'name' | 'endpoint'> {
  readonly macros: MacroLists;
  /** How long it may say that it is still at work, for one answer. */
  readonly progressTimeoutMs: number;
}

/** It could not be asked, or cannot be understood; the text is for the log. It is not asked again. */
export type MilterAnswer = MilterVerdict | { readonly kind: 'failed'; readonly text: string };

/** What happened at a milter for one client; the milter is connected to when the first step is told. */
export interface MilterLink {
  /** Known once it was told something. */
  readonly agreement: MilterAgreement | undefined;
  /** Nothing is thrown but bugs, and what `onChange` throws. Steps that the milter does not want are answered at once. */
  tell(command: MilterCommand, macros: MacroValues, onChange?: OnChange): MilterAnswer | Promise<MilterAnswer>;
  /** The message is over; the client is still here. */
  abort(): void;
  /** The client is gone. Safe to call twice. */
  quit(): void;
}

/** Awaiting it is the back-pressure. */
export type OnChange = (change: MilterChange) => Promise<void> | undefined;

export interface MilterDialer {
  open(milter: Milter): MilterLink;
}
