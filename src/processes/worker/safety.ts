// Is it safe to load these settings? The interlock has judged the file before; here the server attacks itself with them, says
// what is loaded nevertheless, and watches for a gateway that hides who comes.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import { WorldError } from '#base/world-error.ts';
import type { AttackHit, AttackReport } from '#mail/interlock/attack-report.ts';
import { nameDanger } from '#mail/interlock/danger-text.ts';
import { GatewayWatch } from '#mail/interlock/gateway-watch.ts';
import type { AcceptedDanger, SafetyStatus } from '#mail/interlock/safety-status.ts';
import { trustWithoutGateways } from '#mail/interlock/translating-gateway.ts';
import type { Log } from '#mail/ports/log.ts';
import { dangersOf } from '#platform/config/interlock.ts';
import { formatKey } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { readGateways } from '#platform/machine/gateways.ts';

type Attack = () => Promise<AttackReport>;

/** The text is for whoever wanted to load them. */
export class UnsafeSettings extends Error {}

export interface Examination {
  readonly config: Config;
  /** `undefined` where the attack could not be made. */
  readonly report: AttackReport | undefined;
}

const THIS_MACHINE = parseIpNetworks(['127.0.0.0/8', '::1']);

export class Safety {
  readonly #log: Log;
  readonly #watch = new GatewayWatch([]);
  #accepted: readonly AcceptedDanger[] = [];
  #untrustedGateways: readonly string[] = [];
  #attack: AttackReport | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  get status(): SafetyStatus {
    return {
      accepted: this.#accepted,
      untrustedGateways: this.#untrustedGateways,
      translator: this.#watch.current(),
      attack: this.#attack,
    };
  }

  /** Throws UnsafeSettings. What is found holds from `enter` on, when the settings are in force. */
  async examine(config: Config, attack: Attack): Promise<Examination> {
    const report = await this.#perform(attack);
    const refused = report?.hits.filter(({ danger }) => !config.accept_danger.includes(danger)) ?? [];
    if (refused.length > 0) throw new UnsafeSettings(explain(refused));
    return { config, report };
  }

  enter({ config, report }: Examination): void {
    this.#attack = report;
    this.#accepted = [
      ...dangersOf(config).accepted.map(({ danger, path, element }) => ({ danger, where: formatKey(path), element })),
      ...(report?.hits ?? []).map(({ danger, service, shape }) => ({ danger, where: service, element: shape })),
    ];
    for (const { danger, where, element } of this.#accepted) {
      const text = `danger: ${nameDanger(danger, 'en')}: ${where}: ${element} (accept_danger has ${danger})`;
      this.#log.write('warn', 'valija', text);
    }
    this.#lookAtGateways(config);
  }

  /** On port 25, by somebody who is not on this machine. */
  arrive(clientAddress: string): void {
    if (isInAnyNetwork(clientAddress, THIS_MACHINE)) return;
    const sighting = this.#watch.arrive(clientAddress);
    if (sighting === undefined) return;
    const { address, connections, among } = sighting;
    const text =
      `warning: ${connections} of ${among} clients on port 25 come from the gateway ${address}: it hides their addresses ` +
      '(SNAT), so that SPF, block lists and limits mean nothing. Have the router forward port 25 without masquerading';
    this.#log.write('warn', 'smtpd', text);
  }

  /** What went wrong while attacking proves nothing, and keeps no mail away. */
  async #perform(attack: Attack): Promise<AttackReport | undefined> {
    try {
      const report = await attack();
      const { tried, hits, durationMs, clientAddress, untried } = report;
      const found = hits.length === 0 ? 'nothing came through' : 'it is dangerous';
      const text = `attacked itself as ${clientAddress}, in ${tried} sessions and ${durationMs} ms: ${found}`;
      this.#log.write(hits.length === 0 ? 'info' : 'error', 'valija', text);
      for (const { danger, service, shape, outcome } of hits) {
        this.#log.write('error', 'valija', `${danger} (${service}): ${shape}: ${outcome}`);
      }
      for (const what of untried) this.#log.write('warn', 'valija', `not tried: ${what}`);
      return report;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.#log.write('error', 'valija', `the server could not attack itself: ${error.message}`);
      return undefined;
    }
  }

  #lookAtGateways(config: Config): void {
    const gateways = readGateways();
    this.#watch.change(gateways);
    this.#untrustedGateways = trustWithoutGateways(config.mynetworks, { settings: config, gateways }).untrusted;
    for (const gateway of this.#untrustedGateways) {
      const text =
        `${gateway} is in mynetworks and is the gateway of this machine: where it translates addresses, every stranger ` +
        'seems to come from it, so it alone may not send to others';
      this.#log.write('warn', 'valija', text);
    }
  }
}

function explain(hits: readonly AttackHit[]): string {
  const [first, ...others] = hits;
  if (first === undefined) return '';
  const { danger, service, shape, outcome } = first;
  const more = others.length === 0 ? '' : `\n  … (+${others.length})`;
  const proof = `  ${service}: ${shape}\n  ${outcome.replaceAll('\n', '\n  ')}${more}`;
  return (
    `the server attacked itself, and it is dangerous with these settings: ${nameDanger(danger, 'en')}\n${proof}\n` +
    `To load them nevertheless: accept_danger = ["${danger}"]\n` +
    `el servidor se ha atacado a sí mismo, y con estos ajustes es peligroso: ${nameDanger(danger, 'es')}\n` +
    `Para cargarlos a pesar de todo: accept_danger = ["${danger}"]`
  );
}
