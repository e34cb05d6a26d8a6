// Sends what was written: by the `sendmail` command of ours, in this process, or by the program that the variable `sendmail`
// names. What could not be sent is in `~/dead.letter`.

import { appendFileSync } from 'node:fs';
import { errnoOf } from '#platform/files/errno.ts';
import { formatFromLine } from '#platform/mbox/from-line.ts';
import { MboxEncoder } from '#platform/mbox/mbox-encoder.ts';
import { EXIT } from '../exit-code.ts';
import { SendmailFailure } from '../sendmail/failure.ts';
import { findMaildrop } from '../sendmail/maildrop-place.ts';
import { postMessage } from '../sendmail/post-message.ts';
import { addressesOf, senderOf } from '../sendmail/recipients.ts';
import { fillGaps, findLanguage } from '../texts/say.ts';
import { type SendmailKey, sendmailEn } from '../texts/sendmail-en.ts';
import { sendmailEs } from '../texts/sendmail-es.ts';
import { uniqueWords } from './address-words.ts';
import type { Draft } from './draft.ts';
import { MailFailure, systemRemark } from './failure.ts';
import { expandFileName, findDeadLetter } from './file-names.ts';
import { formatDraft } from './format-draft.ts';
import { addToFile } from './save-messages.ts';
import { complain, print, type Session } from './session.ts';

/** False when it was not sent; it has been said then. */
export async function sendDraft(session: Session, draft: Draft): Promise<boolean> {
  if (draft.text.size === 0) {
    if (session.variables.isSet('skipempty')) return true;
    print(session, draft.subject ? 'mail.null-body' : 'mail.no-message');
  }
  expandAliases(session, draft);
  const recipients = [...draft.to, ...draft.cc, ...draft.bcc];
  if (recipients.length === 0) {
    print(session, 'mail.no-recipients');
    return failed(session, draft);
  }
  if (session.variables.isSet('debug')) {
    print(session, 'mail.would-send-to', { names: recipients.flatMap(addressesOf).join(' ') });
    return true;
  }
  try {
    await keepRecord(session, draft);
    await post(session, draft, recipients);
    return true;
  } catch (cause) {
    complain(session, 'mail.not-sent', { reason: reasonOf(session, cause) });
    return failed(session, draft);
  }
}

/** Appended; nobody else reads it. */
export function saveDeadLetter(session: Session, draft: Draft): void {
  if (draft.text.size === 0 || session.variables.isSet('nosave')) return;
  const path = findDeadLetter(session);
  try {
    for (const piece of draft.text.pieces()) appendFileSync(path, piece, { mode: 0o600 });
  } catch (cause) {
    complain(session, 'mail.about', { subject: path, reason: reasonOf(session, cause) });
  }
}

function failed(session: Session, draft: Draft): false {
  session.hasFailed = true;
  saveDeadLetter(session, draft);
  return false;
}

function expandAliases({ aliases, variables, person }: Session, draft: Draft): void {
  const self = variables.isSet('metoo') ? undefined : person.user;
  const expand = (words: readonly string[], taken: readonly string[]) =>
    uniqueWords(aliases.expand(words, self)).filter((word) => !taken.includes(word));
  draft.to = expand(draft.to, []);
  draft.cc = expand(draft.cc, draft.to);
  draft.bcc = expand(draft.bcc, [...draft.to, ...draft.cc]);
}

async function post(session: Session, draft: Draft, recipients: readonly string[]): Promise<void> {
  const { variables, person, terminal } = session;
  const program = variables.value('sendmail');
  const isWatched = variables.isSet('verbose');
  if (program) {
    const sender = draft.from === undefined ? [] : ['-f', senderOf(draft.from)];
    const args = ['-i', ...sender, ...(isWatched ? ['-v'] : []), '--', ...recipients.flatMap(addressesOf)];
    const status = await terminal.run(expandFileName(session, program), args, { input: formatDraft(draft) });
    if (status !== 0) throw new MailFailure('mail.program-failed', { program, status });
    return;
  }
  const request = {
    mode: 'post',
    sender: draft.from,
    fullName: variables.value('NAME'),
    fromHeader: false,
    dotEnds: false,
    notify: undefined,
    ret: undefined,
    envid: undefined,
    isWatched,
    recipients,
  } as const;
  const place = findMaildrop(undefined);
  try {
    await postMessage(request, asStream(formatDraft(draft)), { ...place, user: person.loginName });
  } catch (cause) {
    throw explainMaildrop(cause, place.folder);
  }
  if (isWatched) print(session, 'mail.report-follows', { sender: person.loginName });
}

/** `record`: a copy of all that is sent. */
async function keepRecord(session: Session, draft: Draft): Promise<void> {
  const named = session.variables.value('record');
  if (!named) return;
  await addToFile(session, expandFileName(session, named), 'end', true, () => asMbox(session, draft));
}

function* asMbox({ person }: Session, draft: Draft): Generator<Buffer> {
  const encoder = new MboxEncoder();
  yield Buffer.from(formatFromLine(person.user, Date.now()));
  for (const piece of formatDraft(draft)) yield encoder.encode(piece);
  yield Buffer.concat([encoder.end(), Buffer.from('\n')]);
}

async function* asStream(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

function reasonOf(session: Session, cause: unknown): string {
  if (cause instanceof SendmailFailure) return saySendmail(cause.remark.key, cause.remark.values);
  const remark = cause instanceof MailFailure ? cause.remark : systemRemark(cause);
  if (remark === undefined) throw cause;
  return session.say(remark.key, remark.values);
}

/** The server makes the folder, and opens it to its users. */
function explainMaildrop(cause: unknown, folder: string): unknown {
  const key = MAILDROP_TROUBLES[errnoOf(cause) ?? ''];
  return key === undefined ? cause : new SendmailFailure(EXIT.unavailable, { key, values: { folder } });
}

const MAILDROP_TROUBLES: Readonly<Record<string, SendmailKey>> = {
  ENOENT: 'sendmail.no-maildrop',
  ENOTDIR: 'sendmail.no-maildrop',
  EACCES: 'sendmail.closed-maildrop',
  EPERM: 'sendmail.closed-maildrop',
};

function saySendmail(key: SendmailKey, values: Readonly<Record<string, string>> = {}): string {
  const texts = findLanguage([], process.env) === 'es' ? sendmailEs : sendmailEn;
  return fillGaps(texts[key], values);
}
