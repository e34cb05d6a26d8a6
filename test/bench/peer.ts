// A mail server under measurement: set up by the benchmark itself in a folder of its own, on loopback, durable.

export interface Peer {
  /** As the tables call it. */
  readonly name: string;
  readonly version: string;
  /** Processes whose CPU and memory are its: these and all below them. */
  readonly rootPids: readonly number[];
  /** Where its files are; they outlive `stop`, and another start finds them. */
  readonly folder: string;
  /** Lines that let a reader judge the set-up: `postconf -n`, `doveconf -n`, our valija.toml. */
  describeSettings(): string;
  stop(): Promise<void>;
}

/** Takes mail for u00@bench.test to u99@bench.test. */
export interface SmtpPeer extends Peer {
  readonly smtpPort: number;
  /** Messages that have reached their mailbox so far. */
  countDelivered(): Promise<number>;
}

export interface ImapPeer extends Peer {
  readonly imaps: ImapDoor;
  /** Removes whatever it can make again from the mail itself. Only when it has been stopped. */
  forgetCaches(): void;
}

/** TLS from the first octet: not every server lets anybody log in without. */
export interface ImapDoor {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}
