// One framed command → its value, or what was wrong with it. Commands are a table: adding one is a line here, a
// function in this folder, a member of `Command`. RFC 3501 §9 (command).
//
//   command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF

import { err, ok, type Result } from '#base/result.ts';
import type { Command, MailboxName, NameEncoding, Tagged } from '../command.ts';
import type { Quirks } from '../quirks.ts';
import type { Segment } from '../segment.ts';
import { findTag } from '../tag.ts';
import { expectAppend } from './append.ts';
import { type CommandRefusal, CommandScanner } from './command-scanner.ts';
import { expectFetch } from './fetch.ts';
import { expectList, expectLsub } from './list.ts';
import { expectMailbox } from './mailbox.ts';
import { expectSearch } from './search.ts';
import { expectCreate, expectSelect } from './select.ts';
import { expectSequenceSet } from './sequence-set.ts';
import { expectAuthenticate, expectEnable, expectId, expectLogin } from './session.ts';
import { expectStatus } from './status.ts';
import { expectStore } from './store.ts';
import { takeLetters } from './strings.ts';

/** Answer with `tag BAD message`, or `* BAD message` where no tag can be read. */
export interface CommandError extends CommandRefusal {
  readonly tag: string | undefined;
  readonly message: string;
}

/** Segments of a `command` event, or of a `literal-begin` whose offer is an APPEND's message. */
export function parseCommand(
  segments: readonly Segment[],
  quirks: Quirks,
  names: NameEncoding = 'modified-utf7',
): Result<Tagged<Command>, CommandError> {
  const [first] = segments;
  const tag = first?.kind === 'text' ? findTag(first.text) : undefined;
  if (tag === undefined) return err({ tag, status: 'BAD', code: undefined, message: 'Expected a tag' });
  const scanner = new CommandScanner(quirks.trailingSpace ? trimEnd(segments) : segments, { quirks, names });
  scanner.expect(tag);
  scanner.expect(' ');
  const verb = takeLetters(scanner);
  const command = expectCommand(scanner, verb);
  scanner.expectEnd();
  if (command !== undefined && scanner.fault === undefined) return ok({ tag, command });
  const fault = scanner.fault ?? 'Unknown command';
  const isKnown = COMMANDS.has(verb) || verb === 'UID';
  return err({ tag, ...scanner.refusal, message: isKnown ? `${verb}: ${fault}` : fault });
}

type CommandReader = (scanner: CommandScanner) => Command;

const COMMANDS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['CAPABILITY', () => ({ kind: 'capability' })],
  ['NOOP', () => ({ kind: 'noop' })],
  ['LOGOUT', () => ({ kind: 'logout' })],
  ['ID', expectId],
  ['STARTTLS', () => ({ kind: 'starttls' })],
  ['AUTHENTICATE', expectAuthenticate],
  ['LOGIN', expectLogin],
  ['ENABLE', expectEnable],
  ['SELECT', (scanner) => expectSelect(scanner, 'select')],
  ['EXAMINE', (scanner) => expectSelect(scanner, 'examine')],
  ['CREATE', expectCreate],
  ['DELETE', (scanner) => ({ kind: 'delete', mailbox: expectMailboxArgument(scanner) })],
  [
    'RENAME',
    (scanner) => ({ kind: 'rename', from: expectMailboxArgument(scanner), to: expectMailboxArgument(scanner) }),
  ],
  ['SUBSCRIBE', (scanner) => ({ kind: 'subscribe', mailbox: expectMailboxArgument(scanner) })],
  ['UNSUBSCRIBE', (scanner) => ({ kind: 'unsubscribe', mailbox: expectMailboxArgument(scanner) })],
  ['LIST', expectList],
  ['LSUB', expectLsub],
  ['STATUS', expectStatus],
  ['APPEND', expectAppend],
  ['NAMESPACE', () => ({ kind: 'namespace' })],
  ['IDLE', () => ({ kind: 'idle' })],
  ['CHECK', () => ({ kind: 'check' })],
  ['CLOSE', () => ({ kind: 'close' })],
  ['UNSELECT', () => ({ kind: 'unselect' })],
  ['EXPUNGE', () => ({ kind: 'expunge', uids: undefined })],
  ['SEARCH', (scanner) => expectSearch(scanner, false)],
  ['FETCH', (scanner) => expectFetch(scanner, false)],
  ['STORE', (scanner) => expectStore(scanner, false)],
  ['COPY', (scanner) => expectTransfer(scanner, 'copy', false)],
  ['MOVE', (scanner) => expectTransfer(scanner, 'move', false)],
]);

const UID_COMMANDS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['SEARCH', (scanner) => expectSearch(scanner, true)],
  ['FETCH', (scanner) => expectFetch(scanner, true)],
  ['STORE', (scanner) => expectStore(scanner, true)],
  ['COPY', (scanner) => expectTransfer(scanner, 'copy', true)],
  ['MOVE', (scanner) => expectTransfer(scanner, 'move', true)],
  // "UID" SP "EXPUNGE" SP sequence-set; RFC 4315 §2.1
  [
    'EXPUNGE',
    (scanner) => {
      scanner.expect(' ');
      return { kind: 'expunge', uids: expectSequenceSet(scanner) };
    },
  ],
]);

function expectCommand(scanner: CommandScanner, verb: string): Command | undefined {
  const command = verb === 'UID' ? expectUidCommand(scanner) : COMMANDS.get(verb)?.(scanner);
  if (command === undefined) scanner.fail('Unknown command');
  return command;
}

// uid = "UID" SP (copy / fetch / search / store / move / expunge)
function expectUidCommand(scanner: CommandScanner): Command | undefined {
  scanner.expect(' ');
  return UID_COMMANDS.get(takeLetters(scanner))?.(scanner);
}

// copy = "COPY" SP sequence-set SP mailbox; move likewise (RFC 6851 §5)
function expectTransfer(scanner: CommandScanner, kind: 'copy' | 'move', uid: boolean): Command {
  scanner.expect(' ');
  const set = expectSequenceSet(scanner);
  return { kind, uid, set, mailbox: expectMailboxArgument(scanner) };
}

function expectMailboxArgument(scanner: CommandScanner): MailboxName {
  scanner.expect(' ');
  return expectMailbox(scanner);
}

/** For `quirks.trailingSpace`. */
function trimEnd(segments: readonly Segment[]): readonly Segment[] {
  const last = segments.at(-1);
  if (last?.kind !== 'text' || !last.text.endsWith(' ')) return segments;
  return [...segments.slice(0, -1), { kind: 'text', text: withoutTrailingSpaces(last.text) }];
}

function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  return text.slice(0, end);
}
