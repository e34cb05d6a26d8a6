// SMTP, submission and LMTP on one connection, from its arrival to its end.

import { messageOf, traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { LOG_AREAS } from '#mail/acceptance/log-lines.ts';
import type { Acceptance } from '#mail/acceptance/transaction.ts';
import type { Login } from '#mail/login/exchange.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { type Connection, type ConnectionFacts, nameAndAddress } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { Visit } from '#mail/visitors/visitors.ts';
import { PROFILES, type Profile } from '#protocols/smtp/profile.ts';
import { DEFAULT_SMTP_QUIRKS, type SmtpQuirks } from '#protocols/smtp/quirks.ts';
import { reply } from '#protocols/smtp/reply.ts';
import type { TlsLevel } from '#protocols/smtp/tls-level.ts';
import { SmtpDriver } from './driver.ts';
import { replyToFailure } from './failure.ts';
import type { SmtpServiceLimits } from './limits.ts';
import { type PregreetWorld, testBeforeGreeting } from './pregreet.ts';

export interface SmtpDependencies {
  readonly profile: Profile['name'];
  /** Of connections that do not begin with TLS. */
  readonly tlsLevel: TlsLevel;
  readonly hostname: string;
  readonly acceptance: Acceptance;
  readonly login: Login;
  readonly contentStore: ContentStore;
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: SmtpServiceLimits;
  readonly visit?: Pick<Visit, 'beginMessage'>;
  readonly quirks?: SmtpQuirks;
  /** Absent where nobody waits for the greeting. */
  readonly pregreet?: PregreetWorld | undefined;
  /** Finds out the client's name, for the log. Absent where it is asked for when a restriction wants it. */
  readonly nameClient?: ((facts: ConnectionFacts) => Promise<void>) | undefined;
  /** Waits; answers to many mistakes are held back by it. */
  readonly delay: (ms: number) => Promise<void>;
}

/** Resolves when the connection is over; it never rejects. */
export async function serveSmtp(connection: Connection, dependencies: SmtpDependencies): Promise<void> {
  const { log, profile, tlsLevel, hostname, limits, quirks = DEFAULT_SMTP_QUIRKS } = dependencies;
  const area = LOG_AREAS[profile];
  const fields = { session: connection.facts.connectionId };
  await dependencies.nameClient?.(connection.facts);
  log.write('info', area, `connect from ${nameAndAddress(connection.facts)}`, fields);
  const pregreet = dependencies.pregreet && (await testBeforeGreeting(connection, dependencies.pregreet, dependencies));
  await using driver = new SmtpDriver({
    ...dependencies,
    heard: pregreet?.heard,
    spokeFirst: pregreet?.action,
    connection,
    area,
    setting: {
      profile: PROFILES[profile],
      tlsLevel,
      hostname,
      limits,
      quirks,
      asksAtData: dependencies.acceptance.asksAtData,
    },
    replyToFailure: (error) => replyToFailure(error, log, area),
  });
  try {
    await driver.run();
    await connection.close();
  } catch (error) {
    await endEarly(driver, connection, error, dependencies);
  }
  log.write('info', area, `disconnect from ${nameAndAddress(connection.facts)}`, fields);
}

/** The client went away, or we have a bug: then this connection ends, and no other. */
async function endEarly(
  driver: SmtpDriver,
  connection: Connection,
  error: unknown,
  { log, profile, hostname }: SmtpDependencies,
): Promise<void> {
  const area = LOG_AREAS[profile];
  const fields = { session: connection.facts.connectionId };
  if (error instanceof WorldError) {
    log.write(
      'info',
      area,
      `lost connection in phase ${driver.phase} from ${nameAndAddress(connection.facts)}: ${error.message}`,
      fields,
    );
    return connection.destroy();
  }
  const trace = traceOf(error);
  log.write('error', area, `bug in phase ${driver.phase}: ${trace}`, fields);
  try {
    await driver.sayLast(reply(421, '4.3.0', `${hostname} Internal error, closing`));
    await connection.close();
  } catch (lost) {
    log.write('info', area, `lost connection: ${messageOf(lost)}`, fields);
    connection.destroy();
  }
}
