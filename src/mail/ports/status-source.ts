// How the running server is: for `valija status`, later for the admin page and metrics.

export interface ServerStatus {
  readonly version: string;
  readonly pid: number;
  readonly hostname: string;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly listeners: readonly ListenerStatus[];
  readonly messages: MessageCounts;
}

export interface ListenerStatus {
  /** As in `[[listen]]`: `submission`, `imaps` … */
  readonly service: string;
  readonly address: string;
  readonly port: number;
  /** Open now, and since the start. */
  readonly sessions: number;
  readonly sessionsTotal: number;
}

/** Since the start. A message is refused when a transaction that was begun ended without a 250. */
export interface MessageCounts {
  readonly accepted: number;
  /** Copies that reached a mailbox. */
  readonly filed: number;
  readonly refused: number;
}

export interface StatusSource {
  status(): Promise<ServerStatus>;
}
