// A worker that only judges: no doors, no journal, no store, and nothing of the state is changed. A command starts it where no
// server runs, asks it one thing, and ends it. Argument: the configuration file's name.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { FoundStories, JourneyArchive } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { SimulationNote } from '#mail/simulation/outcome.ts';
import { KnownRecipients } from '#mail/verification/known-recipients.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { openJoinedDirectory } from '#platform/directory-sources/open-joined-directory.ts';
import { openSigner } from '#platform/dkim-keys/open-dkim-keys.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import { readJourneys } from '#platform/journeys/read-journeys.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { simulationMethods } from '#services/admin/simulation-methods.ts';
import { Intake } from './intake.ts';
import { createSimulator } from './simulator.ts';
import { SystemAccounts, withSystemAccounts } from './system-accounts.ts';

interface Asked {
  readonly method: string;
  readonly params: unknown;
}

/** The first word of this process. */
type Readiness = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly text: string };

const UNASKED: RecipientProbe = { probe: async () => ({ kind: 'unknown', text: 'no server runs that could ask' }) };

const NO_STORIES: FoundStories = { stories: [], hasMore: false, earlier: undefined, related: [], oldestMs: undefined };

const unseen = new Set<SimulationNote>();
const [file = ''] = process.argv.slice(2);
await using opened = new AsyncDisposableStack();
try {
  const intake = await openIntake();
  const methods = new Map(simulationMethods(createSimulator(intake, journeysOf(intake.config), unseen)));
  process.on('message', ({ method, params }: Asked) => {
    void methods
      .get(method)?.(params)
      .then((outcome) => process.send?.(outcome));
  });
  await say({ kind: 'ready' });
} catch (error) {
  if (!(error instanceof WorldError)) throw error;
  await say({ kind: 'failed', text: error.message });
}
await new Promise((resolve) => process.once('disconnect', resolve));

function say(readiness: Readiness): Promise<void> {
  return new Promise((resolve) => process.send?.(readiness, undefined, undefined, () => resolve()));
}

async function openIntake(): Promise<Intake> {
  const loaded = loadConfig(file);
  // The command has read it a moment ago.
  if (!loaded.ok) throw new Error(loaded.error.map(formatComplaint).join('; '));
  const config = loaded.value;
  const log: Log = { write: () => undefined };
  const clock = systemClock;
  const passwords = opened.use(openPasswordThreads());
  const directories = opened.use(openJoinedDirectory(config, { file: directoryFile(config), passwords, clock, log }));
  const { directory } = directories;
  const systemUsers = createSystemUsers(clock, openGetent());
  const people = config.system_users
    ? withSystemAccounts(directory, new SystemAccounts(systemUsers, config))
    : directory;
  const folder = join(config.state_directory, 'dkim');
  const { signer } = opened.use(openSigner({ folder, clock, log }));
  return opened.use(
    await Intake.open(config, {
      ...{ clock, directories, people, systemUsers, signer, log },
      mailStore: { quotaUsage: measureNothing },
      journal: { commit: async () => undefined },
      journeyLog: { record: () => undefined },
      nextQueueId: () => '',
      contentStore: openContentStore({ folder: temporaryFolder() }),
      verification: { probe: UNASKED, known: new KnownRecipients(0), clock, alarm: systemAlarm, log },
      rebuildsIndexes: false,
    }),
  );
}

/** How full a mailbox is, only its owner knows. */
async function measureNothing(): ReturnType<MailStore['quotaUsage']> {
  unseen.add('quota');
  return { sizeBytes: 0, messages: 0 };
}

function journeysOf({ state_directory }: Config): JourneyArchive {
  const path = join(state_directory, 'journeys.db');
  return { find: async (search) => (existsSync(path) ? readJourneys(path, search) : NO_STORIES) };
}

/** Where there is no directory yet, one that is empty and goes with us. */
function directoryFile({ state_directory }: Config): string {
  const existing = join(state_directory, 'directory.db');
  if (existsSync(existing)) return existing;
  return join(temporaryFolder(), 'directory.db');
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-simulation-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
