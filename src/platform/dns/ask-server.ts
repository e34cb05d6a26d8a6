// One question to one name server: a datagram from a port of the system's choice, and over TCP where the answer does not
// fit (RFC 1035 §4.2, RFC 7766 §5). The socket is connected, so that the kernel lets nobody else answer; what has another
// id or another question was written by a forger, and the real answer is waited for. RFC 5452 §9.

import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Randomness } from '#mail/ports/randomness.ts';
import { type DnsMessage, RCODE, readDnsMessage, TYPE_NUMBERS } from './dns-message.ts';
import { type DnsQuestion, formatQuestion } from './dns-question.ts';
import type { FailedAnswer } from './read-answer.ts';

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

export interface AskSettings {
  readonly timeoutMs: number;
  readonly wantsSignatures: boolean;
  readonly randomness: Randomness;
  readonly signal: AbortSignal;
}

type Outcome = DnsMessage | FailedAnswer;

/** One attempt on one socket, until `signal` says that its time is over. */
interface Attempt {
  readonly server: NameServer;
  readonly query: Buffer;
  readonly question: DnsQuestion;
  readonly signal: AbortSignal;
}

const LENGTH_OCTETS = 2;
const TIMEOUT: FailedAnswer = { kind: 'failed', reason: 'timeout' };
const MALFORMED: FailedAnswer = { kind: 'failed', reason: 'malformed' };
const UNREACHABLE: FailedAnswer = { kind: 'failed', reason: 'unreachable' };

export async function askServer(server: NameServer, question: DnsQuestion, settings: AskSettings): Promise<Outcome> {
  const time = new AbortController();
  const end = () => time.abort();
  const timer = setTimeout(end, settings.timeoutMs);
  settings.signal.addEventListener('abort', end);
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
  { randomness, wantsSignatures }: AskSettings,
  { edns, signal }: { edns: boolean; signal: AbortSignal },
): Promise<Outcome> {
  const id = randomness.bytes(2).readUInt16BE();
  const query = formatQuestion(question, { id, edns, wantsSignatures: edns && wantsSignatures });
  const attempt = { server, query, question, signal };
  const outcome = await askByDatagram(attempt);
  return 'id' in outcome && outcome.isTruncated ? askByStream(attempt) : outcome;
}

/** It does not know EDNS. RFC 6891 §7. */
function isFromOldServer(outcome: Outcome): boolean {
  return 'id' in outcome && (outcome.rcode === RCODE.formatError || outcome.rcode === RCODE.notImplemented);
}

function askByDatagram(attempt: Attempt): Promise<Outcome> {
  const { server, query, signal } = attempt;
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    let atTimeout = TIMEOUT;
    let isOver = false;
    const end = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', onAbort);
      socket.close();
      resolve(outcome);
    };
    const onAbort = () => end(atTimeout);
    socket.on('error', () => end(UNREACHABLE));
    socket.on('message', (octets) => {
      const answer = readReply(octets, attempt);
      if (answer === undefined) atTimeout = MALFORMED;
      else end(answer);
    });
    if (signal.aborted) return end(TIMEOUT);
    signal.addEventListener('abort', onAbort);
    socket.connect(server.port, server.address, () => {
      if (!isOver) socket.send(query, (error) => error && end(UNREACHABLE));
    });
  });
}

function askByStream(attempt: Attempt): Promise<Outcome> {
  const { server, query, signal } = attempt;
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port, signal });
    const received: Buffer[] = [];
    let receivedOctets = 0;
    let wholeOctets: number | undefined;
    const end = (outcome: Outcome) => {
      resolve(outcome);
      socket.destroy();
    };
    socket.on('error', () => end(signal.aborted ? TIMEOUT : UNREACHABLE));
    socket.on('close', () => end(MALFORMED));
    socket.on('data', (octets) => {
      received.push(octets);
      receivedOctets += octets.length;
      if (receivedOctets < LENGTH_OCTETS) return;
      wholeOctets ??= LENGTH_OCTETS + Buffer.concat(received).readUInt16BE();
      if (receivedOctets < wholeOctets) return;
      const answer = readReply(Buffer.concat(received).subarray(LENGTH_OCTETS, wholeOctets), attempt);
      // There is no room for more within a stream, nor for another's answer.
      end(answer === undefined || ('id' in answer && answer.isTruncated) ? MALFORMED : answer);
    });
    const length = Buffer.alloc(LENGTH_OCTETS);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
}

/** `undefined` for what is no answer to this question. */
function readReply(octets: Buffer, { query, question }: Attempt): Outcome | undefined {
  if (octets.length < LENGTH_OCTETS || octets.readUInt16BE() !== query.readUInt16BE()) return undefined;
  const message = readDnsMessage(octets);
  if (message === undefined) return MALFORMED;
  if (!message.isResponse) return undefined;
  // A server that could not read the question does not repeat it.
  if (message.question === undefined) return message.rcode === RCODE.ok ? undefined : message;
  const isOurs = message.question.name === question.name && message.question.type === TYPE_NUMBERS[question.type];
  return isOurs ? message : undefined;
}
