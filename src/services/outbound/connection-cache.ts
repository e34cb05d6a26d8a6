// Connections that wait a little for the next message to the same destination. What waits too long, or is one too many,
// is taken leave of; the newest is used first, so that the others may go.

import type { DestinationTls } from '#mail/delivery/server-tls.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { RemoteServer, TransportSecurity } from '#mail/ports/transport.ts';
import type { Conversation } from './conversation.ts';
import type { ConnectionCacheLimits, SmtpClientSettings } from './settings.ts';
import { tlsKey } from './tls-plan.ts';

export interface OpenConversation {
  readonly conversation: Conversation;
  readonly server: RemoteServer;
  readonly security: TransportSecurity;
  readonly openedMs: number;
  /** Messages that were sent on it. */
  messages: number;
}

/** Mail of one key may share connections: it goes to the same place, as well guarded, by the same login. */
export function cacheKey(
  { passwords, senderDependentAuthentication }: SmtpClientSettings,
  tls: DestinationTls,
  sender: string,
): string {
  const login = senderDependentAuthentication && passwords.length > 0 ? sender : '';
  return `${tls.destination} ${tlsKey(tls)} ${login}`;
}

interface Waiting {
  readonly open: OpenConversation;
  readonly key: string;
  readonly sinceMs: number;
}

export class ConnectionCache implements Disposable {
  readonly #limits: ConnectionCacheLimits;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #byKey = new Map<string, Waiting[]>();
  /** Who has waited longest is first. */
  readonly #all = new Set<Waiting>();
  #wake: Disposable | undefined;

  constructor(limits: ConnectionCacheLimits, clock: Clock, alarm: Alarm) {
    this.#limits = limits;
    this.#clock = clock;
    this.#alarm = alarm;
  }

  get size(): number {
    return this.#all.size;
  }

  take(key: string): OpenConversation | undefined {
    const waiting = this.#byKey.get(key);
    for (let newest = waiting?.at(-1); newest !== undefined; newest = waiting?.at(-1)) {
      this.#remove(newest);
      // The server may have closed it, or said that it does so.
      if (newest.open.conversation.isReusable) return newest.open;
      newest.open.conversation.leave();
    }
    return undefined;
  }

  give(key: string, open: OpenConversation): void {
    const { lifetimeMs, messages, connections, idleMs } = this.#limits;
    const nowMs = this.#clock.nowMs();
    const isOld = nowMs - open.openedMs >= lifetimeMs || (messages > 0 && open.messages >= messages);
    if (isOld || idleMs === 0 || !open.conversation.isReusable) {
      open.conversation.leave();
      return;
    }
    const waiting: Waiting = { open, key, sinceMs: nowMs };
    const sameKey = this.#byKey.get(key);
    if (sameKey === undefined) this.#byKey.set(key, [waiting]);
    else sameKey.push(waiting);
    this.#all.add(waiting);
    if (this.#all.size > connections) this.#dismissOldest();
    this.#wake ??= this.#alarm.after(idleMs, () => this.#dismissIdle());
  }

  [Symbol.dispose](): void {
    this.#wake?.[Symbol.dispose]();
    while (this.#all.size > 0) this.#dismissOldest();
  }

  #dismissIdle(): void {
    this.#wake = undefined;
    const { idleMs } = this.#limits;
    const nowMs = this.#clock.nowMs();
    for (const waiting of this.#all) {
      const leftMs = waiting.sinceMs + idleMs - nowMs;
      if (leftMs > 0) {
        this.#wake = this.#alarm.after(leftMs, () => this.#dismissIdle());
        return;
      }
      this.#remove(waiting);
      waiting.open.conversation.leave();
    }
  }

  #dismissOldest(): void {
    for (const oldest of this.#all) {
      this.#remove(oldest);
      oldest.open.conversation.leave();
      return;
    }
  }

  #remove(waiting: Waiting): void {
    this.#all.delete(waiting);
    const sameKey = this.#byKey.get(waiting.key) ?? [];
    const at = sameKey.lastIndexOf(waiting);
    if (at !== -1) sameKey.splice(at, 1);
    if (sameKey.length === 0) this.#byKey.delete(waiting.key);
  }
}
