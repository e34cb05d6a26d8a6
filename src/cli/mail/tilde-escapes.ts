// Lines that begin with `~` while a message is written, one function each.

import { existsSync, writeFileSync } from 'node:fs';
import { addressWords } from './address-words.ts';
import { askHeader } from './ask-header.ts';
import { type Draft, replaceText } from './draft.ts';
import { appendLine, countText } from './draft-lines.ts';
import { editPieces } from './editors.ts';
import { MailFailure, systemRemark } from './failure.ts';
import { expandFileName, findDeadLetter, findShell } from './file-names.ts';
import { shownHeader } from './format-draft.ts';
import { insertMessages } from './insert-messages.ts';
import { runShell } from './run-shell.ts';
import { ScratchFile } from './scratch-file.ts';
import { complain, print, type Session } from './session.ts';
import { visibleText } from './visible-text.ts';

/** `continued`: «(continue)» is said, for the screen has shown something else meanwhile. */
export type EscapeEnd = 'next' | 'continued' | 'ended' | 'dropped' | 'interrupted';

type Escape = (session: Session, draft: Draft, text: string) => EscapeEnd | Promise<EscapeEnd>;

const ESCAPES: Readonly<Record<string, Escape>> = {
  '!': shellCommand,
  ':': mailCommand,
  _: mailCommand,
  '.': () => 'ended',
  '?': (session) => {
    session.terminal.write(session.say('mail.escapes-help'));
    return 'next';
  },
  '|': pipeText,
  '<': readFile,
  b: (_, draft, text) => addTo(draft, 'bcc', text),
  c: (_, draft, text) => addTo(draft, 'cc', text),
  d: (session, draft) => insertFile(session, draft, findDeadLetter(session)),
  e: (session, draft) => edit(session, draft, 'e'),
  F: (session, draft, text) => insert(session, draft, text, { isWhole: true, indent: '' }),
  f: (session, draft, text) => insert(session, draft, text, { isWhole: false, indent: '' }),
  h: async (session, draft): Promise<EscapeEnd> => {
    await askHeader(session, draft);
    return 'continued';
  },
  M: (session, draft, text) => insert(session, draft, text, { isWhole: true, indent: indentOf(session) }),
  m: (session, draft, text) => insert(session, draft, text, { isWhole: false, indent: indentOf(session) }),
  p: showDraft,
  q: (session) => {
    session.terminal.complain(`${session.say('mail.interrupt')}\n`);
    return 'interrupted';
  },
  R: (_, draft, text) => {
    draft.replyTo = text.trim() || undefined;
    return 'next';
  },
  r: readFile,
  s: (_, draft, text) => {
    draft.subject = text.trim();
    return 'next';
  },
  t: (_, draft, text) => addTo(draft, 'to', text),
  v: (session, draft) => edit(session, draft, 'v'),
  w: writeFile,
  x: () => 'dropped',
};

/** `line` is behind the sign. What goes wrong is said, and the text goes on. */
export async function runEscape(session: Session, draft: Draft, line: string): Promise<EscapeEnd> {
  const sign = session.variables.value('escape')?.charAt(0) || '~';
  if (line.startsWith(sign)) {
    appendLine(draft, line);
    return 'next';
  }
  const run = Object.hasOwn(ESCAPES, line.charAt(0)) ? ESCAPES[line.charAt(0)] : undefined;
  if (run === undefined) {
    print(session, 'mail.unknown-escape');
    return 'next';
  }
  try {
    const end = await run(session, draft, line.slice(1));
    if (end !== 'continued') return end;
    if (session.terminal.hasTerminal) print(session, 'mail.continue');
    return 'next';
  } catch (cause) {
    const remark = cause instanceof MailFailure ? cause.remark : systemRemark(cause);
    if (remark === undefined) throw cause;
    complain(session, remark.key, remark.values);
    return 'next';
  }
}

function addTo(draft: Draft, field: 'to' | 'cc' | 'bcc', text: string): EscapeEnd {
  draft[field].push(...addressWords(text));
  return 'next';
}

async function shellCommand(session: Session, _draft: Draft, text: string): Promise<EscapeEnd> {
  await runShell(session, text);
  return 'next';
}

async function mailCommand(session: Session, _draft: Draft, text: string): Promise<EscapeEnd> {
  await session.run(text, 'writing');
  return 'continued';
}

function readFile(session: Session, draft: Draft, text: string): EscapeEnd {
  const name = text.trim();
  if (name === '') {
    print(session, 'mail.read-what-file');
    return 'next';
  }
  return insertFile(session, draft, expandFileName(session, name));
}

function insertFile(session: Session, draft: Draft, path: string): EscapeEnd {
  try {
    const range = draft.text.appendFile(path);
    session.terminal.write(`"${visibleText(path)}" ${countText(draft, range)}\n`);
  } catch (cause) {
    const remark = systemRemark(cause);
    if (remark === undefined) throw cause;
    complain(session, 'mail.about', { subject: path, reason: session.say(remark.key, remark.values) });
  }
  return 'next';
}

/** Nothing that is there is written over. */
function writeFile(session: Session, draft: Draft, text: string): EscapeEnd {
  const name = text.trim();
  if (name === '') {
    print(session, 'mail.write-what-file');
    return 'next';
  }
  const path = expandFileName(session, name);
  if (existsSync(path)) {
    complain(session, 'mail.about', { subject: path, reason: session.say('mail.error-eexist') });
    return 'next';
  }
  const range = { start: 0, end: draft.text.size };
  writeFileSync(path, Buffer.concat([...draft.text.pieces(range)]), { flag: 'wx' });
  session.terminal.write(`"${visibleText(path)}" ${countText(draft, range)}\n`);
  return 'next';
}

function showDraft(session: Session, draft: Draft): EscapeEnd {
  const { terminal, say } = session;
  terminal.write(`-------\n${say('mail.message-contains')}\n`);
  terminal.write(`${visibleText(shownHeader(draft))}\n`);
  const decoder = new TextDecoder();
  for (const piece of draft.text.pieces()) terminal.write(visibleText(decoder.decode(piece, { stream: true })));
  return 'continued';
}

async function edit(session: Session, draft: Draft, kind: 'e' | 'v'): Promise<EscapeEnd> {
  const edited = await editPieces(session, draft.text.pieces(), kind);
  if (edited !== undefined) replaceText(draft, edited);
  return 'continued';
}

/** What the program writes takes the place of the text, unless it fails or writes nothing. */
async function pipeText(session: Session, draft: Draft, command: string): Promise<EscapeEnd> {
  const filtered = new ScratchFile();
  const status = await session.terminal.run(findShell(session), ['-c', command], {
    input: draft.text.pieces(),
    output: (octets) => filtered.append(octets),
  });
  if (status === 0 && filtered.size > 0) {
    replaceText(draft, filtered);
    return 'continued';
  }
  filtered[Symbol.dispose]();
  if (status === 0) complain(session, 'mail.no-bytes', { program: command.trim() });
  else complain(session, 'mail.program-failed', { program: command.trim(), status });
  return 'continued';
}

async function insert(
  session: Session,
  draft: Draft,
  list: string,
  form: { readonly isWhole: boolean; readonly indent: string },
): Promise<EscapeEnd> {
  await insertMessages(session, draft, list, form);
  return 'continued';
}

function indentOf({ variables }: Session): string {
  return variables.value('indentprefix') ?? '\t';
}
