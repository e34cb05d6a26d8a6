// The list of what is measured on a server that runs: short sessions, APPEND, FETCH, SEARCH, changes of ten thousand
// messages at once, and how soon an idling client hears of a message.

import { ImapClient } from './imap-client.ts';
import { LISTING, LISTING_NAME } from './imap-cold.ts';
import { BIG } from './imap-fill.ts';
import { type ImapServer, measure, type Outcome } from './imap-measure.ts';
import { median } from './median.ts';
import { pause } from './program.ts';
import { sampleMessage } from './sample-message.ts';

/** A part of the list: it must leave the big mailbox as it found it. */
export type Chapter = (server: ImapServer, messages: number) => Promise<Outcome[]>;

export const CHAPTERS: readonly Chapter[] = [sessions, appends, fetches, searches, changes, listings, notifications];

const SESSIONS = 300;
const SOME = 2_000;
const SINGLE = 1_000;
const MANY = 10_000;
const MAILBOXES = 300;

async function sessions(server: ImapServer): Promise<Outcome[]> {
  const visit = async () => {
    const client = await ImapClient.login(server.door);
    await client.command('SELECT INBOX');
    await client.logout();
  };
  await visit();
  const name = 'connect, LOGIN, SELECT INBOX, LOGOUT; 10 at a time';
  return [await measure(server, name, { times: SESSIONS, isRate: true }, () => atOnce(10, SESSIONS, visit))];
}

async function appends(server: ImapServer): Promise<Outcome[]> {
  const text = 'a line of a message that is put into its mailbox by APPEND\r\n';
  const message = Buffer.concat([sampleMessage(0), Buffer.from(text.repeat(100))]).subarray(0, 4_096);
  const outcomes: Outcome[] = [];
  for (const [connections, messages] of [
    [1, 300],
    [10, 1_500],
  ] as const) {
    const clients = await Promise.all(Array.from({ length: connections }, () => ImapClient.login(server.door)));
    const [first] = clients;
    await first?.command('CREATE Appended');
    const name = `APPEND 4 KB, ${connections} connection${connections === 1 ? '' : 's'}`;
    const append = async (i: number) => {
      await clients[i % connections]?.append('Appended', message);
    };
    outcomes.push(
      await measure(server, name, { times: messages, isRate: true }, () => atOnce(connections, messages, append)),
    );
    await first?.command('DELETE Appended');
    for (const client of clients) client.close();
  }
  return outcomes;
}

async function fetches(server: ImapServer, messages: number): Promise<Outcome[]> {
  const newcomers = await Promise.all(Array.from({ length: 10 }, () => ImapClient.login(server.door)));
  const selected = await measure(server, 'SELECT, warm', { times: newcomers.length }, async () => {
    for (const client of newcomers) await client.command(`SELECT ${BIG}`);
  });
  const [client, ...others] = newcomers;
  for (const other of others) other.close();
  if (client === undefined) return [selected];
  const some = Math.min(SOME, messages);
  const outcomes = [selected];
  for (const [command, times, name] of [
    ['FETCH 1:* (UID FLAGS)', 5, 'FETCH 1:* (UID FLAGS)'],
    [`FETCH 1:* ${LISTING}`, 1, LISTING_NAME],
    [`FETCH 1:${some} BODY.PEEK[]`, 1, `FETCH BODY.PEEK[] of ${some}`],
    [`FETCH 1:${some} BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)]`, 1, `FETCH three header fields of ${some}`],
  ] as const) {
    const fetch = async () => {
      for (let i = 0; i < times; i++) await client.command(command);
    };
    outcomes.push(await measure(server, name, { times }, fetch));
  }
  const first = Number(/\[UIDNEXT (\d+)\]/.exec(await client.read(`SELECT ${BIG}`))?.[1]) - messages;
  const single = async () => {
    for (let i = 1; i <= SINGLE; i++) await client.command(`UID FETCH ${first + ((i * 37) % messages)} BODY.PEEK[]`);
  };
  outcomes.push(
    await measure(server, 'UID FETCH n BODY.PEEK[], one after the other', { times: SINGLE, isRate: true }, single),
  );
  client.close();
  return outcomes;
}

async function searches(server: ImapServer): Promise<Outcome[]> {
  const client = await ImapClient.login(server.door);
  await client.command(`SELECT ${BIG}`);
  const outcomes: Outcome[] = [];
  for (const [key, times] of [
    ['UNSEEN', 20],
    ['SUBJECT "number 4242"', 1],
    ['FROM "user77@"', 1],
    ['BODY needleword', 1],
    ['TEXT needleword', 1],
  ] as const) {
    const search = async () => {
      let found = '';
      for (let i = 0; i < times; i++) found = await client.read(`UID SEARCH ${key}`);
      return `${/^\* SEARCH([ \d]*)/m.exec(found)?.[1]?.trim().split(' ').filter(Boolean).length ?? 'no'} found`;
    };
    outcomes.push(await measure(server, `SEARCH ${key}`, { times }, search));
  }
  client.close();
  return outcomes;
}

async function changes(server: ImapServer, messages: number): Promise<Outcome[]> {
  const client = await ImapClient.login(server.door);
  const many = Math.min(MANY, messages);
  for (const name of ['Copied', 'Moved']) await client.command(`CREATE ${name}`);
  const outcomes: Outcome[] = [];
  for (const [mailbox, command, name] of [
    [BIG, `STORE 1:${many} +FLAGS (\\Flagged)`, `STORE +FLAGS (\\Flagged) of ${many}`],
    [BIG, `COPY 1:${many} Copied`, `COPY of ${many}`],
    ['Copied', 'MOVE 1:* Moved', `MOVE of ${many}`],
    ['Moved', 'STORE 1:* +FLAGS.SILENT (\\Deleted)', `STORE +FLAGS.SILENT (\\Deleted) of ${many}`],
    ['Moved', 'EXPUNGE', `EXPUNGE of ${many}`],
  ] as const) {
    await client.command(`SELECT ${mailbox}`);
    outcomes.push(
      await measure(server, name, {}, async () => {
        await client.command(command);
      }),
    );
  }
  await client.command(`SELECT ${BIG}`);
  await client.command(`STORE 1:${many} -FLAGS.SILENT (\\Flagged)`);
  for (const name of ['Copied', 'Moved']) await client.command(`DELETE ${name}`);
  client.close();
  return outcomes;
}

async function listings(server: ImapServer): Promise<Outcome[]> {
  const client = await ImapClient.login(server.door);
  const names = Array.from({ length: MAILBOXES }, (_, i) => `Listed${i}`);
  for (const name of names) await client.command(`CREATE ${name}`);
  const list = async () => {
    for (let i = 0; i < 20; i++) await client.command('LIST "" *');
  };
  const status = async () => {
    for (const name of names) await client.command(`STATUS ${name} (MESSAGES UNSEEN UIDNEXT)`);
  };
  const outcomes = [
    await measure(server, `LIST of ${MAILBOXES} mailboxes`, { times: 20 }, list),
    await measure(server, 'STATUS of one after the other', { times: MAILBOXES, isRate: true }, status),
  ];
  for (const name of names) await client.command(`DELETE ${name}`);
  client.close();
  return outcomes;
}

async function notifications(server: ImapServer): Promise<Outcome[]> {
  const [idler, sender] = [await ImapClient.login(server.door), await ImapClient.login(server.door)];
  await sender.command('CREATE Watched');
  await idler.command('SELECT Watched');
  await idler.idle();
  await pause(500);
  const message = sampleMessage(5);
  const seconds: number[] = [];
  const outcome = await measure(server, 'IDLE: from APPEND sent to EXISTS heard', {}, async () => {
    for (let i = 0; i < 30; i++) {
      const sent = performance.now();
      const heard = idler.untilExists().then(() => seconds.push((performance.now() - sent) / 1_000));
      await sender.append('Watched', message);
      await heard;
      await pause(30);
    }
  });
  idler.close();
  await sender.command('DELETE Watched');
  sender.close();
  return [{ ...outcome, seconds: median(seconds), cpuSeconds: outcome.cpuSeconds / seconds.length }];
}

/** Does it `times` times, so many of them at once. */
async function atOnce(lanes: number, times: number, run: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (number: number) => {
    for (; next < times; ) {
      next++;
      await run(number);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
}
