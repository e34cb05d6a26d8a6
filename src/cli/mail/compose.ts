// The dialogue in which a message is written: lines become its text, lines that begin with `~` do something with it, and a dot
// alone, `~.` or the end of input ends it.

import { addressWords } from './address-words.ts';
import { askLine, sayInterrupted } from './ask-header.ts';
import type { Draft } from './draft.ts';
import { appendLine } from './draft-lines.ts';
import { shownHeader } from './format-draft.ts';
import { saveDeadLetter, sendDraft } from './send-draft.ts';
import { print, type Session } from './session.ts';
import { runEscape } from './tilde-escapes.ts';
import { visibleText } from './visible-text.ts';

type Ending = 'written' | 'dropped';

const HUNG_UP = 1;

/** So many times the end of input is refused by `ignoreeof`. */
const MOST_REFUSED_ENDS = 25;

/** Writes and sends it. False when it was not sent. */
export async function writeAndSend(session: Session, draft: Draft, showsHeader: boolean): Promise<boolean> {
  using written = draft;
  // The line is gone: what was typed is not.
  const hangUp = () => {
    saveDeadLetter(session, written);
    process.exit(HUNG_UP);
  };
  process.once('SIGHUP', hangUp);
  try {
    if ((await write(session, written, showsHeader)) === 'dropped') return false;
  } finally {
    process.off('SIGHUP', hangUp);
  }
  return await sendDraft(session, written);
}

async function write(session: Session, draft: Draft, showsHeader: boolean): Promise<Ending> {
  const { terminal, variables } = session;
  if (!terminal.isInteractive) {
    for await (const octets of terminal.octets()) draft.text.append(octets);
    return 'written';
  }
  const asksSubject = draft.subject === undefined && (variables.isSet('ask') || variables.isSet('asksub'));
  if (showsHeader) terminal.write(`${visibleText(shownHeader(draft))}${asksSubject ? '' : '\n'}`);
  if (asksSubject && (await askSubject(session, draft)) === 'dropped') return 'dropped';
  const ending = await readLines(session, draft);
  if (ending === 'dropped') return 'dropped';
  return ending === 'ended-by-escape' ? 'written' : await askForCopies(session, draft);
}

async function readLines(session: Session, draft: Draft): Promise<'ended' | 'ended-by-escape' | 'dropped'> {
  const { terminal, variables } = session;
  let refusedEnds = 0;
  let isInterruptedOnce = false;
  for (;;) {
    const event = await terminal.nextLine();
    if (event.kind === 'interrupted') {
      if (isInterruptedOnce) return drop(session, draft);
      isInterruptedOnce = sayInterrupted(session);
      continue;
    }
    if (event.kind === 'end') {
      if (!variables.isSet('ignoreeof') || ++refusedEnds >= MOST_REFUSED_ENDS) return 'ended';
      print(session, 'mail.use-dot');
      continue;
    }
    isInterruptedOnce = false;
    refusedEnds = 0;
    const line = event.text;
    if (line === '.' && (variables.isSet('dot') || variables.isSet('ignoreeof'))) return 'ended';
    if (!line.startsWith(escapeSign(session))) {
      appendLine(draft, line);
      continue;
    }
    const done = await runEscape(session, draft, line.slice(1));
    if (done === 'ended') return 'ended-by-escape';
    if (done === 'dropped') return 'dropped';
    if (done === 'interrupted') return drop(session, draft);
  }
}

function drop(session: Session, draft: Draft): 'dropped' {
  saveDeadLetter(session, draft);
  return 'dropped';
}

function escapeSign({ variables }: Session): string {
  return variables.value('escape')?.charAt(0) || '~';
}

async function askSubject(session: Session, draft: Draft): Promise<Ending> {
  const answer = await askLine(session, 'Subject: ', '');
  if (answer === undefined) return drop(session, draft);
  if (answer !== '') draft.subject = answer;
  return 'written';
}

async function askForCopies(session: Session, draft: Draft): Promise<Ending> {
  const { variables } = session;
  const asks = [
    ...(variables.isSet('askcc') ? (['cc'] as const) : []),
    ...(variables.isSet('askbcc') ? (['bcc'] as const) : []),
  ];
  for (const field of asks) {
    const answer = await askLine(session, field === 'cc' ? 'Cc: ' : 'Bcc: ', draft[field].join(' '));
    if (answer === undefined) return drop(session, draft);
    draft[field] = addressWords(answer);
  }
  if (asks.length === 0) print(session, 'mail.end-of-text');
  return 'written';
}
