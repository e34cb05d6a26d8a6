// Who runs as whom: the table of all our processes but the supervisor, which starts them by it and by nothing else.

export interface ProcessRow {
  /** Below `src/processes/`. */
  readonly program: string;
  /** When the supervisor was started by root; else all run as whoever started it. */
  readonly runsAs: UserName | 'the user';
  /** Instead of the user's own group. */
  readonly group?: string;
  readonly starts: 'to-read-the-file' | 'always' | 'with-system-users' | 'on-demand';
  /** How many at a time. */
  readonly most: number;
  /** What the supervisor hands to it. */
  readonly gets: readonly ('sockets' | 'settings')[];
  /** Whom it has a private stream to; they listen. */
  readonly connectsTo: readonly HubName[];
  /** What the supervisor does for it. */
  readonly mayAsk: readonly RequestName[];
}

export interface UserRow {
  /** What root types to make it. */
  readonly madeBy: string;
}

export type UserName = keyof typeof USERS;

/** In whose place the settings may put another user, who is not root (`mail_owner`): the owner of the state and of all mail. */
export const OWNER: UserName = 'valija';

export const USERS = {
  valija: {
    madeBy:
      'useradd --system --user-group --no-create-home --home-dir /var/lib/valija --shell /usr/sbin/nologin valija',
  },
  'valija-auth': {
    madeBy:
      'useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin valija-auth',
  },
} as const satisfies Readonly<Record<string, UserRow>>;

/** The processes that listen for others. */
export const HUBS = ['worker', 'outbound'] as const;
export type HubName = (typeof HUBS)[number];

export const REQUESTS = ['want-mailbox', 'make-spool'] as const;
export type RequestName = (typeof REQUESTS)[number];

export const ROSTER = {
  /** Reads valija.toml, says which sockets to bind, and ends. */
  settings: {
    program: 'settings/main.ts',
    runsAs: 'valija',
    starts: 'to-read-the-file',
    most: 1,
    gets: [],
    connectsTo: [],
    mayAsk: [],
  },
  /** Owns the state and all virtual mail; speaks every protocol. */
  worker: {
    program: 'worker/main.ts',
    runsAs: 'valija',
    starts: 'always',
    most: 1,
    gets: ['sockets', 'settings'],
    connectsTo: [],
    mayAsk: ['want-mailbox'],
  },
  /** Owns the queue; speaks to other servers. */
  outbound: {
    program: 'outbound/main.ts',
    runsAs: 'valija',
    starts: 'always',
    most: 1,
    gets: ['settings'],
    connectsTo: ['worker'],
    mayAsk: ['want-mailbox'],
  },
  /** Judges the passwords of the machine's users. */
  authenticator: {
    program: 'authenticator/main.ts',
    runsAs: 'valija-auth',
    group: 'shadow',
    starts: 'with-system-users',
    most: 1,
    gets: [],
    connectsTo: ['worker'],
    mayAsk: [],
  },
  /** Writes the mboxes of the machine's users in /var/mail. */
  spool: {
    program: 'spool/main.ts',
    runsAs: 'valija',
    group: 'mail',
    starts: 'with-system-users',
    most: 1,
    gets: [],
    connectsTo: ['outbound'],
    mayAsk: ['make-spool'],
  },
  /** What one user of the machine has at home, with that user's groups. Ends when there is nothing to do. */
  mailbox: {
    program: 'mailbox/main.ts',
    runsAs: 'the user',
    starts: 'on-demand',
    most: 8,
    gets: [],
    connectsTo: ['worker', 'outbound'],
    mayAsk: [],
  },
} as const satisfies Readonly<Record<string, ProcessRow>>;

export type RoleName = keyof typeof ROSTER;
