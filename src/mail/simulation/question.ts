// What a simulation is asked: a client that never came, what it would have said, and the message that it would have brought.

import { parseIpAddress } from '#base/ip-network.ts';
import { err, ok, type Result } from '#base/result.ts';
import { flag, listOf, oneOf, optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { Profile } from '#protocols/smtp/profile.ts';

export interface SimulationQuestion {
  readonly door: Profile['name'];
  readonly clientAddress: string;
  /** What the client's address is called, instead of what the DNS says. */
  readonly clientName?: string | undefined;
  readonly helo: string;
  /** Without angle brackets; `` is the null reverse-path. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Who logs in, with a password that is taken as right. */
  readonly login?: string | undefined;
  readonly tls: boolean;
  /** When it comes; without it now. */
  readonly atMs?: number | undefined;
  /** The message as it comes, lines ending in CRLF, in base64; without it one is made. */
  readonly message?: string | undefined;
  /** Of a message that is made. */
  readonly sizeBytes?: number | undefined;
  /** Greylisting, policy services, milters and other mail servers are asked, too: they may remember it. */
  readonly asksServices: boolean;
}

/** Recipients of one simulation; more says nothing that these do not. */
const MOST_RECIPIENTS = 1_000;
const LONGEST_TEXT = 2_048;
/** Larger than any message that is taken. */
const LONGEST_MESSAGE_CHARS = 256 * 1024 * 1024;
const LARGEST_MADE_BYTES = 1024 * 1024 * 1024;

export const DOORS = ['smtp', 'submission', 'submissions', 'lmtp'] as const;

const isQuestion = shape({
  door: oneOf(...DOORS),
  clientAddress: textOf(LONGEST_TEXT),
  clientName: optional(textOf(LONGEST_TEXT)),
  helo: textOf(LONGEST_TEXT),
  sender: textOf(LONGEST_TEXT),
  recipients: listOf(textOf(LONGEST_TEXT), MOST_RECIPIENTS),
  login: optional(textOf(LONGEST_TEXT)),
  tls: flag,
  atMs: optional(wholeNumber),
  message: optional(textOf(LONGEST_MESSAGE_CHARS)),
  sizeBytes: optional(wholeNumber),
  asksServices: flag,
});

/** Of JSON that somebody sent. */
export function parseSimulationQuestion(value: unknown): Result<SimulationQuestion, string> {
  if (!isQuestion(value)) return err('the question of a simulation is malformed');
  if (parseIpAddress(value.clientAddress) === undefined) return err(`${value.clientAddress} is no address`);
  if (value.recipients.length === 0) return err('a message has a recipient at least');
  const { sizeBytes = 0 } = value;
  if (sizeBytes < 0 || sizeBytes > LARGEST_MADE_BYTES) return err(`a message of ${sizeBytes} octets cannot be made`);
  return ok(value);
}
