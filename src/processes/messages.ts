// Every message between processes, in one place, with one version: JSON, small, and validated by whoever receives it.
// A message is a row: its kind, and a check for each of its fields. Descriptors travel beside a message, never in it.

import {
  type Check,
  type Fields,
  flag,
  listOf,
  oneOf,
  optional,
  type Shape,
  shape,
  textOf,
  wholeNumber,
} from '#base/shape.ts';
import { REQUESTS } from './roster.ts';

export const MESSAGES_VERSION = 1;
export const LONGEST_MESSAGE_BYTES = 65_536;

const LONGEST_TEXT = 61_440;
const LONGEST_WORD = 4_096;
const MOST_LISTENERS = 256;
const MOST_SECRETS = 256;

type Body<Table extends Readonly<Record<string, Shape>>> = {
  [Kind in keyof Table]: { readonly kind: Kind } & Fields<Table[Kind]>;
}[keyof Table];

/** Where a service listens; as wanted (port 0: any), or as bound. */
export interface BoundListener {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

/** A bound socket, by the number under which it was handed over, and what is to be spoken there. */
export interface SocketUse extends BoundListener {
  readonly id: number;
}

const text = textOf(LONGEST_TEXT);
const word = textOf(LONGEST_WORD);
const number = wholeNumber;
const listener: Check<BoundListener> = shape({ service: word, address: word, port: number });
const socketUse: Check<SocketUse> = shape({ service: word, address: word, port: number, id: number });
const failure = { text, exitCode: number };
const request = oneOf(...REQUESTS);

/** From the process that reads valija.toml. */
const FROM_SETTINGS = {
  /**
   * The file is good. `text` is what it said; `secretFiles` are those that it names and an
   * unprivileged user cannot read, to be looked at every `secretCheckMs`; `systemUsers`: the machine's own users have mail
   * here, their mboxes in `mailSpool`; `mailOwner`: whom state and virtual mail belong to.
   */
  settings: {
    text,
    listeners: listOf(listener, MOST_LISTENERS),
    secretFiles: listOf(word, MOST_SECRETS),
    systemUsers: flag,
    mailSpool: word,
    mailOwner: word,
    secretCheckMs: number,
  },
  /** `spanish`: the same for whoever asks for it; the log has `text`. */
  failed: { ...failure, spanish: optional(text) },
};

const FROM_SUPERVISOR = {
  /** A bound socket comes with this message. */
  socket: { id: number },
  /** What a file says that only root can read. */
  secret: { file: word, content: text },
  /** Those that came before this message were handed over earlier, and have changed. */
  'secrets-renewed': {},
  /** All is handed over: start with these settings, or change to them. `again`: they were in force before others were refused. */
  settings: { text, sockets: listOf(socketUse, MOST_LISTENERS), again: flag },
  /** For the log. */
  note: { level: oneOf('info', 'warn', 'error'), text },
  /** New settings could not be loaded, for this reason; those in force stay. */
  'not-reloaded': { text, spanish: optional(text) },
  ping: {},
  stop: {},
  /** Private streams: this process is a hub, and is to listen at that name. */
  listen: { name: word },
  /** Whoever shows this token there is that process of the roster; `user` is whose mailbox process it is. */
  expect: { token: word, role: word, user: optional(word) },
  /** It has ended. */
  forget: { token: word },
  /** The hub listens at that name, and knows the token. */
  connect: { hub: word, name: word, token: word },
  /** A request has been carried out. */
  granted: { request, user: word },
  denied: { request, user: word, text: word, transient: flag },
  /** Others wait for a place: a mailbox process that has nothing to do ends. */
  'make-room': {},
};

/** From every process that the supervisor keeps running, or starts on demand. */
const FROM_CHILD = {
  /** The settings that were handed over last are in force. */
  ready: { listeners: listOf(listener, MOST_LISTENERS) },
  /** They are not; those before them stay. */
  refused: { text },
  /** It could not start; the text is for the operator, and the process ends with `exitCode`. */
  failed: failure,
  pong: {},
  /** It was let in by that hub. */
  connected: { hub: word },
  /** A mailbox process of that user is needed; it will connect. */
  'want-mailbox': { user: word },
  /** That user has no mbox in the mail spool yet. */
  'make-spool': { user: word },
};

/** To the program that started the supervisor: `valija start`, a test. */
const TO_STARTER = {
  ready: { listeners: listOf(listener, MOST_LISTENERS), workerPid: number },
  failed: failure,
};

export type SettingsMessage = Body<typeof FROM_SETTINGS>;
export type SupervisorMessage = Body<typeof FROM_SUPERVISOR>;
export type ChildMessage = Body<typeof FROM_CHILD>;
export type StarterMessage = Body<typeof TO_STARTER>;

/** `undefined` for anything that is not of this version or not of a known shape. */
export const parseSettingsMessage = parserFor<SettingsMessage>(FROM_SETTINGS);
export const parseSupervisorMessage = parserFor<SupervisorMessage>(FROM_SUPERVISOR);
export const parseChildMessage = parserFor<ChildMessage>(FROM_CHILD);
export const parseStarterMessage = parserFor<StarterMessage>(TO_STARTER);

/** As it is sent. Throws RangeError for one that is too long. */
export function formatMessage<Message extends { readonly kind: string }>(
  body: Message,
): Message & { readonly version: number } {
  const message = { version: MESSAGES_VERSION, ...body };
  const sizeBytes = Buffer.byteLength(JSON.stringify(message));
  if (sizeBytes > LONGEST_MESSAGE_BYTES) {
    throw new RangeError(`a message of ${sizeBytes} bytes; at most ${LONGEST_MESSAGE_BYTES} are allowed`);
  }
  return message;
}

function parserFor<Message>(table: Readonly<Record<string, Shape>>): (value: unknown) => Message | undefined {
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('version' in value) || value.version !== MESSAGES_VERSION) return undefined;
    if (!('kind' in value) || typeof value.kind !== 'string' || !Object.hasOwn(table, value.kind)) return undefined;
    const fields = table[value.kind];
    return fields !== undefined && shape(fields)(value) ? (value as Message) : undefined;
  };
}
