// Questions for the fields of a header, each with what stands there already.

import { addressWords } from './address-words.ts';
import type { Draft } from './draft.ts';
import type { Session } from './session.ts';

/** `undefined` after Ctrl-C twice. */
export async function askLine(session: Session, prompt: string, text: string): Promise<string | undefined> {
  for (let interrupts = 0; ; ) {
    const event = await session.terminal.editLine(prompt, text);
    if (event.kind === 'line') return event.text.trim();
    if (event.kind === 'end') {
      session.terminal.write('\n');
      return text;
    }
    if (++interrupts > 1) return undefined;
    if (!sayInterrupted(session)) interrupts = 0;
  }
}

/** `~h`: each field in turn. */
export async function askHeader(session: Session, draft: Draft): Promise<void> {
  const asked = {
    to: draft.to.join(' '),
    subject: draft.subject ?? '',
    cc: draft.cc.join(' '),
    bcc: draft.bcc.join(' '),
  };
  draft.to = addressWords((await askLine(session, 'To: ', asked.to)) ?? asked.to);
  draft.subject = ((await askLine(session, 'Subject: ', asked.subject)) ?? asked.subject) || undefined;
  draft.cc = addressWords((await askLine(session, 'Cc: ', asked.cc)) ?? asked.cc);
  draft.bcc = addressWords((await askLine(session, 'Bcc: ', asked.bcc)) ?? asked.bcc);
}

/** True when the next one ends it. */
export function sayInterrupted(session: Session): boolean {
  if (session.variables.isSet('ignore')) {
    session.terminal.write('@\n');
    return false;
  }
  session.terminal.complain(`\n${session.say('mail.interrupt-once-more')}\n`);
  return true;
}
