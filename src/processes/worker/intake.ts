// What acceptance goes by, as the settings are at the moment: routing with its tables, and the way in for mail from within.

import { join } from 'node:path';
import type { IpNetwork } from '#base/ip-network.ts';
import type { AcceptanceSettings, AcceptanceWorld } from '#mail/acceptance/acceptance-world.ts';
import { createPosting, type Posting } from '#mail/acceptance/posting.ts';
import type { Signing } from '#mail/acceptance/signing.ts';
import type { WorldFactFinder } from '#mail/facts/world-fact-finder.ts';
import { trustWithoutGateways } from '#mail/interlock/translating-gateway.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { Greylist } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { MilterDialer } from '#mail/ports/milter.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Signer } from '#mail/ports/signer.ts';
import type { Resource } from '#mail/restrictions/restriction.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { RecipientVerifier, type VerificationWorld } from '#mail/verification/recipient-verifier.ts';
import { milterTables, nonSmtpdMilters } from '#platform/config/door-milters.ts';
import { restrictionResources } from '#platform/config/door-restrictions.ts';
import type { Config } from '#platform/config/schema.ts';
import type { JoinedDirectory, PreparedDirectory } from '#platform/directory-sources/open-joined-directory.ts';
import { OpenGreylist } from '#platform/greylist/open-greylist.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { readGateways } from '#platform/machine/gateways.ts';
import { Retirement } from '#platform/machine/retirement.ts';
import { createMilterDialer } from '#platform/milter/open-milters.ts';
import { type OpenRouting, openRouting, type RoutingSurroundings } from '#platform/routing/open-routing.ts';
import { NameService } from './name-service.ts';
import { type OpenFacts, openFacts } from './open-facts.ts';
import type { Prepared } from './prepared.ts';
import { StrangerChecks } from './stranger-checks.ts';

export type IntakeSurroundings = Omit<
  AcceptanceWorld,
  | 'settings'
  | 'directory'
  | 'routing'
  | 'recipientProbe'
  | 'signing'
  | 'senderChecks'
  | 'factFinder'
  | 'milters'
  | 'milterPorts'
> &
  Omit<RoutingSurroundings, 'directory' | 'admin'> & {
    /** Whose mail is here, by the sources that the settings name. */
    readonly directories: Pick<JoinedDirectory, 'prepare'>;
    /** With the machine's users, who may send; routing has its own way to them. */
    readonly people: Directory;
    /** How other servers are asked for recipients, and what they said before. */
    readonly verification: VerificationWorld;
    readonly signer: Signer;
    /** For bodies that milters write. */
    readonly contentStore: ContentStore;
    /** In place of the server's own. */
    readonly greylist?: Greylist;
  };

/** What is opened anew when the settings change. */
interface OpenParts {
  readonly config: Config;
  readonly directories: PreparedDirectory;
  readonly routing: OpenRouting;
  readonly facts: OpenFacts;
  readonly recipientProbe: RecipientProbe | undefined;
  readonly signing: Signing | undefined;
}

/** By settings that are not in force yet. Messages under way go on with the tables that they began with. */
export type PreparedIntake = AttackedIntake & Prepared;

/** What the server is attacked through. */
export interface AttackedIntake {
  readonly acceptance: Omit<AcceptanceWorld, 'settings'>;
  hostedDomains(): Promise<readonly string[]>;
}

/** What stays, and what does not. */
interface FirstParts {
  readonly names: NameService;
  readonly greylist: OpenGreylist;
  readonly parts: OpenParts;
}

/** A question that leaves no trace: whoever only looks is nobody's first try. */
const UNNOTED: Greylist = { look: async () => ({ kind: 'known' }) };

/** The longest session that a message may still come in by. */
const RETIREMENT_MS = 3_600_000;

export class Intake implements AttackedIntake, AsyncDisposable {
  readonly #around: IntakeSurroundings;
  #open: OpenParts;
  readonly #names: NameService;
  readonly #greylist: OpenGreylist;
  #posting: Posting;
  readonly #milterDialer: MilterDialer;
  readonly #strangers: StrangerChecks;
  /** Messages under way go on with the tables that they began with. */
  readonly #retired = new Retirement(RETIREMENT_MS);

  /** Throws WorldError for tables that cannot be used, and domains of two classes. */
  static async open(config: Config, around: IntakeSurroundings): Promise<Intake> {
    await using opened = new AsyncDisposableStack();
    const names = opened.use(new NameService(config));
    const greylist = opened.use(openGreylist(config, around));
    const parts = await openParts(config, { greylist, ...around }, names);
    opened.move();
    return new Intake(around, { names, greylist, parts });
  }

  private constructor(around: IntakeSurroundings, { names, greylist, parts }: FirstParts) {
    const { config } = parts;
    this.#around = around;
    this.#greylist = greylist;
    this.#names = names;
    this.#open = parts;
    this.#milterDialer = createMilterDialer({ resolver: names.withHosts, nowMs: () => steadyClock.nowMs() });
    this.#strangers = new StrangerChecks(config, names.dnsOnly, around.log);
    this.#posting = this.#openPosting(config);
  }

  get routing(): Routing {
    return this.#open.routing.routing;
  }

  /** By the settings that hold then. */
  readonly nameClient = (facts: ConnectionFacts): Promise<void> => this.facts.nameClient(facts);

  /** Answers what restrictions ask. */
  get facts(): WorldFactFinder {
    return this.#open.facts.finder;
  }

  /** The DNS alone, without the machine's own list of hosts. */
  get dns(): Resolver {
    return this.#names.dnsOnly;
  }

  /** In force. */
  get config(): Config {
    return this.#open.config;
  }

  /** Another one beside it, by other settings, for whoever only looks. Throws as `open` does. */
  openBeside(config: Config, log: Log): Promise<Intake> {
    return Intake.open(config, {
      ...this.#around,
      log,
      greylist: UNNOTED,
      reports: undefined,
      rebuildsIndexes: false,
    });
  }

  /** What acceptance needs but for the settings that a listener may override. */
  get acceptance(): Omit<AcceptanceWorld, 'settings'> {
    return this.#acceptanceBy(this.#open);
  }

  hostedDomains(): Promise<string[]> {
    return hostedDomains(this.#open);
  }

  get posting(): Posting {
    return this.#posting;
  }

  /** Throws as `open` does. */
  async prepare(config: Config): Promise<PreparedIntake> {
    const next = await openParts(config, { greylist: this.#greylist, ...this.#around }, this.#names);
    const unused = new AsyncDisposableStack();
    unused.defer(() => closeParts(next));
    return {
      acceptance: this.#acceptanceBy(next),
      hostedDomains: () => hostedDomains(next),
      enter: () => {
        unused.move();
        this.#enter(next);
      },
      [Symbol.asyncDispose]: () => unused.disposeAsync(),
    };
  }

  #enter(next: OpenParts): void {
    const { config } = next;
    next.directories.enter();
    this.#retired.retire(this.#open.facts);
    this.#retired.retire(this.#open.routing);
    this.#open = next;
    this.#names.change(config);
    this.#greylist.bounds = config;
    this.#posting = this.#openPosting(config);
  }

  #acceptanceBy({ config, routing, facts, recipientProbe, signing }: OpenParts): Omit<AcceptanceWorld, 'settings'> {
    return {
      ...this.#around,
      directory: this.#around.people,
      routing: routing.routing,
      factFinder: facts.finder,
      recipientProbe,
      senderChecks: this.#strangers.checksBy(config),
      signing,
      milterPorts: { dialer: this.#milterDialer, contentStore: this.#around.contentStore },
    };
  }

  #openPosting(config: Config): Posting {
    const settings = acceptanceSettings(config);
    return createPosting({ ...this.acceptance, settings, milters: nonSmtpdMilters(config) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#strangers[Symbol.asyncDispose]();
    await closeParts(this.#open);
    await this.#retired[Symbol.asyncDispose]();
    await this.#greylist[Symbol.asyncDispose]();
    await this.#names[Symbol.asyncDispose]();
  }
}

/** Its thread begins with the first question. */
function openGreylist(config: Config, { clock, log }: IntakeSurroundings): OpenGreylist {
  return new OpenGreylist({ file: join(config.state_directory, 'greylist.db'), clock, log }, config);
}

type OpenSurroundings = IntakeSurroundings & { readonly greylist: Greylist };

async function openParts(config: Config, around: OpenSurroundings, names: NameService): Promise<OpenParts> {
  await using opened = new AsyncDisposableStack();
  const directories = opened.use(around.directories.prepare(config.directory));
  const { routed: directory, admin } = directories;
  const routing = opened.use(await openRouting(config, { ...around, directory, admin }));
  const facts = await openFacts(config, factResources(config), { ...around, names, routing: routing.routing });
  opened.move();
  const recipientProbe = openProbe(config, around.verification);
  return { config, directories, routing, facts, recipientProbe, signing: signingOf(config, around.signer) };
}

/** What restrictions and milters need to have looked up. */
function factResources(config: Config): readonly Resource[] {
  const tables = milterTables(config).map((name): Resource => ({ kind: 'table', name }));
  return [...restrictionResources(config), ...tables];
}

/** Sources of the directory that are in force stay open. */
async function closeParts({ directories, routing, facts }: OpenParts): Promise<void> {
  await facts[Symbol.asyncDispose]();
  await routing[Symbol.asyncDispose]();
  await directories[Symbol.asyncDispose]();
}

async function hostedDomains({ directories }: OpenParts): Promise<string[]> {
  return (await directories.admin.listDomains()).map(({ name }) => name);
}

/** A list of recipients knows better than a question. */
function openProbe(config: Config, verification: VerificationWorld): RecipientProbe | undefined {
  const isWanted = config.relay_recipient_verification && config.relay_recipient_maps.length === 0;
  return isWanted ? new RecipientVerifier(verification, config) : undefined;
}

function signingOf(config: Config, signer: Signer): Signing | undefined {
  if (!config.dkim_sign) return undefined;
  return { signer, settings: { ...config, dkim_internal_hosts: trusted(config.dkim_internal_hosts, config) } };
}

/** Those that a listener may override are the whole server's. */
export function acceptanceSettings(config: Config): AcceptanceSettings {
  return { ...config, mynetworks: trusted(config.mynetworks, config) };
}

/** A gateway may be anybody, where it translates addresses. */
function trusted(networks: readonly string[], settings: Config): readonly IpNetwork[] {
  return trustWithoutGateways(networks, { settings, gateways: readGateways() }).networks;
}
