// The test before the greeting, with postscreen's words: a client sees the first line of a greeting of several lines, and
// waits for the last one before it says anything (RFC 5321 §4.3.1). Programs that only send do not wait.

import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import { WorldError } from '#base/world-error.ts';
import type { GreetAction } from '#mail/policy/connection.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { PassedClients } from '#mail/visitors/passed-clients.ts';

export interface PregreetSettings {
  readonly waitMs: number;
  readonly action: 'ignore' | GreetAction;
  /** The line that is shown; empty: none. */
  readonly banner: string;
  readonly lifetimeMs: number;
  readonly mostRemembered: number;
  /** They do not wait. */
  readonly mynetworks: readonly IpNetwork[];
}

export interface PregreetWorld {
  readonly settings: PregreetSettings;
  readonly passed: PassedClients;
}

export interface PregreetOutcome {
  /** What was said too early: it is not lost. */
  readonly heard: Buffer | undefined;
  /** What follows from it. */
  readonly action: GreetAction | undefined;
}

const NOTHING_HEARD: PregreetOutcome = { heard: undefined, action: undefined };
const AREA = 'postscreen';
const LONGEST_TEXT = 100;
/** A timer may ring a little before its time. */
const TIMER_SLACK_MS = 50;

export async function testBeforeGreeting(
  connection: Connection,
  { settings, passed }: PregreetWorld,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<PregreetOutcome> {
  const { clientAddress, clientPort, connectionId } = connection.facts;
  if (isInAnyNetwork(clientAddress, settings.mynetworks)) return NOTHING_HEARD;
  const client = `[${clientAddress}]:${clientPort}`;
  const note = (text: string) => log.write('info', AREA, text, { session: connectionId });
  if (passed.has(clientAddress)) {
    note(`PASS OLD ${client}`);
    return NOTHING_HEARD;
  }
  const beganMs = clock.nowMs();
  const heard = await hearWithin(connection, settings);
  const afterMs = clock.nowMs() - beganMs;
  const after = `after ${(afterMs / 1_000).toFixed(2)} from ${client}`;
  if (heard === undefined && afterMs < settings.waitMs - TIMER_SLACK_MS) {
    note(`HANGUP ${after} in tests before SMTP handshake`);
    return NOTHING_HEARD;
  }
  if (heard === undefined) {
    passed.note(clientAddress, settings.lifetimeMs, settings.mostRemembered);
    note(`PASS NEW ${client}`);
    return NOTHING_HEARD;
  }
  note(`PREGREET ${heard.length} ${after}: ${escaped(heard)}`);
  return { heard, action: settings.action === 'ignore' ? undefined : settings.action };
}

/** `undefined` where nothing came: the time is over, the client is gone, or the server stops; who reads next will see. */
async function hearWithin(connection: Connection, { banner, waitMs }: PregreetSettings): Promise<Buffer | undefined> {
  try {
    if (banner !== '') await connection.write(`220-${banner}\r\n`);
    return await connection.read(waitMs, 'quiet');
  } catch (error) {
    if (error instanceof WorldError) return undefined;
    throw error;
  }
}

/** As Postfix's log has it: `EHLO example.org\r\n`. */
function escaped(octets: Buffer): string {
  const text = octets.toString('latin1', 0, LONGEST_TEXT);
  return text.replace(/[^\x20-\x5b\x5d-\x7e]/g, (char) => ESCAPES[char] ?? octal(char));
}

const ESCAPES: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };

function octal(char: string): string {
  return `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
