// Makes processes known to one another: each that listens gets a name to listen at, and each pair that the roster names a
// token that nobody else has. All of it travels over the channels of our own children, never in arguments or in the
// environment, which others can read; name and token are new with every start.

import { randomBytes } from 'node:crypto';
import { HUBS, type HubName, ROSTER } from '../roster.ts';
import type { Child } from './child.ts';

interface Hub {
  readonly child: Child;
  readonly name: string;
}

interface Introduced {
  readonly hub: Child;
  readonly peer: Child;
  readonly token: string;
}

export class Introductions {
  readonly #hubs = new Map<string, Hub>();
  readonly #peers = new Set<Child>();
  readonly #introduced = new Set<Introduced>();

  started(child: Child): void {
    const wanted: readonly HubName[] = ROSTER[child.role].connectsTo;
    if (HUBS.some((hub) => hub === child.role)) {
      const hub = { child, name: `valija-${randomBytes(16).toString('hex')}` };
      this.#hubs.set(child.role, hub);
      child.tell({ kind: 'listen', name: hub.name });
      for (const peer of this.#peers) if (connectsTo(peer, child)) this.#introduce(hub, peer);
    }
    for (const name of wanted) {
      const hub = this.#hubs.get(name);
      if (hub !== undefined) this.#introduce(hub, child);
    }
    if (wanted.length > 0) this.#peers.add(child);
  }

  ended(child: Child): void {
    if (this.#hubs.get(child.role)?.child === child) this.#hubs.delete(child.role);
    this.#peers.delete(child);
    for (const introduced of this.#introduced) {
      const { hub, peer, token } = introduced;
      if (hub !== child && peer !== child) continue;
      this.#introduced.delete(introduced);
      if (peer === child) hub.tell({ kind: 'forget', token });
    }
  }

  #introduce({ child: hub, name }: Hub, peer: Child): void {
    const token = randomBytes(32).toString('hex');
    this.#introduced.add({ hub, peer, token });
    hub.tell({ kind: 'expect', token, role: peer.role, user: peer.user });
    peer.tell({ kind: 'connect', hub: hub.role, name, token });
  }
}

function connectsTo(peer: Child, hub: Child): boolean {
  const wanted: readonly string[] = ROSTER[peer.role].connectsTo;
  return wanted.includes(hub.role);
}
