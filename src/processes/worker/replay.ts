// A replay as the worker performs it: recorded messages are judged by an intake of their own with other settings. Where a verdict
// changes, it is judged again by the settings in force, and with each setting taken back by itself: so nobody has to know
// which rule hangs on which setting.

import { setImmediate as pause } from 'node:timers/promises';
import { ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { JourneyArchive } from '#mail/ports/journey-log.ts';
import type { OtherConfig, ReplayRequest } from '#mail/ports/simulator.ts';
import type { PlayedWorld } from '#mail/simulation/play-out.ts';
import {
  compareVerdicts,
  isSameMatter,
  isSameVerdict,
  type VerdictChange,
} from '#mail/simulation/replay/compare-verdicts.ts';
import type {
  ChangedSetting,
  MessageLabel,
  ReplayChange,
  ReplayOutcome,
  ReplayUnknown,
} from '#mail/simulation/replay/outcome.ts';
import { type RecordedMessage, readStory } from '#mail/simulation/replay/recorded-message.ts';
import { type ReplayedMessage, replayMessage } from '#mail/simulation/replay/replay-message.ts';
import { findKeyLine } from '#platform/config/key-lines.ts';
import type { Config } from '#platform/config/schema.ts';
import type { Intake } from './intake.ts';
import { readOther, SILENT } from './other-config.ts';
import { smtpDoor } from './smtp-door.ts';

/** Changes, and verdicts that cannot be told, that are listed. */
const MOST_LISTED = 1_000;
/** Settings that are taken back by themselves; each opens its tables once more. */
const MOST_SETTINGS_TRIED = 40;
/** Of all messages and settings together, so that the command hears an answer in its time. */
const MOST_JUDGEMENTS = 20_000;

interface Changed {
  readonly message: RecordedMessage;
  readonly change: VerdictChange;
  /** `undefined`: not looked for. */
  causes: ChangedSetting[] | undefined;
  isSinceThen: boolean;
}

export async function replayBeside(
  intake: Intake,
  journeys: JourneyArchive,
  { config: other, last, sinceMs }: ReplayRequest,
): Promise<Result<ReplayOutcome, string>> {
  const tried = readOther(other);
  if (!tried.ok) return tried;
  const found = await journeys.find({ limit: last, ...(sinceMs !== undefined && { sinceMs }) });
  const messages = found.stories.flatMap(readStory);
  const settings = differingSettings(intake.config, tried.value, other);
  const changed: Changed[] = [];
  const unknown: ReplayUnknown[] = [];
  let verdicts = 0;
  await judgeAll(intake, tried.value, messages, (message, replayed) => {
    const comparison = compareVerdicts(message, replayed);
    verdicts += comparison.same + comparison.changes.length + comparison.unknown.length;
    for (const change of comparison.changes) changed.push({ message, change, causes: undefined, isSinceThen: false });
    for (const verdict of comparison.unknown) unknown.push({ ...verdict, message: labelOf(message) });
  });
  const listed = changed.slice(0, MOST_LISTED);
  await findCauses(intake, tried.value, settings, listed);
  return ok({
    messages: messages.length,
    verdicts,
    sinceMs: messages[0]?.atMs,
    settings,
    changes: listed.map(asChange),
    unknown: unknown.slice(0, MOST_LISTED),
    furtherChanges: changed.length - listed.length,
    furtherUnknown: Math.max(0, unknown.length - MOST_LISTED),
  });
}

async function judgeAll(
  intake: Intake,
  config: Config,
  messages: readonly RecordedMessage[],
  hear: (message: RecordedMessage, replayed: ReplayedMessage) => void,
): Promise<void> {
  await using beside = await intake.openBeside(config, SILENT);
  const worldOf = openWorlds(beside);
  for (const message of messages) {
    const world = worldOf(message);
    hear(message, world === undefined ? withoutDoor(message) : await replayMessage(world, message));
    // Clients are waiting, too.
    await pause();
  }
}

function withoutDoor({ door }: RecordedMessage): ReplayedMessage {
  return { verdicts: [], missing: { stage: 'connection', subject: '', what: `a listener for ${door}` } };
}

/** At the listener that it came to, or another of that kind. */
function openWorlds({ config, acceptance }: Intake): (message: RecordedMessage) => PlayedWorld | undefined {
  const worlds = config.listen.flatMap((entry): PlayedWorld[] => {
    const door = smtpDoor(entry, config);
    if (door === undefined) return [];
    const { settings, restrictions, milters } = door;
    return [{ door, acceptance: { ...acceptance, settings, restrictions, milters } }];
  });
  return ({ door: profile, port }) => {
    const ofKind = worlds.filter(({ door }) => door.profile === profile);
    return ofKind.find(({ door }) => door.port === port) ?? ofKind[0];
  };
}

async function findCauses(
  intake: Intake,
  tried: Config,
  settings: readonly ChangedSetting[],
  changed: readonly Changed[],
): Promise<void> {
  if (changed.length === 0) return;
  const tries = settings.slice(0, MOST_SETTINGS_TRIED);
  const most = Math.floor(MOST_JUDGEMENTS / (tries.length + 1));
  const byMessage = new Map([...Map.groupBy(changed, ({ message }) => message)].slice(0, most));
  const judgeChanged = (config: Config, hear: (each: Changed, isGone: boolean) => void) =>
    judgeAll(intake, config, [...byMessage.keys()], (message, { verdicts }) => {
      for (const each of byMessage.get(message) ?? []) {
        const now = verdicts.findLast((verdict) => isSameMatter(verdict, each.change));
        hear(each, now === undefined || !isSameVerdict(now, each.change.after));
      }
    });
  await judgeChanged(intake.config, (each, isGone) => {
    each.isSinceThen = !isGone;
    each.causes = [];
  });
  for (const setting of tries) {
    const without = { ...tried, [setting.name]: intake.config[setting.name as keyof Config] };
    await judgeChanged(without, (each, isGone) => {
      if (isGone && !each.isSinceThen) each.causes?.push(setting);
    }).catch(ignoreUnusable);
  }
}

/** Settings may go together only: then this one cannot be taken back by itself. */
function ignoreUnusable(error: unknown): void {
  if (!(error instanceof WorldError)) throw error;
}

function differingSettings(inForce: Config, tried: Config, { text }: OtherConfig): readonly ChangedSetting[] {
  const names = new Set([...Object.keys(inForce), ...Object.keys(tried)]) as Set<keyof Config>;
  return [...names]
    .filter((name) => JSON.stringify(inForce[name]) !== JSON.stringify(tried[name]))
    .map((name) => ({ name, line: findKeyLine(text, [name]) }));
}

function asChange({ message, change, causes, isSinceThen }: Changed): ReplayChange {
  return { ...change, message: labelOf(message), ...(causes !== undefined && { causes }), isSinceThen };
}

function labelOf({ key, atMs, clientAddress, sender }: RecordedMessage): MessageLabel {
  return { key, atMs, clientAddress, sender };
}
