// Changes of a zone, sent to the name server that is its primary. RFC 2136, signed by RFC 8945 §5.

import { isIP } from 'node:net';
import type { Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { parseDnsName } from './dns-name.ts';
import { exchangeByDatagram, exchangeByStream, type Silence } from './exchange.ts';
import { signMessage, type TsigAlgorithm, type TsigKey, UNSIGNED, verifyReply } from './tsig.ts';
import { type DnsChange, formatUpdate } from './update-message.ts';

export interface DnsUpdateSettings {
  /** An IP address. */
  readonly server: string;
  readonly port: number;
  readonly keyName: string;
  readonly algorithm: TsigAlgorithm;
  /** Base64, as `tsig-keygen` and `keymgr -t` write it. */
  readonly secret: string;
  /** For each way, datagram and stream. */
  readonly timeoutMs?: number;
}

export interface DnsUpdateWorld {
  /** Of the day: signatures bear it. */
  readonly clock: Clock;
  readonly randomness: Randomness;
}

export interface DnsUpdates {
  /** All of it or nothing. Throws WorldError with what the server said. */
  change(zone: string, change: DnsChange): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** What every server takes without EDNS. RFC 1035 §2.3.4. */
const LONGEST_DATAGRAM = 512;
const HEADER_OCTETS = 12;

/** RFC 1035 §4.1.1, RFC 2136 §2.2. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it could not read the update (FORMERR)',
  2: 'it failed (SERVFAIL)',
  3: 'a name that should exist does not (NXDOMAIN)',
  4: 'it knows no dynamic updates (NOTIMP)',
  5: 'it refused: this key may not change this zone (REFUSED)',
  6: 'a name that should not exist does (YXDOMAIN)',
  7: 'a record that should not exist does (YXRRSET)',
  8: 'a record that should exist does not (NXRRSET)',
  9: 'it is not authoritative for this zone, or does not take this key (NOTAUTH)',
  10: 'a name does not lie in this zone (NOTZONE)',
};
const SERVER_FAILURE = 2;

const SILENCES: Readonly<Record<Silence, string>> = {
  timeout: 'it did not answer in time',
  malformed: 'what it answered is no DNS message',
  unreachable: 'it cannot be reached',
};

export function openDnsUpdates(settings: DnsUpdateSettings, { clock, randomness }: DnsUpdateWorld): DnsUpdates {
  const key = readKey(settings);
  const failure = (zone: string, reason: string, transient: boolean) =>
    new WorldError(`update of the zone ${zone} at ${settings.server} port ${settings.port}: ${reason}`, { transient });
  return {
    async change(zone, change) {
      if (change.add.length + change.remove.length === 0) return;
      const message = formatUpdate(randomness.bytes(2).readUInt16BE(), zone, change);
      if (!message.ok) throw failure(zone, message.error, false);
      const { octets, mac } = signMessage(message.value, key, clock.nowMs());
      const reply = await send(settings, octets);
      if (typeof reply === 'string') throw failure(zone, SILENCES[reply], true);
      const said = judgeReply(reply, verifyReply(reply, key, mac, clock.nowMs()));
      if (said !== undefined) throw failure(zone, said.reason, said.transient);
    },
  };
}

function readKey({ server, keyName, algorithm, secret }: DnsUpdateSettings): TsigKey {
  const name = parseDnsName(keyName);
  const octets = Buffer.from(secret, 'base64');
  const complaint =
    name === undefined
      ? `${JSON.stringify(keyName)} is no name of a key`
      : octets.length === 0
        ? 'the secret of its key is not base64'
        : isIP(server) === 0
          ? `${JSON.stringify(server)} is no address of a name server`
          : undefined;
  if (name === undefined || complaint !== undefined) {
    throw new WorldError(`dynamic updates: ${complaint}`, { transient: false });
  }
  return { name, algorithm, secret: octets };
}

/** The stream, too, where no datagram came back: those are filtered in many places. The same update twice changes nothing more. */
async function send({ server, port, timeoutMs }: DnsUpdateSettings, message: Buffer): Promise<Buffer | Silence> {
  const read = (octets: Buffer) => (isReplyTo(message, octets) ? octets : undefined);
  const attempt = () => {
    const signal = AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return { server: { address: server, port }, message, signal, read };
  };
  if (message.length > LONGEST_DATAGRAM) return await exchangeByStream(attempt());
  const reply = await exchangeByDatagram(attempt());
  return typeof reply === 'string' || isTruncated(reply) ? await exchangeByStream(attempt()) : reply;
}

function isReplyTo(message: Buffer, octets: Buffer): boolean {
  if (octets.length < HEADER_OCTETS || octets.readUInt16BE(0) !== message.readUInt16BE(0)) return false;
  // A response, and to an update.
  return (octets.readUInt16BE(2) & 0xf800) === (message.readUInt16BE(2) | 0x8000);
}

function isTruncated(reply: Buffer): boolean {
  return (reply.readUInt16BE(2) & 0x0200) !== 0;
}

/** `undefined`: it was done. What a server that cannot sign says of the key is the better reason. */
function judgeReply(
  reply: Buffer,
  verified: Result<undefined, string>,
): { readonly reason: string; readonly transient: boolean } | undefined {
  const code = reply.readUInt16BE(2) & 0x000f;
  if (code === 0) return verified.ok ? undefined : { reason: verified.error, transient: false };
  const refusal = REFUSALS[code] ?? `it answered with code ${code}`;
  const reason = verified.ok || verified.error === UNSIGNED ? refusal : `${refusal}: ${verified.error}`;
  return { reason, transient: code === SERVER_FAILURE };
}
