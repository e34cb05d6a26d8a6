// What a command of the dialogue is: its name, what stands behind it, when it may be used, and what it does.

import type { Box } from './box.ts';
import type { CommandEnd } from './command-end.ts';
import type { Session } from './session.ts';

export type Ending = CommandEnd | Promise<CommandEnd>;

export type Mark =
  /** While sending, too: from `~/.mailrc`, or behind `~:`. */
  | 'while-sending'
  /** Only a person may type it. */
  | 'not-in-files'
  | 'not-while-writing'
  | 'changes-folder'
  /** Done whatever `if` says. */
  | 'whatever-if-says'
  /** Shows the current message afterwards, where `autoprint` is set. */
  | 'autoprints'
  /** `next` still shows the current message after it. */
  | 'not-counted';

/** Numbers of messages: those named, or the nearest that fits. */
type OfMessages = {
  readonly kind: 'messages';
  readonly ofDeleted?: true;
  run(session: Session, box: Box, numbers: readonly number[]): Ending;
};
type OfMessagesOrNone = {
  readonly kind: 'messages-or-none';
  run(session: Session, box: Box, numbers: readonly number[]): Ending;
};
type OfMessagesAndText = {
  readonly kind: 'messages-and-text';
  run(session: Session, box: Box, numbers: readonly number[], text: string): Ending;
};
type OfText = { readonly kind: 'text'; run(session: Session, text: string): Ending };
type OfWords = {
  readonly kind: 'words';
  readonly least?: number;
  readonly most?: number;
  run(session: Session, words: readonly string[]): Ending;
};
type OfNothing = { readonly kind: 'nothing'; run(session: Session): Ending };

export type Action = OfMessages | OfMessagesOrNone | OfMessagesAndText | OfText | OfWords | OfNothing;

export interface Command {
  readonly name: string;
  readonly marks: readonly Mark[];
  readonly action: Action;
}
