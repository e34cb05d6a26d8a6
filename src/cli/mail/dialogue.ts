// Reading mail: opens the folder, says what is in it, and does what is typed until the user leaves.

import { ownVersion } from '#platform/machine/own-version.ts';
import { announce } from './commands/folder.ts';
import { leaveFolder } from './leave-folder.ts';
import { openBox } from './open-folder.ts';
import { print, type Session } from './session.ts';

const PROMPT = '& ';
/** So many times the end of input is refused by `ignoreeof`. */
const MOST_REFUSED_ENDS = 25;

/** Whether there was a folder to open, and it could be left as the user wished. */
export async function readMail(session: Session, name: string, only: 'list' | undefined): Promise<boolean> {
  const box = await openBox(session, name);
  if (box === undefined) return false;
  session.box = box;
  if (only === undefined && !session.variables.isSet('quiet')) {
    print(session, 'mail.banner', { version: ownVersion() });
  }
  announce(session, box);
  if (only === 'list') return true;
  const end = await talk(session);
  if (end === 'exited' || session.box === undefined) return true;
  return await leaveFolder(session, session.box);
}

async function talk(session: Session): Promise<'left' | 'exited'> {
  const { terminal, variables } = session;
  let refusedEnds = 0;
  let begun = '';
  for (;;) {
    if (terminal.isInteractive && begun === '') await prompt(session);
    const event = await terminal.nextLine();
    if (event.kind === 'interrupted') {
      begun = '';
      terminal.complain(`${session.say('mail.interrupt')}\n`);
      continue;
    }
    if (event.kind === 'end') {
      const isRefused = terminal.isInteractive && variables.isSet('ignoreeof') && ++refusedEnds < MOST_REFUSED_ENDS;
      if (!isRefused) return 'left';
      print(session, 'mail.use-quit');
      continue;
    }
    refusedEnds = 0;
    begun += event.text;
    if (begun.endsWith('\\')) {
      begun = `${begun.slice(0, -1)} `;
      continue;
    }
    const end = await session.run(begun, 'at-prompt');
    begun = '';
    if (end === 'left' || end === 'exited') return end;
  }
}

async function prompt(session: Session): Promise<void> {
  const { box, terminal, variables } = session;
  if (variables.isSet('autoinc') && box !== undefined && (await box.readNew()) > 0)
    print(session, 'mail.new-mail-arrived');
  terminal.write(PROMPT);
}
