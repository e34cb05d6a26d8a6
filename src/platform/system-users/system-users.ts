// The users of the machine. Answers are kept for some seconds, «there is none» too: a flood of guessed names is not a flood of
// processes, and a user who was just made is found soon.

import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { SystemUser, SystemUsers } from '#mail/ports/system-users.ts';
import { type Getent, mayBeLoginName } from './getent.ts';

export interface SystemUserLimits {
  readonly keepFoundMs: number;
  readonly keepMissingMs: number;
  readonly keptAnswers: number;
}

const SYSTEM_USER_LIMITS: SystemUserLimits = { keepFoundMs: 10_000, keepMissingMs: 5_000, keptAnswers: 10_000 };

interface KeptAnswer {
  readonly answer: Promise<SystemUser | undefined>;
  untilMs: number;
}

export function createSystemUsers(
  clock: Clock,
  getent: Getent,
  limits: SystemUserLimits = SYSTEM_USER_LIMITS,
): SystemUsers {
  const kept = new Map<string, KeptAnswer>();

  const ask = (name: string): Promise<SystemUser | undefined> => {
    const answer = getent('passwd', name).then((line) => (line === undefined ? undefined : parseUser(line, name)));
    const entry: KeptAnswer = { answer, untilMs: Number.POSITIVE_INFINITY };
    kept.set(name, entry);
    answer.then(
      (user) => {
        entry.untilMs = clock.nowMs() + (user === undefined ? limits.keepMissingMs : limits.keepFoundMs);
      },
      // What failed is asked again by the next one.
      () => kept.get(name) === entry && kept.delete(name),
    );
    return answer;
  };

  return {
    find(name) {
      if (!mayBeLoginName(name)) return Promise.resolve(undefined);
      const known = kept.get(name);
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.answer;
      kept.delete(name);
      // A map keeps its order: the first is the one that was asked longest ago.
      for (const oldest of kept.keys()) {
        if (kept.size < limits.keptAnswers) break;
        kept.delete(oldest);
      }
      return ask(name);
    },
  };
}

// name ":" password ":" uid ":" gid ":" gecos ":" home ":" shell
const FIELDS = 7;
const LARGEST_ID = 0xffff_fffe;

/** `undefined` for another user than the one asked for: some sources fold case, or cut names short. */
function parseUser(line: string, question: string): SystemUser | undefined {
  const fields = line.split(':');
  const [name = '', , uidText = '', gidText = '', gecos = '', home = '', shell = ''] = fields;
  const [uid, gid] = [parseId(uidText), parseId(gidText)];
  if (fields.length !== FIELDS || uid === undefined || gid === undefined) {
    const cause = new Error(`its answer for ${question} is not a line of passwd`);
    throw new WorldError('asking the system for a user', { transient: true, cause });
  }
  if (name !== question) return undefined;
  // `&` in the full name stands for the login name, capitalised: as finger(1) has it.
  const fullName = (gecos.split(',', 1)[0] ?? '').replaceAll(
    '&',
    () => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  );
  return { name, uid, gid, fullName, home, shell };
}

function parseId(text: string): number | undefined {
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= LARGEST_ID ? Number(text) : undefined;
}
