// The server as it is attacked by itself: its own doors, with the settings that are to be loaded, and behind them a world that
// promises nothing, writes nothing down and asks nobody.

import { isInAnyNetwork } from '#base/ip-network.ts';
import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { AcceptanceWorld } from '#mail/acceptance/acceptance-world.ts';
import type { AttackReport } from '#mail/interlock/attack-report.ts';
import { createLogin } from '#mail/login/login.ts';
import type { Authenticator } from '#mail/ports/authenticator.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OtherConfig } from '#mail/ports/simulator.ts';
import { DOMAIN_SETTINGS, isTableName } from '#mail/routing/settings.ts';
import type { Visit } from '#mail/visitors/visitors.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { SCRAM_ITERATIONS } from '#platform/passwords/scram-sha-256.ts';
import { attackServer } from '#platform/self-test/attack-server.ts';
import { obligingFacts } from '#platform/self-test/obliging-facts.ts';
import { createMaildropLocks } from '#services/pop3/maildrop-locks.ts';
import type { House } from './compose.ts';
import { type AttackedIntake, acceptanceSettings } from './intake.ts';
import type { Interior } from './interior.ts';
import { readOther } from './other-config.ts';
import { serviceFor } from './services.ts';

/** Instead of a queue id. */
const ATTACK_ID = 'SELFTEST';

/** Addresses of documentation, RFC 5737 §3 and RFC 3849 §2: nobody has them. */
const STRANGERS = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1'] as const;

/** Throws WorldError where the world that the server knows cannot be asked. */
export async function attackItself(config: Config, house: House, intake: AttackedIntake): Promise<AttackReport> {
  const promises: JournalEntry[] = [];
  let passwords = 0;
  const interior = harmless(house, intake, promises, () => {
    passwords += 1;
  });
  const locks = createMaildropLocks();
  const { mynetworks } = acceptanceSettings(config);
  const server = {
    doors: config.listen.map((entry) => {
      const { implicitTls, serve } = serviceFor(entry, config, interior, locks);
      return {
        service: entry.service,
        implicitTls,
        serve: (connection: Parameters<typeof serve>[0]) => serve(connection, VISIT),
      };
    }),
    tls: house.tls,
    hostname: config.myhostname,
    domains: await domainsOf(config, intake),
    clientAddress: STRANGERS.find((address) => !isInAnyNetwork(address, mynetworks)) ?? STRANGERS[0],
    takePromises: () => promises.splice(0),
    takePasswords() {
      const taken = passwords;
      passwords = 0;
      return taken;
    },
  };
  return await attackServer(server, systemClock);
}

/** With an intake of their own for settings that are not in force. */
export async function attackOnRequest(
  house: House,
  other: OtherConfig | undefined,
): Promise<Result<AttackReport, string>> {
  const read = other === undefined ? ok(house.intake.config) : readOther(other);
  if (!read.ok) return read;
  try {
    await using beside = await house.intake.openBeside(read.value, house.log);
    return ok(await attackItself(read.value, house, beside));
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return err(error.message);
  }
}

async function domainsOf(config: Config, intake: AttackedIntake): Promise<(readonly string[])[]> {
  const hosted = await intake.hostedDomains();
  return [hosted, ...DOMAIN_SETTINGS.map((setting) => config[setting].filter((entry) => !isTableName(entry)))];
}

function harmless(
  { log, version, contentStore, mailStore }: House,
  { acceptance }: AttackedIntake,
  promises: JournalEntry[],
  judged: () => void,
): Interior {
  const quiet: Log = {
    // A bug that an attack finds is worth a line.
    write: (level, area, text) => level === 'error' && log.write(level, area, `while attacking itself: ${text}`),
  };
  const world: Omit<AcceptanceWorld, 'settings'> = {
    ...acceptance,
    nextQueueId: () => ATTACK_ID,
    journal: { commit: async (entry) => void promises.push(entry) },
    journeyLog: UNWRITTEN,
    log: quiet,
    senderChecks: undefined,
    signing: undefined,
    milterPorts: undefined,
    recipientProbe: acceptance.recipientProbe && KNOWS_NOBODY,
    factFinder: obligingFacts(acceptance.factFinder),
  };
  return {
    version,
    contentStore,
    mailStore,
    log: quiet,
    login: loginThatTells(quiet, judged),
    ...{ web: NO_WEB, served: [] },
    intake: { acceptance: world },
  };
}

/** Decides as the real one does who may try; whoever may is noted, and is nobody. */
function loginThatTells(log: Log, judged: () => void): Interior['login'] {
  const authenticator: Authenticator = {
    async checkPassword() {
      judged();
      return { kind: 'rejected', reason: 'unknown-account' };
    },
    nameOf: async (login) => login,
    async findScramKeys() {
      judged();
      return { kind: 'none', reason: 'unknown-account' };
    },
  };
  return createLogin({
    authenticator,
    clock: systemClock,
    randomness: systemRandomness,
    log,
    journeys: UNWRITTEN,
    delay: async () => undefined,
    scram: { decoySecret: systemRandomness.bytes(32), iterations: SCRAM_ITERATIONS },
  });
}

const UNWRITTEN = { record: () => undefined };

/** The server behind us, to which the names of an attack are nobody. */
const KNOWS_NOBODY: AcceptanceWorld['recipientProbe'] = {
  probe: async () => ({ kind: 'undeliverable', text: 'no such user' }),
};

/** Nothing that is shown there could harm others. */
const NO_WEB: Interior['web'] = {
  isOwnDomain: async () => false,
  isReady: async () => false,
  log: { write: () => undefined },
  nowMs: systemClock.nowMs,
};

/** It is counted nowhere. */
const VISIT: Visit = {
  refusal: undefined,
  beginMessage: () => undefined,
  openSession: () => undefined,
  [Symbol.dispose]: () => undefined,
};
