// `mail`, as bsd-mailx's users know it: sends what stands on standard input or is typed, and reads mboxes and Maildirs. A program
// of its own, for scripts start it often.

import { homedir, userInfo } from 'node:os';
import { addressWords } from './mail/address-words.ts';
import { Aliases } from './mail/aliases.ts';
import { type MailRequest, parseMailArguments } from './mail/arguments.ts';
import { writeAndSend } from './mail/compose.ts';
import { readMail } from './mail/dialogue.ts';
import { startDraft } from './mail/draft.ts';
import { MailFailure, type Remark, systemRemark } from './mail/failure.ts';
import { FieldFilter } from './mail/field-filter.ts';
import { findBox } from './mail/open-folder.ts';
import { readStartFiles } from './mail/read-commands.ts';
import { runCommandLine } from './mail/run-command.ts';
import type { Person, SayMail, Session } from './mail/session.ts';
import { Terminal } from './mail/terminal.ts';
import { Variables } from './mail/variables.ts';
import { mailEn } from './texts/mail-en.ts';
import { mailEs } from './texts/mail-es.ts';
import { fillGaps, findLanguage } from './texts/say.ts';

const FAILED = 1;

const texts = findLanguage([], process.env) === 'es' ? mailEs : mailEn;
const say: SayMail = (key, values) => fillGaps(texts[key], values);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const parsed = parseMailArguments(argv);
    if (!parsed.ok) return complain(parsed.error, true);
    return (await perform(parsed.value)) ? 0 : FAILED;
  } catch (cause) {
    const remark = cause instanceof MailFailure ? cause.remark : systemRemark(cause);
    if (remark === undefined) throw cause;
    return complain(remark, false);
  }
}

async function perform(request: MailRequest): Promise<boolean> {
  const session = openSession(request);
  await readStartFiles(session, !request.skipsSystemFile);
  if (request.to.length > 0) return await send(session, request);
  const name = request.folder ?? '%';
  if (request.only !== 'whether-there-is-mail') return await readMail(session, name, request.only);
  return await hasMail(session, name);
}

async function send(session: Session, request: MailRequest): Promise<boolean> {
  const { subject, fields, attachments } = request;
  const words = (texts: readonly string[]) => texts.flatMap(addressWords);
  const draft = startDraft({
    to: words(request.to),
    cc: words(request.cc),
    bcc: words(request.bcc),
    subject,
    from: request.from ?? session.variables.value('from'),
    replyTo: session.variables.value('REPLYTO'),
    fields,
    attachments,
  });
  await writeAndSend(session, draft, false);
  return !session.hasFailed;
}

/** What cannot be opened has none; nobody is told. */
async function hasMail(session: Session, name: string): Promise<boolean> {
  try {
    const box = await findBox(session, name);
    return box !== undefined && box.messages.length > 0;
  } catch {
    return false;
  }
}

function openSession(request: MailRequest): Session {
  const terminal = new Terminal();
  if (request.isInteractive) terminal.beInteractive();
  const variables = new Variables(process.env);
  variables.set('SHELL', process.env['SHELL'] || '/bin/sh');
  if (terminal.isInteractive) variables.set('interactive');
  for (const name of request.variables) variables.set(name);
  const session: Session = {
    say,
    terminal,
    variables,
    aliases: new Aliases(),
    shown: new FieldFilter(),
    saved: new FieldFilter(),
    person: findPerson(request),
    mode: request.to.length > 0 ? 'sending' : 'reading',
    alternates: [],
    box: undefined,
    previousFolder: undefined,
    sourceDepth: 0,
    condition: 'any',
    lastShellCommand: '',
    hasFailed: false,
    run: (line, situation) => runCommandLine(session, line, situation),
  };
  return session;
}

function findPerson({ user }: MailRequest): Person {
  const loginName = findLoginName();
  return { user: user ?? loginName, loginName, home: process.env['HOME'] || homedir() };
}

function findLoginName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new MailFailure('mail.no-login-name', { uid: String(process.geteuid?.()) });
  }
}

function complain({ key, values }: Remark, isUsage: boolean): number {
  process.stderr.write(`mail: ${say(key, values)}\n`);
  if (isUsage) process.stderr.write(say('mail.usage'));
  return FAILED;
}

// A reader that has seen enough (`mail -H | head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exit(await main(process.argv.slice(2)));
