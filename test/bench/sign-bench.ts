// `npm run bench -- sign`: what a signature costs beside the RSA operation in it, in one thread: our own way (header read, body
// hashed, fields in their form, signed) and mailauth's. And for how long an event loop is held up, where the threads sign.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { dkimSign } from 'mailauth';
import { bodyOctets } from '#mail/acceptance/body-octets.ts';
import { type Signing, signMessage } from '#mail/acceptance/signing.ts';
import type { Signer, SigningKey } from '#mail/ports/signer.ts';
import { BodyHashes } from '#platform/dkim-keys/body-hashes.ts';
import { SigningThreads } from '#platform/dkim-keys/signing-threads.ts';
import { hashRelaxedBody } from '#protocols/dkim/body-hash.ts';
import { sessionAt } from '../world/acceptance-house.ts';
import { memoryContent } from '../world/content.ts';
import { collectingLog } from '../world/log.ts';
import { median } from './median.ts';
import { sampleMessage } from './sample-message.ts';
import type { Table } from './table.ts';

const DOMAIN = 'bench.test';
const KEY: SigningKey = { domain: DOMAIN, selector: 's1', algorithm: 'rsa-sha256' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const SIZES: readonly (readonly [title: string, bytes: number])[] = [
  ['4 KB', 4_096],
  ['10 KB', 10_240],
  ['100 KB', 102_400],
];
/** Until V8 has compiled what is hot. */
const WARM_UP = 3_000;
const AT_ONCE = 50;

export async function benchSign(rounds: number, messages: number): Promise<Table[]> {
  const rows: string[][] = [];
  for (const [title, bytes] of SIZES) {
    const message = letterOf(bytes);
    const works = [
      () => sign('sha256', message.subarray(0, 1_000), privateKey),
      () => signOurs(message, inThisThread(privateKey)),
      () => signTheirs(message),
    ];
    // In turn, round after round: the machine is not equally fast all the time.
    const samples: number[][] = works.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [at, work] of works.entries()) {
        const ms = await cpuMs(work, round === 0 ? WARM_UP : messages);
        if (round > 0) samples[at]?.push(ms);
      }
    }
    const [bare = 0, ours = 0, theirs = 0] = samples.map(median);
    const ratio = (value: number) => `${value.toFixed(2)} (${(value / bare).toFixed(2)} ×)`;
    rows.push([title, ratio(bare), ratio(ours), ratio(theirs)]);
  }
  const columns = ['message', 'RSA-2048 alone, CPU ms', 'Valija, CPU ms', 'mailauth, CPU ms'];
  return [{ title: 'One signature', columns, rows }, await loopTable(messages)];
}

async function cpuMs(work: () => unknown, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < times; count++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}

function letterOf(bytes: number): Buffer {
  const letter = sampleMessage(1)
    .toString('latin1')
    .replace(/^From: .*$/m, `From: ana@${DOMAIN}`);
  const line = 'abcdefghij klmnopqrst uvwxyzabcd efghijklmn opqrstuvwx yz01234567 89\r\n';
  return Buffer.from(letter + line.repeat(Math.max(0, Math.ceil((bytes - letter.length) / line.length))), 'latin1');
}

function inThisThread(secretKey: KeyObject): Signer {
  return {
    keysFor: async () => [KEY],
    hashBody: (content, start) => hashRelaxedBody(bodyOctets(content, start)),
    sign: async (orders) => orders.map(({ octets }) => sign('sha256', octets, secretKey)),
  };
}

async function signOurs(message: Buffer, signer: Signer): Promise<void> {
  const settings = {
    dkim_internal_hosts: [],
    dkim_sign_subdomains: true,
    dkim_signature_ttl: 0,
    dkim_on_failure: 'defer',
    dkim_skip_milter_signed: true,
  };
  const signing = { signer, settings } as Signing;
  const question = {
    queueId: 'BENCH',
    session: sessionAt('submission', `ana@${DOMAIN}`),
    content: memoryContent(message),
    headerSizeLimit: 102_400,
    nowMs: Date.now(),
  };
  const { fields } = await signMessage(signing, collectingLog(), question);
  if (!fields.startsWith('DKIM-Signature: ')) throw new Error('nothing was signed');
}

async function signTheirs(message: Buffer): Promise<void> {
  const signing = { signingDomain: DOMAIN, selector: 's1', privateKey: PEM, algorithm: 'rsa-sha256' };
  const { signatures } = await dkimSign(message, { ...signing, signatureData: [signing] });
  if (signatures === '') throw new Error('nothing was signed');
}

/** With the threads that the server has, many messages at once. */
async function loopTable(messages: number): Promise<Table> {
  await using threads = new SigningThreads();
  await using bodies = new BodyHashes();
  const signer: Signer = {
    keysFor: async () => [KEY],
    hashBody: (content, start) => bodies.hash(content, start),
    sign: (orders) =>
      threads.sign(orders.map(({ octets }) => ({ secretKey: privateKey, algorithm: 'rsa-sha256', octets }))),
  };
  const rows: string[][] = [];
  for (const [title, bytes] of SIZES.slice(1))
    rows.push([title, ...(await measureLoop(letterOf(bytes), signer, messages))]);
  return {
    title: `${AT_ONCE} at once, signed in threads`,
    columns: ['message', 'signatures/s', "event loop's own CPU, ms each", 'event loop late by, p99 ms', 'at most, ms'],
    rows,
  };
}

async function measureLoop(message: Buffer, signer: Signer, messages: number): Promise<string[]> {
  const some = async (count: number) => {
    for (let left = count; left > 0; left--) await signOurs(message, signer);
  };
  await some(WARM_UP);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  const before = process.threadCpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, () => some(Math.ceil(messages / AT_ONCE))));
  const { user, system } = process.threadCpuUsage(before);
  const seconds = (performance.now() - begun) / 1_000;
  delay.disable();
  const late = [delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(1));
  return [(messages / seconds).toFixed(0), ((user + system) / 1_000 / messages).toFixed(3), ...late];
}
