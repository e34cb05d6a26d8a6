// Who runs as whom: the table of all our processes but the supervisor, which starts them by it and by nothing else.

export interface ProcessRow {
  /** Below `src/processes/`. */
  readonly program: string;
  /** The user when the supervisor was started by root; else all run as whoever started it. */
  readonly runsAs: UserName;
  /** Whether the bound sockets are handed to it. */
  readonly sockets: boolean;
  /** How many at a time. */
  readonly count: 1;
}

export interface UserRow {
  /** What root types to make it. */
  readonly madeBy: string;
}

export type UserName = keyof typeof USERS;

export const USERS = {
  valija: {
    madeBy:
      'useradd --system --user-group --no-create-home --home-dir /var/lib/valija --shell /usr/sbin/nologin valija',
  },
} as const satisfies Readonly<Record<string, UserRow>>;

export const ROSTER = {
  /** Reads valija.toml, says which sockets to bind, and ends. */
  settings: { program: 'settings/main.ts', runsAs: 'valija', sockets: false, count: 1 },
  /** Owns the state and all virtual mail; speaks every protocol. */
  worker: { program: 'worker/main.ts', runsAs: 'valija', sockets: true, count: 1 },
} as const satisfies Readonly<Record<string, ProcessRow>>;
