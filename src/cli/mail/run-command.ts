// One line of the dialogue, or of a file of commands: finds the command by the beginning of its name, reads what stands behind it
// as that command wants it, and runs it.

import { unreachable } from '#base/unreachable.ts';
import type { Box } from './box.ts';
import type { Command } from './command.ts';
import type { CommandEnd, Situation } from './command-end.ts';
import { COMMANDS } from './command-table.ts';
import { showMessages } from './commands/showing.ts';
import { MailFailure, systemRemark } from './failure.ts';
import { findDefault, findMessages } from './message-list.ts';
import { runShell } from './run-shell.ts';
import { complain, print, type Session } from './session.ts';
import { shellWords } from './shell-words.ts';

/** Digits, quotes and the signs of a message list end the command's name: `p1`, `d$`. */
const NAME_ENDS = new Set(' \t0123456789$^.:/-+*\'"');
const MOST_WORDS = 1_000;

export async function runCommandLine(session: Session, line: string, situation: Situation): Promise<CommandEnd> {
  const text = line.trimStart();
  try {
    return await run(session, text, situation);
  } catch (cause) {
    const remark = cause instanceof MailFailure ? cause.remark : systemRemark(cause);
    if (remark === undefined) throw cause;
    complain(session, remark.key, remark.values);
    return 'failed';
  }
}

async function run(session: Session, text: string, situation: Situation): Promise<CommandEnd> {
  if (text.startsWith('!')) {
    if (session.sourceDepth > 0) return refuse(session, 'mail.no-shell-in-files');
    await runShell(session, text.slice(1));
    return 'done';
  }
  let end = 0;
  while (end < text.length && !NAME_ENDS.has(text.charAt(end))) end++;
  const name = text.slice(0, end);
  if (name === '' && session.sourceDepth > 0) return 'done';
  const command = findCommand(name);
  if (command === undefined) return refuse(session, 'mail.unknown-command', { name });
  if (!command.marks.includes('whatever-if-says') && isPassedOver(session)) return 'done';
  const refusal = refusalOf(session, command, situation);
  if (refusal !== undefined) return refuse(session, refusal, { name: command.name });
  const done = await perform(session, command, text.slice(end));
  if (done === 'done') await afterwards(session, command);
  return done;
}

/** The first in the table that begins so; all that begins with `#` is a remark. */
function findCommand(name: string): Command | undefined {
  const word = name.startsWith('#') ? '#' : name;
  return COMMANDS.find((command) => command.name.startsWith(word));
}

function isPassedOver({ condition, mode }: Session): boolean {
  return condition !== 'any' && condition !== mode;
}

function refusalOf(session: Session, { marks }: Command, situation: Situation) {
  if (session.mode === 'sending' && !marks.includes('while-sending')) return 'mail.not-while-sending';
  if (session.sourceDepth > 0 && marks.includes('not-in-files')) return 'mail.not-while-sourcing';
  if (session.box?.folder.isReadOnly === true && marks.includes('changes-folder')) return 'mail.read-only';
  return situation === 'writing' && marks.includes('not-while-writing') ? 'mail.not-recursively' : undefined;
}

async function perform(session: Session, { name, action }: Command, rest: string): Promise<CommandEnd> {
  switch (action.kind) {
    case 'nothing':
      return await action.run(session);
    case 'text':
      return await action.run(session, rest.trim());
    case 'words': {
      const words = shellWords(rest);
      const { least = 0, most = MOST_WORDS } = action;
      if (words.length < least) return refuse(session, 'mail.too-few-words', { name, least });
      if (words.length > most) return refuse(session, 'mail.too-many-words', { name, most });
      return await action.run(session, words);
    }
    case 'messages':
      return await withMessages(
        session,
        rest,
        { ofDeleted: action.ofDeleted === true, takesNames: true, hasDefault: true },
        (box, numbers) => action.run(session, box, numbers),
      );
    case 'messages-or-none':
      return await withMessages(
        session,
        rest,
        { ofDeleted: false, takesNames: true, hasDefault: false },
        (box, numbers) => action.run(session, box, numbers),
      );
    case 'messages-and-text': {
      const text = rest.trimStart();
      const [list = ''] = /^[\d:]\S*/.exec(text) ?? [];
      return await withMessages(
        session,
        list,
        { ofDeleted: false, takesNames: false, hasDefault: true },
        (box, numbers) => action.run(session, box, numbers, text.slice(list.length).trim()),
      );
    }
    default:
      return unreachable(action);
  }
}

interface Wanted {
  readonly ofDeleted: boolean;
  readonly takesNames: boolean;
  readonly hasDefault: boolean;
}

async function withMessages(
  session: Session,
  list: string,
  { ofDeleted, takesNames, hasDefault }: Wanted,
  use: (box: Box, numbers: readonly number[]) => CommandEnd | Promise<CommandEnd>,
): Promise<CommandEnd> {
  const { box } = session;
  if (box === undefined) return refuse(session, 'mail.no-list-here');
  const { messages, dot, memory } = box;
  const searchesFields = session.variables.isSet('searchheaders');
  const found = findMessages(list, { messages, dot, ofDeleted, takesNames, searchesFields, memory });
  if (!found.ok) return refuse(session, found.error.key, found.error.values);
  if (found.value.length > 0 || !hasDefault) return await use(box, found.value);
  const nearest = findDefault(messages, dot, ofDeleted);
  return nearest === 0 ? refuse(session, 'mail.no-applicable') : await use(box, [nearest]);
}

async function afterwards(session: Session, { marks }: Command): Promise<void> {
  const { box } = session;
  if (box === undefined) return;
  if (marks.includes('autoprints') && session.variables.isSet('autoprint') && box.current?.isDeleted === false) {
    await showMessages(session, box, [box.dot], { isWhole: false, pager: 'when-long' });
  }
  if (session.sourceDepth === 0 && !marks.includes('not-counted')) box.hasSeenCommand = true;
}

function refuse(session: Session, key: Parameters<typeof print>[1], values?: Parameters<typeof print>[2]): CommandEnd {
  print(session, key, values);
  return 'failed';
}
