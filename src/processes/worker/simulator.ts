// A simulation as the worker performs it: an intake of its own, opened beside the one in force by the same settings or by
// others, with the DNS of a zone file where one is given. All of it is closed when the answer is there.

import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { AcceptanceWorld } from '#mail/acceptance/acceptance-world.ts';
import { chooseServers } from '#mail/delivery/choose-servers.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OtherConfig, SimulationRequest, Simulator } from '#mail/ports/simulator.ts';
import type { SimulationNote, SimulationOutcome, TriedServer } from '#mail/simulation/outcome.ts';
import type { SimulationQuestion } from '#mail/simulation/question.ts';
import { simulate } from '#mail/simulation/simulate.ts';
import { parseConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { parseZone } from '#platform/dns/zone-file.ts';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { openServerChoice } from '#platform/routing/server-choice.ts';
import type { Intake } from './intake.ts';
import { type SmtpDoor, smtpDoor } from './smtp-door.ts';

/** What goes wrong is told by the world that the simulation sees, or by its end. */
const SILENT: Log = { write: () => undefined };

/** `notes`: what this intake cannot see. */
export function createSimulator(intake: Intake, notes: readonly SimulationNote[] = []): Simulator {
  return {
    simulate: (request) => orReason(() => simulateBeside(intake, notes, request)),
  };
}

async function simulateBeside(
  intake: Intake,
  notes: readonly SimulationNote[],
  { question, zone, config: other }: SimulationRequest,
): Promise<Result<SimulationOutcome, string>> {
  await using opened = new AsyncDisposableStack();
  const settings = other === undefined ? ok(intake.config) : readOther(other);
  if (!settings.ok) return settings;
  const config = await withZone(settings.value, zone, opened);
  if (!config.ok) return config;
  const door = findDoor(config.value, question);
  if (door === undefined) return err(`no listener of the settings is for ${question.door}`);
  const beside = opened.use(await intake.openBeside(config.value, SILENT));
  const choice = openServerChoice(config.value, opened);
  const isAside = !question.asksServices && beside.acceptance.recipientProbe !== undefined;
  const acceptance: AcceptanceWorld = {
    ...beside.acceptance,
    ...(isAside && { recipientProbe: UNASKED_PROBE }),
    settings: door.settings,
  };
  const world = {
    acceptance,
    door,
    notes: isAside ? [...notes, 'services' as const] : notes,
    findServers: async (destination: string): Promise<Result<readonly TriedServer[], string>> => {
      const chosen = await chooseServers(choice, destination);
      if (!chosen.ok) return err(`${chosen.error.status} ${chosen.error.text}`);
      return ok(chosen.value.map(({ name, address, port, preference }) => ({ name, address, port, preference })));
    },
  };
  return ok(await simulate(world, question));
}

/** Nobody is disturbed for a question. */
const UNASKED_PROBE: AcceptanceWorld['recipientProbe'] = {
  probe: async () => ({ kind: 'deliverable', text: 'not asked in a simulation' }),
};

/** The first listener of that kind. */
function findDoor(config: Config, { door }: SimulationQuestion): SmtpDoor | undefined {
  const entry = config.listen.find(({ service }) => service === door);
  return entry && smtpDoor(entry, config);
}

export function readOther({ file, text }: OtherConfig): Result<Config, string> {
  const parsed = parseConfig(text, file);
  return parsed.ok ? parsed : err(parsed.error.map(formatComplaint).join('\n'));
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
