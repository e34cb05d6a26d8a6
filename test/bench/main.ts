// `npm run bench -- smtp|imap [--rounds N] [--quick]`: side by side with Debian's Postfix and Dovecot in one run, and the
// result as tables under docs/bench/. It needs root and installs the peers; no test asserts a figure of it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDovecot } from './dovecot-peer.ts';
import { installPeers } from './install-peers.ts';
import type { Peer } from './peer.ts';
import { startPostfix } from './postfix-peer.ts';
import { benchSmtp } from './smtp-bench.ts';
import { formatTable, type Table } from './table.ts';
import { startValija } from './valija-peer.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, quick: { type: 'boolean', default: false } },
});

const folder = mkdtempSync(join(tmpdir(), 'valija-bench-'));
const settings = new Map<string, string>();
try {
  await main(positionals[0]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(subject: string | undefined): Promise<void> {
  if (subject !== 'smtp') {
    console.error('usage: npm run bench -- smtp [--rounds N] [--quick]');
    process.exitCode = 64;
    return;
  }
  installPeers();
  const rounds = values.quick ? 1 : Number(values.rounds);
  const options = { rounds, divisor: values.quick ? 10 : 1, report: (line: string) => console.error(line) };
  const tables = await benchSmtp([startOurs, startPlainPostfix, startPostfixWithDovecot], options);
  const page = formatPage('SMTP: accepted and delivered, durably', rounds, tables);
  console.log(page);
  if (!values.quick) writeFileSync(join(import.meta.dirname, '../../docs/bench', `${subject}.md`), page);
}

function startOurs(): Promise<Peer> {
  return noted(startValija());
}

function startPlainPostfix(): Promise<Peer> {
  return noted(startPostfix(mkdtempSync(join(folder, 'postfix-')), { delivery: { kind: 'maildir' } }));
}

async function startPostfixWithDovecot(): Promise<Peer> {
  const dovecot = await noted(startDovecot(mkdtempSync(join(folder, 'dovecot-')), 'maildir'));
  const delivery = { kind: 'lmtp', peer: dovecot, port: dovecot.lmtpPort } as const;
  const postfix = await noted(startPostfix(mkdtempSync(join(folder, 'postfix-')), { delivery }));
  return {
    ...postfix,
    async stop() {
      await postfix.stop();
      await dovecot.stop();
    },
  };
}

async function noted<P extends Peer>(starting: Promise<P>): Promise<P> {
  const peer = await starting;
  settings.set(`${peer.name} ${peer.version}`, peer.describeSettings());
  return peer;
}

function formatPage(title: string, rounds: number, tables: readonly Table[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim();
  const head = [
    `# ${title}`,
    '',
    `${machine}, Linux ${kernel}, Node ${process.versions.node}. Medians of ${rounds} rounds, the servers in turn; fsync is on everywhere.`,
    'The load generator runs on the same machine; its own CPU stands in the last column. Written by `npm run bench`.',
    '',
  ];
  const described = [...settings].map(
    ([name, text]) => `<details><summary>${name}</summary>\n\n\`\`\`\n${text.trim()}\n\`\`\`\n\n</details>\n`,
  );
  return [...head, ...tables.map(formatTable), '## Settings', '', ...described].join('\n');
}
