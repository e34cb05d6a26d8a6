// What acceptance goes by, as the settings are at the moment: routing with its tables, and the way in for mail from within.

import { parseIpNetworks } from '#base/ip-network.ts';
import type { AcceptanceSettings, AcceptanceWorld } from '#mail/acceptance/acceptance-world.ts';
import { createPosting, type Posting } from '#mail/acceptance/posting.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { Routing } from '#mail/routing/routing.ts';
import type { Config } from '#platform/config/schema.ts';
import { type OpenRouting, openRouting, type RoutingSurroundings } from './open-routing.ts';

type Surroundings = Omit<AcceptanceWorld, 'settings' | 'routing'> &
  RoutingSurroundings & {
    /** With the machine's users, who may send; routing has its own way to them. */
    readonly people: Directory;
  };

export class Intake implements AsyncDisposable {
  readonly #around: Surroundings;
  #routing: OpenRouting;
  #posting: Posting;
  /** Messages under way go on with the tables that they began with. */
  readonly #retired = new AsyncDisposableStack();

  /** Throws WorldError for tables that cannot be used, and domains of two classes. */
  static async open(config: Config, around: Surroundings): Promise<Intake> {
    return new Intake(config, around, await openRouting(config, around));
  }

  private constructor(config: Config, around: Surroundings, routing: OpenRouting) {
    this.#around = around;
    this.#routing = routing;
    this.#posting = createPosting({ ...this.acceptance, settings: acceptanceSettings(config) });
  }

  get routing(): Routing {
    return this.#routing.routing;
  }

  /** What acceptance needs but for the settings that a listener may override. */
  get acceptance(): Omit<AcceptanceWorld, 'settings'> {
    return { ...this.#around, directory: this.#around.people, routing: this.#routing.routing };
  }

  get posting(): Posting {
    return this.#posting;
  }

  /** Throws as `open` does, and then nothing has changed. */
  async change(config: Config): Promise<void> {
    const next = await openRouting(config, this.#around);
    this.#retired.use(this.#routing);
    this.#routing = next;
    this.#posting = createPosting({ ...this.acceptance, settings: acceptanceSettings(config) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#routing[Symbol.asyncDispose]();
    await this.#retired.disposeAsync();
  }
}

/** Those that a listener may override are the whole server's. */
export function acceptanceSettings(config: Config): AcceptanceSettings {
  return { ...config, mynetworks: parseIpNetworks(config.mynetworks) };
}
