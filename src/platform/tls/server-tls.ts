// The certificates of all listeners: those of files, those of an authority, and the server's own where there is no other.
// Each handshake asks for the one that its name leads to, so that whatever changes here is live for the next session on
// every port, and no session that is open notices. RFC 6066 §3.

import type { SecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import { coversHost } from '#mail/certificates/host-name.ts';
import { NameTable } from '#mail/certificates/name-table.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { CheckedPair } from './checked-pair.ts';
import { HeldCertificate } from './held-certificate.ts';
import { type OwnPlace, ownCertificate } from './own-certificate.ts';
import { PairFiles, type PairPlace, type Secrets } from './pair-files.ts';
import { TicketKeys } from './ticket-keys.ts';

export interface ServerTls {
  /** Whether there is more than one certificate to choose from, by name. */
  readonly heedsNames: boolean;
  /** Asked at each handshake; without a name, or for one that nobody knows, the default. */
  context(serverName?: string): SecureContext;
}

export interface CertificateSettings {
  /** Postfix's: the default, whatever names it bears. */
  readonly main: PairPlace | undefined;
  readonly others: readonly PairPlace[];
  readonly own: OwnPlace;
}

/** From an authority, by what it is called here. */
export interface IssuedCertificate {
  readonly id: string;
  readonly pair: CheckedPair;
}

export interface ServerTlsWorld {
  readonly clock: Clock;
  /** For the lifetime of tickets: one that nobody sets. */
  readonly steadyClock: Clock;
  readonly log: Log;
}

/** Who shows what, by the files of one moment. */
interface Arrangement {
  readonly own: CheckedPair | undefined;
  /** By chain, so that contexts live on when something else changes. */
  readonly held: ReadonlyMap<string, HeldCertificate>;
  readonly table: NameTable<HeldCertificate>;
  readonly default: HeldCertificate;
}

/** Where certificates come from. */
interface Sources {
  readonly settings: CertificateSettings;
  readonly files: readonly PairFiles[];
  readonly issued: readonly IssuedCertificate[];
}

/** Other settings that nobody sees yet: all that can fail has been done. */
export interface PreparedCertificates {
  enter(): void;
}

export class Certificates implements ServerTls {
  readonly #world: ServerTlsWorld;
  readonly #ticketKeys: TicketKeys;
  #settings: CertificateSettings;
  #secrets: Secrets;
  #files: readonly PairFiles[] = [];
  #issued: readonly IssuedCertificate[] = [];
  #shown: Arrangement | undefined;
  /** Of the arrangement that was begun, or entered, last: one that was begun before it comes too late. */
  #newest = 0;

  private constructor(world: ServerTlsWorld, settings: CertificateSettings, secrets: Secrets) {
    this.#world = world;
    this.#ticketKeys = new TicketKeys(world.steadyClock);
    this.#settings = settings;
    this.#secrets = secrets;
  }

  /** Files that are wrong are told of, and done without: mail goes on with the server's own certificate. */
  static async open(
    world: ServerTlsWorld,
    settings: CertificateSettings,
    secrets: Secrets,
    issued: readonly IssuedCertificate[] = [],
  ): Promise<Certificates> {
    const certificates = new Certificates(world, settings, secrets);
    certificates.#issued = issued;
    certificates.#files = places(settings).map((place) => new PairFiles(place));
    certificates.#lookAtFiles(certificates.#files, secrets, (text) => world.log.write('error', 'tls', text));
    await certificates.#arrange();
    return certificates;
  }

  context(serverName?: string): SecureContext {
    const held = this.#heldFor(serverName);
    if (held === undefined) throw new Error('there is no certificate');
    return held.context();
  }

  get heedsNames(): boolean {
    return this.#shown !== undefined && this.#shown.held.size > 1;
  }

  /** What a client sees that names this host. */
  pairFor(serverName: string | undefined): CheckedPair | undefined {
    return this.#heldFor(serverName)?.pair;
  }

  /** Its fingerprint. */
  shownFor(serverName: string | undefined): string | undefined {
    return this.pairFor(serverName)?.facts.fingerprint;
  }

  #heldFor(serverName: string | undefined): HeldCertificate | undefined {
    const named = serverName === undefined ? undefined : this.#shown?.table.find(serverName);
    return named ?? this.#shown?.default;
  }

  get files(): readonly PairFiles[] {
    return this.#files;
  }

  /** The server's own, where it had to be made. */
  get own(): CheckedPair | undefined {
    return this.#shown?.own;
  }

  /** The names that files of the administrator's have. */
  get namesOfFiles(): readonly string[] {
    return this.#files.flatMap(({ pair }) => pair?.facts.names ?? []);
  }

  /**
   * Other settings, or the same; certificates of authorities are those there are where none are given. Files that were named before
   * keep the good pair they had. Throws WorldError for new ones that are wrong.
   */
  async prepare(
    settings: CertificateSettings,
    secrets: Secrets,
    issued?: readonly IssuedCertificate[],
  ): Promise<PreparedCertificates> {
    const nowMs = this.#world.clock.nowMs();
    const files: PairFiles[] = [];
    for (const place of places(settings)) {
      const known = this.#files.find((file) => isSame(file.place, place));
      if (known === undefined) mustBeGood(place, secrets, nowMs);
      files.push(known ?? new PairFiles(place));
    }
    this.#lookAtFiles(files, secrets, (text) => this.#world.log.write('error', 'tls', text));
    const shown = await this.#choose({ settings, files, issued: issued ?? this.#issued });
    return {
      enter: () => {
        this.#settings = settings;
        this.#secrets = secrets;
        this.#files = files;
        if (issued !== undefined) this.#issued = issued;
        this.#shown = shown;
        this.#newest += 1;
      },
    };
  }

  /** What root has read anew. */
  async takeSecrets(secrets: Secrets): Promise<void> {
    this.#secrets = new Map([...this.#secrets, ...secrets]);
    await this.look();
  }

  /**
   * At the files, and at the age of the server's own certificate. What is broken is told when it still is at the second
   * look: two files cannot be renewed at one moment.
   */
  async look(): Promise<void> {
    this.#lookAtFiles(this.#files, this.#secrets, (text, failures) => {
      if (failures === 2) this.#world.log.write('error', 'tls', text);
    });
    await this.#arrange();
  }

  async setIssued(issued: readonly IssuedCertificate[]): Promise<void> {
    this.#issued = issued;
    await this.#arrange();
  }

  #lookAtFiles(
    files: readonly PairFiles[],
    secrets: Secrets,
    complain: (text: string, failures: number) => void,
  ): void {
    const { clock, log } = this.#world;
    for (const file of files) {
      const { certificateFile } = file.place;
      const hadFailed = file.failure !== undefined;
      const outcome = file.look(secrets, clock.nowMs());
      if (outcome === 'renewed' && file.pair !== undefined) {
        const { names, untilMs } = file.pair.facts;
        const text = `certificate of ${certificateFile}: for ${names.join(', ')}, valid until ${new Date(untilMs).toISOString()}`;
        log.write('info', 'tls', text);
      } else if (outcome === 'broken' && file.failure !== undefined) {
        const instead = file.pair === undefined ? 'another certificate is shown' : 'the one before stays in use';
        complain(`warning: ${certificateFile}: ${file.failure.text}; ${instead}`, file.failure.failures);
      } else if (hadFailed) log.write('info', 'tls', `${certificateFile} is good again`);
    }
  }

  async #arrange(): Promise<void> {
    this.#newest += 1;
    const mine = this.#newest;
    const shown = await this.#choose({ settings: this.#settings, files: this.#files, issued: this.#issued });
    if (mine === this.#newest) this.#shown = shown;
  }

  /**
   * Who shows what: files before what an authority issued, what has expired last, and the server's own where nothing else is
   * for its name.
   */
  async #choose({ settings: { own: place, main }, files, issued }: Sources): Promise<Arrangement> {
    const nowMs = this.#world.clock.nowMs();
    const all = [...files.flatMap(({ pair }) => pair ?? []), ...issued.map(({ pair }) => pair)];
    const isGood = ({ facts }: CheckedPair) => facts.untilMs > nowMs;
    const pairs = [...all.filter(isGood), ...all.filter((pair) => !isGood(pair))];
    const mainPair = main === undefined ? undefined : files.find((one) => isSame(one.place, main))?.pair;
    const given = mainPair ?? pairs.find(({ facts }) => coversHost(facts.names, place.hostname));
    const shown = given ?? (await this.#makeOwn(place));
    const held = new Map<string, HeldCertificate>();
    const hold = (pair: CheckedPair) => {
      const { certificate: chain } = pair;
      const known = held.get(chain) ?? this.#shown?.held.get(chain) ?? new HeldCertificate(pair, this.#ticketKeys);
      held.set(chain, known);
      return known;
    };
    const table = new NameTable<HeldCertificate>();
    for (const pair of pairs) table.enter(pair.facts.names, hold(pair));
    return { own: shown === given ? undefined : shown, held, table, default: hold(shown) };
  }

  async #makeOwn(place: OwnPlace): Promise<CheckedPair> {
    try {
      return await ownCertificate(place, this.#world.clock.nowMs());
    } catch (cause) {
      throw new WorldError(`make a certificate in ${place.folder}`, { transient: false, cause });
    }
  }
}

function mustBeGood(place: PairPlace, secrets: Secrets, nowMs: number): void {
  const trial = new PairFiles(place);
  if (trial.look(secrets, nowMs) !== 'broken') return;
  const cause = new Error(trial.failure?.text);
  throw new WorldError('load a certificate', { transient: false, cause });
}

function places({ main, others }: CertificateSettings): PairPlace[] {
  const all = main === undefined ? others : [main, ...others];
  return all.filter((place, at) => all.findIndex((other) => isSame(other, place)) === at);
}

function isSame(one: PairPlace, other: PairPlace): boolean {
  return one.certificateFile === other.certificateFile && one.secretKeyFile === other.secretKeyFile;
}
