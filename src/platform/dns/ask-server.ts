// One question to one name server: a datagram, and over TCP where the answer does not fit. RFC 1035 §4.2, RFC 7766 §5.

import type { Randomness } from '#mail/ports/randomness.ts';
import { type DnsMessage, RCODE, readDnsMessage, TYPE_NUMBERS } from './dns-message.ts';
import { type DnsQuestion, formatQuestion } from './dns-question.ts';
import { exchangeByDatagram, exchangeByStream, type NameServer, type Silence } from './exchange.ts';
import type { FailedAnswer } from './read-answer.ts';

export type { NameServer } from './exchange.ts';

export interface AskSettings {
  readonly timeoutMs: number;
  readonly wantsSignatures: boolean;
  /** Off: only what the server knows itself. RFC 1034 §4.3.1. */
  readonly wantsRecursion?: boolean;
  readonly randomness: Randomness;
  readonly signal: AbortSignal;
}

type Outcome = DnsMessage | FailedAnswer;

const ID_OCTETS = 2;
const MALFORMED: FailedAnswer = { kind: 'failed', reason: 'malformed' };

export async function askServer(server: NameServer, question: DnsQuestion, settings: AskSettings): Promise<Outcome> {
  const time = new AbortController();
  const end = () => time.abort();
  const timer = setTimeout(end, settings.timeoutMs);
  settings.signal.addEventListener('abort', end);
  if (settings.signal.aborted) end();
  try {
    const outcome = await askInForm(server, question, settings, { edns: true, signal: time.signal });
    return isFromOldServer(outcome)
      ? await askInForm(server, question, settings, { edns: false, signal: time.signal })
      : outcome;
  } finally {
    clearTimeout(timer);
    settings.signal.removeEventListener('abort', end);
  }
}

async function askInForm(
  server: NameServer,
  question: DnsQuestion,
  { randomness, wantsSignatures, wantsRecursion = true }: AskSettings,
  { edns, signal }: { edns: boolean; signal: AbortSignal },
): Promise<Outcome> {
  const id = randomness.bytes(ID_OCTETS).readUInt16BE();
  const form = { id, edns, wantsSignatures: edns && wantsSignatures, wantsRecursion };
  const message = formatQuestion(question, form);
  const read = (octets: Buffer) => readReply(octets, message, question);
  const outcome = outcomeOf(await exchangeByDatagram({ server, message, signal, read }));
  if (!('id' in outcome) || !outcome.isTruncated) return outcome;
  const whole = outcomeOf(await exchangeByStream({ server, message, signal, read }));
  return 'id' in whole && whole.isTruncated ? MALFORMED : whole;
}

function outcomeOf(answer: Outcome | Silence): Outcome {
  return typeof answer === 'string' ? { kind: 'failed', reason: answer } : answer;
}

/** It does not know EDNS. RFC 6891 §7. */
function isFromOldServer(outcome: Outcome): boolean {
  return 'id' in outcome && (outcome.rcode === RCODE.formatError || outcome.rcode === RCODE.notImplemented);
}

/** `undefined` for what is no answer to this question. */
function readReply(octets: Buffer, query: Buffer, question: DnsQuestion): Outcome | undefined {
  if (octets.length < ID_OCTETS || octets.readUInt16BE() !== query.readUInt16BE()) return undefined;
  const message = readDnsMessage(octets);
  if (message === undefined) return MALFORMED;
  if (!message.isResponse) return undefined;
  // A server that could not read the question does not repeat it.
  if (message.question === undefined) return message.rcode === RCODE.ok ? undefined : message;
  const isOurs = message.question.name === question.name && message.question.type === TYPE_NUMBERS[question.type];
  return isOurs ? message : undefined;
}
