// The tables of queue.db. Only what waits has rows: a recipient that is done loses its row, a message without recipients
// too, and its id goes to `finished`. Ids sort by time, so that the order of the key is the order of arrival.

export const QUEUE_VERSION = 1;

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    queue_id TEXT PRIMARY KEY,
    arrived_ms INTEGER NOT NULL,
    sender TEXT NOT NULL COLLATE NOCASE,
    origin TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    prefix BLOB NOT NULL,
    details TEXT NOT NULL,
    held INTEGER NOT NULL,
    warned INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS messages_by_sender ON messages (sender);
  CREATE INDEX IF NOT EXISTS messages_by_age ON messages (arrived_ms);
  CREATE INDEX IF NOT EXISTS messages_unwarned ON messages (arrived_ms) WHERE warned = 0 AND held = 0;
  CREATE INDEX IF NOT EXISTS messages_held ON messages (queue_id) WHERE held = 1;

  CREATE TABLE IF NOT EXISTS recipients (
    queue_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    original TEXT NOT NULL COLLATE NOCASE,
    domain TEXT NOT NULL,
    destination TEXT NOT NULL,
    origin TEXT NOT NULL,
    phase TEXT NOT NULL,
    ending TEXT,
    due_ms INTEGER,
    attempts INTEGER NOT NULL,
    first_attempt_ms INTEGER,
    last_attempt_ms INTEGER,
    details TEXT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (queue_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS recipients_due ON recipients (destination, due_ms) WHERE due_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS recipients_in_turn ON recipients (destination, origin, due_ms) WHERE due_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS recipients_unreported ON recipients (queue_id) WHERE phase = 'unreported';
  CREATE INDEX IF NOT EXISTS recipients_untried ON recipients (queue_id) WHERE attempts = 0;
  CREATE INDEX IF NOT EXISTS recipients_by_address ON recipients (address);
  CREATE INDEX IF NOT EXISTS recipients_by_original ON recipients (original);
  CREATE INDEX IF NOT EXISTS recipients_by_domain ON recipients (domain);

  CREATE TABLE IF NOT EXISTS finished (
    queue_id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${QUEUE_VERSION};
`;
