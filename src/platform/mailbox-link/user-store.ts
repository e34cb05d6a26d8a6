// The mail store of one user of the machine, as the settings place it: mboxes (/var/mail/USER or a file at home, and ~/mail), or a
// Maildir at home. In the user's own process it is opened with the first question, which brings the settings along.

import { join } from 'node:path';
import { type Fields, shape, textOf } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openMaildirStoreHere } from '#platform/maildir/maildir-store.ts';
import { createMboxStore } from '#platform/mbox/mbox-store.ts';
import { prepareOctets } from '#platform/message-index/prepare-octets.ts';
import { type ServedStore, serveMailStore } from './serve-mail-store.ts';

const PLACES = { mail_spool_directory: textOf(4_096), home_mailbox: textOf(4_096) };
/** Postfix's parameters; `home_mailbox` with a final slash is a Maildir, empty is the spool. */
export type UserMailPlaces = Fields<typeof PLACES>;
const isPlaces = shape(PLACES);

const OPEN_STORE = 'open-store';
/** What is ours at home and no mail: an index, a journal, messages that are being read. */
const OWN_FOLDER = '.valija';
const NO_RESERVE = { reservePercent: 0, reserveBytes: 0 };

export interface UserStore extends AsyncDisposable {
  readonly store: MailStore;
}

async function openUserStore(user: SystemUser, places: UserMailPlaces, log: Log): Promise<UserStore> {
  const own = join(user.home, OWN_FOLDER);
  if (places.home_mailbox.endsWith('/')) return await openMaildir(join(user.home, places.home_mailbox), user, own, log);
  const inbox =
    places.home_mailbox === '' ? join(places.mail_spool_directory, user.name) : join(user.home, places.home_mailbox);
  const contents = openContentStore({ folder: join(own, 'reading') });
  const store = createMboxStore({
    placesOf: () => ({ inbox, folder: join(user.home, 'mail') }),
    clock: systemClock,
    randomness: systemRandomness,
    log,
    prepare: prepareOctets,
    contents,
  });
  return { store, [Symbol.asyncDispose]: async () => contents[Symbol.dispose]() };
}

async function openMaildir(maildir: string, user: SystemUser, own: string, log: Log): Promise<UserStore> {
  const store = openMaildirStoreHere({
    clock: systemClock,
    randomness: systemRandomness,
    log,
    prepare: prepareOctets,
    accountHome: () => maildir,
    accountIndex: () => join(own, 'index.db'),
    journal: { folder: join(own, 'journal'), mailBase: user.home, reserve: NO_RESERVE },
  });
  try {
    await store.ready();
  } catch (cause) {
    await store[Symbol.asyncDispose]();
    throw cause;
  }
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

/** In the user's process; other settings are in force for the processes that start after them. */
export class UserStoreServer implements AsyncDisposable {
  readonly #user: SystemUser;
  readonly #log: Log;
  readonly #served = new Set<ServedStore>();
  #opened: Promise<UserStore> | undefined;

  constructor(user: SystemUser, log: Log) {
    this.#user = user;
    this.#log = log;
  }

  /** Somebody has a message open. */
  get isReading(): boolean {
    return [...this.#served].some(({ isReading }) => isReading);
  }

  /** A session has one of the mailboxes selected: without this process it would end. */
  get isWatched(): boolean {
    return [...this.#served].some(({ isWatched }) => isWatched);
  }

  serve(channel: Channel): void {
    channel.serve(OPEN_STORE, async (head) => {
      if (!isPlaces(head)) throw new WorldError('a store without a place', { transient: false });
      const { store } = await this.#openedAt(head);
      // One account, whatever it is called by: one turn for all that is done to its files.
      const served = serveMailStore(channel, store, () => this.#user.name as AccountId);
      this.#served.add(served);
      void channel.closed.then(() => this.#served.delete(served));
      return {};
    });
  }

  /** A store that could not be opened, as at a full quota, is opened anew for the next that asks. */
  async #openedAt(places: UserMailPlaces): Promise<UserStore> {
    this.#opened ??= openUserStore(this.#user, places, this.#log);
    const opening = this.#opened;
    try {
      return await opening;
    } catch (cause) {
      if (this.#opened === opening) this.#opened = undefined;
      throw cause;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.[Symbol.asyncDispose]();
  }
}

/** In the worker: the stream to a user's process, its store opened. For `createRemoteMailStore`. */
export function withOpenStore(
  mailboxOf: (account: AccountId) => Promise<Channel>,
  places: UserMailPlaces,
): (account: AccountId) => Promise<Channel> {
  const opened = new WeakMap<Channel, Promise<unknown>>();
  return async (account) => {
    const channel = await mailboxOf(account);
    const opening = opened.get(channel) ?? channel.ask(OPEN_STORE, places);
    opened.set(channel, opening);
    try {
      await opening;
    } catch (cause) {
      if (opened.get(channel) === opening) opened.delete(channel);
      throw cause;
    }
    return channel;
  };
}
