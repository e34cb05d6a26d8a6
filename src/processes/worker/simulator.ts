// A simulation as the worker performs it: an intake of its own, opened beside the one in force by the same settings or by
// others, with the DNS of a zone file where one is given. All of it is closed when the answer is there.

import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { AcceptanceWorld } from '#mail/acceptance/acceptance-world.ts';
import { chooseServers } from '#mail/delivery/choose-servers.ts';
import type { JourneyArchive } from '#mail/ports/journey-log.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { SimulationRequest, Simulator } from '#mail/ports/simulator.ts';
import type { ReportedSimulation, SimulationNote, TriedServer } from '#mail/simulation/outcome.ts';
import type { SimulationQuestion } from '#mail/simulation/question.ts';
import { simulate } from '#mail/simulation/simulate.ts';
import { simulatedFacts } from '#mail/simulation/simulated-facts.ts';
import type { Config } from '#platform/config/schema.ts';
import { parseZone } from '#platform/dns/zone-file.ts';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { openServerChoice } from '#platform/routing/server-choice.ts';
import type { Intake } from './intake.ts';
import { readOther, SILENT } from './other-config.ts';
import { replayBeside } from './replay.ts';
import { type SmtpDoor, smtpDoor } from './smtp-door.ts';

/** `unseen`: what this intake was asked, and cannot see. */
export function createSimulator(
  intake: Intake,
  journeys: JourneyArchive,
  unseen: ReadonlySet<SimulationNote> = new Set(),
): Simulator {
  // One after the other: each opens tables, threads and a DNS of its own.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<Result<T, string>>): Promise<Result<T, string>> => {
    const mine = turn.then(() => orReason(work));
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    replay: (request) => inTurn(() => replayBeside(intake, journeys, request)),
    simulate: (request) => inTurn(() => simulateBeside(intake, unseen, request)),
  };
}

async function simulateBeside(
  intake: Intake,
  unseen: ReadonlySet<SimulationNote>,
  { question, zone, config: other }: SimulationRequest,
): Promise<Result<ReportedSimulation, string>> {
  await using opened = new AsyncDisposableStack();
  const settings = other === undefined ? ok(intake.config) : readOther(other);
  if (!settings.ok) return settings;
  const config = await withZone(settings.value, zone, opened);
  if (!config.ok) return config;
  const door = findDoor(config.value, question);
  if (door === undefined) return err(`no listener of the settings is for ${question.door}`);
  const beside = opened.use(await intake.openBeside(config.value, SILENT));
  const unasked = new Set<SimulationNote>();
  if (door.milters !== undefined && !question.asksServices) unasked.add('services');
  const choice = openServerChoice(config.value, opened);
  const world = {
    acceptance: {
      ...unobtrusive(beside.acceptance, question, () => unasked.add('services')),
      settings: door.settings,
      restrictions: door.restrictions,
      milters: door.milters,
    },
    door,
    findServers: async (destination: string): Promise<Result<readonly TriedServer[], string>> => {
      const chosen = await chooseServers(choice, destination);
      if (!chosen.ok) return err(`${chosen.error.status} ${chosen.error.text}`);
      return ok(chosen.value.map(({ name, address, port, preference }) => ({ name, address, port, preference })));
    },
  };
  const outcome = await simulate(world, question);
  return ok({ ...outcome, notes: [...unseen, ...unasked] });
}

/** Nobody is disturbed for a question, unless that is wanted. */
function unobtrusive<World extends Pick<AcceptanceWorld, 'factFinder' | 'recipientProbe' | 'milterPorts'>>(
  world: World,
  question: SimulationQuestion,
  onUnasked: () => void,
): World {
  const { factFinder, recipientProbe, milterPorts } = world;
  const unaskedProbe: RecipientProbe = {
    probe: async () => {
      onUnasked();
      return { kind: 'deliverable', text: 'not asked in a simulation' };
    },
  };
  return {
    ...world,
    factFinder: factFinder && simulatedFacts(factFinder, question, onUnasked),
    recipientProbe: recipientProbe && (question.asksServices ? recipientProbe : unaskedProbe),
    milterPorts: question.asksServices ? milterPorts : undefined,
  };
}

/** The first listener of that kind. */
function findDoor(config: Config, { door }: SimulationQuestion): SmtpDoor | undefined {
  const entry = config.listen.find(({ service }) => service === door);
  return entry && smtpDoor(entry, config);
}

/** A name server of its own on loopback, so that everything asks it as it asks any other. */
async function withZone(
  config: Config,
  zone: string | undefined,
  opened: AsyncDisposableStack,
): Promise<Result<Config, string>> {
  if (zone === undefined) return ok(config);
  const parsed = parseZone({ origin: '.', text: zone });
  if (!parsed.ok) return parsed;
  const server = opened.use(await openZoneServer({ address: '127.0.0.1', port: 0, zones: [parsed.value] }));
  return ok({ ...config, resolver_addresses: [`${server.address}:${server.port}`] });
}

/** Tables that cannot be opened, and domains of two classes, are an answer. */
async function orReason<T>(work: () => Promise<Result<T, string>>): Promise<Result<T, string>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return err(error.message);
  }
}
