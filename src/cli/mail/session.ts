// What all commands of the dialogue share.

import type { MailKey } from '../texts/mail-en.ts';
import type { Aliases } from './aliases.ts';
import type { Box } from './box.ts';
import type { CommandEnd, Situation } from './command-end.ts';
import type { Remark } from './failure.ts';
import type { FieldFilter } from './field-filter.ts';
import type { Terminal } from './terminal.ts';
import type { Variables } from './variables.ts';

export type SayMail = (key: MailKey, values?: Readonly<Record<string, string | number>>) => string;

export interface Person {
  /** Whose mail is read: `-u`, else who runs the command. */
  readonly user: string;
  /** Who runs the command. */
  readonly loginName: string;
  readonly home: string;
}

export interface Session {
  readonly say: SayMail;
  readonly terminal: Terminal;
  readonly variables: Variables;
  readonly aliases: Aliases;
  /** Which fields are shown, and which are saved. */
  readonly shown: FieldFilter;
  readonly saved: FieldFilter;
  readonly person: Person;
  readonly mode: 'reading' | 'sending';
  /** Other names of this person. */
  alternates: readonly string[];
  box: Box | undefined;
  previousFolder: string | undefined;
  /** Commands of a file are read; how deep files name files. */
  sourceDepth: number;
  /** Between `if` and `endif`. */
  condition: 'any' | Session['mode'];
  lastShellCommand: string;
  /** Some message of this run was not sent. */
  hasFailed: boolean;
  /** For commands that have lines of others in them: files, and the text of a message. */
  run(line: string, situation: Situation): Promise<CommandEnd>;
}

export function print(session: Session, key: MailKey, values?: Remark['values']): void {
  session.terminal.write(`${session.say(key, values)}\n`);
}

/** On standard error, behind the program's name. */
export function complain(session: Session, key: MailKey, values?: Remark['values']): void {
  session.terminal.complain(`mail: ${session.say(key, values)}\n`);
}
