// The commands, by verb. When each may come stands in `state.ts`.

import type { Step } from '../event.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState, Verb } from '../state.ts';
import { auth } from './auth.ts';
import { bdat } from './bdat.ts';
import { data } from './data.ts';
import { ehlo, helo, lhlo } from './greeting.ts';
import { help } from './help.ts';
import { mail } from './mail.ts';
import { noop } from './noop.ts';
import { notImplemented } from './not-implemented.ts';
import { quit } from './quit.ts';
import { rcpt } from './rcpt.ts';
import { rset } from './rset.ts';
import { starttls } from './starttls.ts';
import { vrfy } from './vrfy.ts';

export type Command = (state: CommandState, argument: string, setting: SmtpSetting) => Step;

export const COMMANDS: Readonly<Record<Verb, Command>> = {
  HELO: helo,
  EHLO: ehlo,
  LHLO: lhlo,
  MAIL: mail,
  RCPT: rcpt,
  DATA: data,
  BDAT: bdat,
  RSET: rset,
  NOOP: noop,
  QUIT: quit,
  VRFY: vrfy,
  EXPN: notImplemented,
  HELP: help,
  STARTTLS: starttls,
  AUTH: auth,
  ETRN: notImplemented,
  TURN: notImplemented,
  SEND: notImplemented,
  SOML: notImplemented,
  SAML: notImplemented,
};

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(COMMANDS, text);
}

/** First words of a web request: a browser that was led here to smuggle a form in as mail. */
export const FOREIGN_VERBS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT']);
