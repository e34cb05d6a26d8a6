// What is to be done so that this machine serves a domain, and what stands in the way. Pure: nothing is done here.

import { join } from 'node:path';
import type { SetupAnswers } from './answers.ts';
import type { MachineFacts } from './machine-facts.ts';
import { formatServerConfig, type ServerPlaces } from './server-config.ts';
import type { Owner, SetupStep } from './step.ts';

export interface SetupPlaces extends ServerPlaces {
  readonly configFile: string;
  readonly unitFolder: string;
}

/** As the packages of Debian have it. */
export const USUAL_PLACES: Omit<SetupPlaces, 'configFile' | 'authorityFile'> = {
  stateFolder: '/var/lib/valija',
  mailFolder: '/var/mail/vhosts',
  unitFolder: '/etc/systemd/system',
};

/** The words that root types to make each user. */
export type UserCommands = ReadonlyMap<string, readonly string[]>;

export interface SetupParts {
  readonly users: UserCommands;
  readonly places: SetupPlaces;
  /** The last is the one that is started. */
  readonly units: readonly UnitFile[];
}

export interface UnitFile {
  readonly name: string;
  readonly text: string;
}

export type Obstacle =
  | { readonly kind: 'not-root' }
  | { readonly kind: 'closed-folder'; readonly folder: string }
  | { readonly kind: 'port-taken'; readonly ports: readonly number[] }
  /** Our commands run as another user, who cannot reach that one's state. */
  | { readonly kind: 'other-owner'; readonly owner: string };

export interface SetupPlan {
  readonly obstacles: readonly Obstacle[];
  readonly steps: readonly SetupStep[];
}

/** Who owns the state and all virtual mail. */
export const STATE_USER = 'valija';
const STATE_OWNER: Owner = { user: STATE_USER, group: STATE_USER };
/** The server reads it; only root writes it. */
const SETTINGS_OWNER: Owner = { user: 'root', group: STATE_USER };
const ROOT: Owner = { user: 'root', group: 'root' };

export function planSetup(
  answers: SetupAnswers,
  password: string,
  facts: MachineFacts,
  { users, places, units }: SetupParts,
): SetupPlan {
  const steps: SetupStep[] = facts.missingUsers.map((user) => ({
    kind: 'user',
    user,
    command: users.get(user) ?? [],
  }));
  if (answers.server !== undefined) {
    const { configFile, stateFolder, mailFolder, authorityFile } = places;
    const trusted = answers.server.authority?.trusted;
    const text = formatServerConfig(answers.server, places, facts.hasIpv6);
    steps.push(
      { kind: 'folder', path: join(configFile, '..'), owner: SETTINGS_OWNER, mode: 0o750 },
      { kind: 'folder', path: stateFolder, owner: STATE_OWNER, mode: 0o750 },
      { kind: 'folder', path: mailFolder, owner: STATE_OWNER, mode: 0o750 },
    );
    if (trusted !== undefined) {
      steps.push({ kind: 'file', path: authorityFile, owner: SETTINGS_OWNER, mode: 0o640, text: trusted });
    }
    steps.push(
      { kind: 'file', path: configFile, owner: SETTINGS_OWNER, mode: 0o640, text },
      { kind: 'valija', words: ['config', 'check'] },
    );
  }
  const { domain, account } = answers;
  steps.push(
    { kind: 'valija', words: ['domain', 'add', domain], undo: ['domain', 'remove', domain] },
    {
      kind: 'valija',
      words: ['account', 'add', account, '--password-stdin'],
      input: `${password}\n`,
      undo: ['account', 'remove', account],
    },
  );
  if (facts.hasSystemd && answers.server !== undefined) steps.push(...installUnits(units, places));
  return { obstacles: findObstacles(facts), steps };
}

function installUnits(units: readonly UnitFile[], { unitFolder }: SetupPlaces): SetupStep[] {
  const files = units.map(({ name, text }): SetupStep => {
    return { kind: 'file', path: join(unitFolder, name), owner: ROOT, mode: 0o644, text };
  });
  return [...files, ...units.slice(-1).map(({ name }): SetupStep => ({ kind: 'service', unit: name }))];
}

function findObstacles({ isRoot, closedFolder, takenPorts, mailOwner = STATE_USER }: MachineFacts): Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (!isRoot) obstacles.push({ kind: 'not-root' });
  if (closedFolder !== undefined) obstacles.push({ kind: 'closed-folder', folder: closedFolder });
  if (takenPorts.length > 0) obstacles.push({ kind: 'port-taken', ports: takenPorts });
  if (mailOwner !== STATE_USER) obstacles.push({ kind: 'other-owner', owner: mailOwner });
  return obstacles;
}
