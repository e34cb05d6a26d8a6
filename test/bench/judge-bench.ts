// `npm run bench -- judge`: what it costs to judge a stranger's message of 10 KB by SPF, DKIM, DMARC and two block lists, with a
// name server beside it: Valija against Postfix with Debian's filters, and both with nothing judged.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cast } from './cast.ts';
import { startNameServer } from './own-network.ts';
import type { SmtpPeer } from './peer.ts';
import { JUDGING_POSTFIX, startJudgingPostfix } from './postfix-filters.ts';
import { startPostfix } from './postfix-peer.ts';
import { runLoad } from './program.ts';
import { benchSmtp, LOAD, type Shape, type SmtpBenchOptions } from './smtp-bench.ts';
import type { Letter } from './smtp-load.ts';
import { BLOCK_LISTS, makeStrangerLetter, STRANGER, STRANGERS_ADDRESS } from './stranger-letter.ts';
import type { Table } from './table.ts';
import { startValija } from './valija-peer.ts';

const SIZE_BYTES = 10 * 1_024;
/** Strangers, and as many of them as like. */
const FOR_STRANGERS = 'mynetworks = ["192.0.2.0/24"]\nsmtpd_client_event_limit_exceptions = ["0.0.0.0/0"]\n';
const JUDGING = `${FOR_STRANGERS}resolver_addresses = ["127.0.0.1:53"]
smtpd_recipient_restrictions = [${BLOCK_LISTS.map((list) => `"reject_rbl_client ${list}"`).join(', ')}]
`;

/** Postfix asks nothing of those whom it knows. */
const KNOWN = { mainCf: `mynetworks = ${STRANGERS_ADDRESS}\n`, masterCf: '' };

export async function benchJudge(
  cast: Cast,
  folder: string,
  options: Pick<SmtpBenchOptions, 'rounds' | 'divisor' | 'report'>,
): Promise<readonly Table[]> {
  const { octets, records } = await makeStrangerLetter(SIZE_BYTES);
  const file = join(folder, 'letter');
  writeFileSync(file, octets);
  await using _ = await startNameServer(folder, records);
  let starts = 0;
  const fresh = (name: string) => join(folder, `${name}-${++starts}`);
  const letter = { file, sender: STRANGER, clientAddress: STRANGERS_ADDRESS };
  const judging = async (starting: Promise<SmtpPeer>) => {
    const peer = await cast.enter(starting);
    await mustJudge(peer, letter);
    return peer;
  };
  const contenders = [
    async () => judging(startValija(fresh('valija'), JUDGING)),
    async () => judging(startJudgingPostfix(fresh('postfix'))),
    () => cast.enter(renamed('Valija, nothing judged', startValija(fresh('valija'), FOR_STRANGERS))),
    () => cast.enter(renamed('Postfix, nothing judged', startPostfix(fresh('postfix'), { kind: 'maildir' }, KNOWN))),
  ];
  const shape = { sizeBytes: SIZE_BYTES, reuse: true, letter };
  const shapes = new Map<string, Shape>([
    ['10 KB, 50 connections, reused', { ...shape, connections: 50, messages: 1_000 }],
    ['10 KB, 1 connection, reused', { ...shape, connections: 1, messages: 300 }],
  ]);
  const warmUp = { ...shape, connections: 50, messages: 1_500 };
  const { tables } = await benchSmtp(contenders, { ...options, shapes, warmUp, base: JUDGING_POSTFIX });
  return tables;
}

async function renamed(name: string, starting: Promise<SmtpPeer>): Promise<SmtpPeer> {
  return { ...(await starting), name };
}

/** A peer that judges nothing would be fast: the first message that it delivers must bear all results. */
async function mustJudge(peer: SmtpPeer, letter: Letter): Promise<void> {
  const order = { connections: 1, messages: 1, sizeBytes: SIZE_BYTES, reuse: true, letter };
  await runLoad(LOAD, { ...order, port: peer.smtpPort, domain: 'bench.test' });
  while ((await peer.countDelivered()) < 1) await new Promise((resolve) => setTimeout(resolve, 50));
  const text = readFileSync(firstMessage(peer.folder), 'latin1');
  const header = text.slice(0, text.search(/\r?\n\r?\n/));
  for (const result of [/\bdkim=pass\b/, /\bdmarc=pass\b/, /^Received-SPF: pass\b/im]) {
    if (!result.test(header)) throw new Error(`${peer.name} did not judge (${result}):\n${header}`);
  }
}

function firstMessage(folder: string): string {
  const isMessage = (path: string) => /(^|\/)(new|cur)\/[^/]+$/.test(path);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(isMessage);
  if (found === undefined) throw new Error(`no message below ${folder}`);
  return join(folder, found);
}
