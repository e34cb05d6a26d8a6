// A mail server under measurement: set up by the benchmark itself in a folder of its own, on loopback, durable.

export interface Peer {
  /** As the tables call it. */
  readonly name: string;
  readonly version: string;
  /** Processes whose CPU and memory are its: these and all below them. */
  readonly rootPids: readonly number[];
  /** Takes mail for u00@bench.test to u99@bench.test. */
  readonly smtpPort: number;
  readonly imap: ImapDoor | undefined;
  /** Messages that have reached their mailbox so far. */
  countDelivered(): Promise<number>;
  /** Lines that let a reader judge the set-up: `postconf -n`, `doveconf -n`, our valija.toml. */
  describeSettings(): string;
  stop(): Promise<void>;
}

export interface ImapDoor {
  readonly port: number;
  readonly tlsPort: number;
  readonly user: string;
  readonly password: string;
}
