// `npm run bench -- smtp|relay|imap|idle|judge|sign|tls|profile [--rounds N] [--messages N] [--quick]`: side by side with Debian's Postfix and Dovecot in
// one run, and the result as tables under docs/bench/. It needs root and installs the peers; no test asserts a figure.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBacklog } from './backlog.ts';
import { Cast } from './cast.ts';
import { formatChart } from './chart.ts';
import { startDovecot } from './dovecot-peer.ts';
import { besideTheCrowd, type IdleBenchOptions, idleSessions, memoryAfterDeliveries } from './idle-bench.ts';
import { benchImap } from './imap-bench.ts';
import { imapRemarks, imapTables } from './imap-tables.ts';
import { FILTERS, installPeers } from './install-peers.ts';
import { benchJudge } from './judge-bench.ts';
import { isInOwnNetwork, runInOwnNetwork } from './own-network.ts';
import { formatPage, type Page } from './page.ts';
import { startPostfix } from './postfix-peer.ts';
import { benchProfile, profiling } from './profile-bench.ts';
import { startRelaySink } from './relay-sink.ts';
import { benchSign } from './sign-bench.ts';
import { BASE, benchSmtp, DELIVERY_SHAPES, RELAY_SHAPES, type SmtpBenchOptions } from './smtp-bench.ts';
import { STRANGERS_ADDRESS } from './stranger-letter.ts';
import { benchTls } from './tls-bench.ts';
import { startRelayingValija, startValija } from './valija-peer.ts';

const USAGE =
  'usage: npm run bench -- smtp|relay|imap|idle|judge|sign|tls|profile [--rounds N] [--messages N] [--quick]';
/** They measure this server alone, or beside what every machine has. */
const WITHOUT_PEERS: ReadonlySet<string> = new Set(['sign', 'tls', 'profile']);
const EX_USAGE = 64;
const EX_INTERRUPTED = 130;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    messages: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds);
const cast = new Cast();
const subjects: Readonly<Record<string, (folder: string) => Promise<Page>>> = {
  smtp,
  relay,
  imap,
  idle,
  judge,
  sign,
  tls,
  profile,
};

const subject = positionals[0] ?? '';
const run = subjects[subject];
if (run === undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(USAGE);
  process.exitCode = EX_USAGE;
} else if (subject === 'judge' && !isInOwnNetwork()) {
  installPeers(FILTERS);
  process.exitCode = runInOwnNetwork(STRANGERS_ADDRESS);
} else {
  if (!WITHOUT_PEERS.has(subject)) installPeers();
  const folder = mkdtempSync(join(tmpdir(), 'valija-bench-'));
  chmodSync(folder, 0o755); // The peers' unprivileged processes walk through it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await cast.stopAll();
      rmSync(folder, { recursive: true, force: true });
      process.exit(EX_INTERRUPTED);
    });
  }
  try {
    writePage(subject, await run(folder));
  } finally {
    await cast.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writePage(name: string, page: Page): void {
  const text = formatPage(name, page);
  console.log(text);
  if (values.quick) return;
  const pages = join(import.meta.dirname, '../../docs/bench');
  mkdirSync(pages, { recursive: true });
  writeFileSync(join(pages, `${name}.md`), text);
  if (page.chart !== undefined) writeFileSync(join(pages, `${name}.svg`), formatChart(page.chart));
}

async function smtp(folder: string): Promise<Page> {
  let starts = 0;
  const fresh = (name: string) => join(folder, `${name}-${++starts}`);
  const contenders = [
    () => cast.enter(startValija(fresh('valija'))),
    () => cast.enter(startPostfix(fresh('postfix'), { kind: 'maildir' })),
    async () => {
      const dovecot = await cast.enter(startDovecot(fresh('dovecot'), 'maildir'));
      return cast.enter(startPostfix(fresh('postfix'), { kind: 'lmtp', dovecot }));
    },
  ];
  const { tables, delivered } = await benchSmtp(contenders, { shapes: DELIVERY_SHAPES, ...howLong() });
  const remarks = [
    'Each message goes to one of 100 mailboxes, without pipelining; a message counts as delivered when its file is in the ' +
      'mailbox. In brackets: against Postfix, the median of the rounds’ ratios. Flushes are those of the whole disk. The load ' +
      'generator runs on the same machine. Before each table server and generator warm up, by a part of the same load.',
    'The goals: at 4 KB on 50 connections 4 × accepted and delivered, ¼ of the CPU, ½ of the p99; a connection per message 3 ×, one ' +
      'connection 2 ×, 50 KB 4 ×, 1 MB 1.5 × accepted.',
  ];
  const chart = { title: 'Messages delivered to mailboxes, durably', unit: '/s', base: BASE, groups: delivered };
  return { title: 'SMTP: accepted and delivered, durably', rounds, remarks, tables, chart, cast };
}

async function relay(folder: string): Promise<Page> {
  let starts = 0;
  const fresh = (name: string) => join(folder, `${name}-${++starts}`);
  await using sink = await startRelaySink();
  const contenders = [
    () => cast.enter(startRelayingValija(fresh('valija'), sink)),
    () => cast.enter(startPostfix(fresh('postfix'), { kind: 'relay', sink })),
  ];
  const { tables } = await benchSmtp(contenders, { shapes: RELAY_SHAPES, ...howLong() });
  const messages = Number(values.messages ?? (values.quick ? 10_000 : 100_000));
  const backlog = await measureBacklog(fresh('backlog'), messages);
  const remarks = [
    'In by SMTP without pipelining, from `smtp-source` or from a generator of our own, which times its transactions; out by ' +
      'SMTP to `smtp-sink`, at most 50 deliveries at once; a message counts as delivered ' +
      'when the sink has it. In brackets: against Postfix, the median of the rounds’ ratios. Flushes are those of the whole disk. Load generator and sink run ' +
      'on the same machine, and their CPU is not counted.',
  ];
  return { title: 'Relay: in and out again, durably', rounds, remarks, tables: [...tables, backlog], cast };
}

async function judge(folder: string): Promise<Page> {
  const tables = await benchJudge(cast, folder, howLong());
  const remarks = [
    'A stranger brings a signed message of 10 KB, whose SPF, DKIM and DMARC pass and whose address is on neither of two block ' +
      'lists. The name server runs beside (not counted), every answer is known to it, and asking it takes part of a millisecond. In ' +
      'brackets: against Postfix with its filters. That each judges was looked at in the first message that it delivered.',
  ];
  return { title: 'Judging strangers: SPF, DKIM, DMARC, block lists', rounds, remarks, tables, cast };
}

async function sign(): Promise<Page> {
  const tables = await benchSign(rounds, Number(values.messages ?? (values.quick ? 100 : 1_000)));
  const remarks = [
    'CPU of one thread, from the message as it came to the finished field. In brackets: against the RSA operation alone.',
  ];
  return { title: 'Signing', rounds, remarks, tables, cast };
}

async function tls(folder: string): Promise<Page> {
  const visits = Number(values.messages ?? (values.quick ? 200 : 1_000));
  const tables = await benchTls({ cast, folder, rounds, visits, report: console.error });
  const remarks = [
    `Each of ${visits} clients, one after the other, connects, is greeted and leaves; CPU is the server's, of all its processes. ` +
      '*Whole* and *resumed* take turns. `s_server` is OpenSSL’s own, in C, which shows what was negotiated and does nothing else.',
  ];
  return { title: 'TLS: sessions that are resumed', rounds, remarks, tables, cast };
}

async function profile(folder: string): Promise<Page> {
  const profiles = join(folder, 'profiles');
  const valija = await cast.enter(startValija(join(folder, 'valija'), '', profiling(profiles)));
  const tables = await benchProfile(valija, profiles, Number(values.messages ?? (values.quick ? 5_000 : 60_000)));
  const remarks = [
    'V8 samples each thread of the worker. A sample counts for the nearest function of ours, with what Node and the kernel did for ' +
      'it; the start of the program and waiting for the disk are left out. The CPU of a message, that of the collector’s own ' +
      'threads included, is spread by these shares; sampling itself adds to it.',
  ];
  return { title: 'Where the time goes', rounds: 1, remarks, tables, cast };
}

function howLong(): Pick<SmtpBenchOptions, 'rounds' | 'divisor' | 'report'> {
  return { rounds, divisor: values.quick ? 10 : 1, report: console.error };
}

async function imap(folder: string): Promise<Page> {
  const contenders = [
    () => cast.enter(startValija(join(folder, 'valija'))),
    () => cast.enter(startDovecot(join(folder, 'maildir'), 'maildir')),
    () => cast.enter(startDovecot(join(folder, 'mdbox'), 'mdbox')),
  ];
  const messages = Number(values.messages ?? (values.quick ? 2_000 : 20_000));
  const idleConnections = values.quick ? 100 : 1_000;
  const results = await benchImap(contenders, { rounds, messages, idleConnections, report: console.error });
  const remarks = [
    `A mailbox of ${messages} messages, over TLS. In brackets: how many times as fast as Dovecot on Maildir. CPU is the ` +
      "server's, for one run or one piece. *Others wait*: the longest that another session's NOOP took meanwhile.",
    ...imapRemarks(results),
  ];
  return { title: 'IMAP: a big mailbox and many clients', rounds, remarks, tables: imapTables(results), cast };
}

async function idle(folder: string): Promise<Page> {
  const options: IdleBenchOptions = {
    rounds,
    crowd: values.quick ? { slow: 100, idle: 200 } : { slow: 2_000, idle: 5_000 },
    sessions: values.quick ? [100] : [1_000, 5_000],
    deliveries: Number(values.messages ?? (values.quick ? 1_000 : 10_000)),
    report: console.error,
  };
  const roomy = 'connection_limit = 20000\nservice_connection_limit = 10000\nmail_max_userip_connections = 0';
  const open = () => cast.enter(startValija(join(folder, 'valija'), roomy));
  const valija = await open();
  const tables = [await memoryAfterDeliveries(valija, options), await besideTheCrowd(valija, options)];
  await valija.stop();
  tables.push(await idleSessions([open, () => cast.enter(startDovecot(join(folder, 'maildir'), 'maildir'))], options));
  const remarks = [
    'A slow client says one byte a minute to port 25, an idle one is in IDLE over TLS. Load generator and crowd run on the ' +
      'same machine; what matters of the latencies is the ratio. Memory is that of all processes of a server (Pss).',
  ];
  return { title: 'Idle clients, and memory', rounds, remarks, tables, cast };
}
