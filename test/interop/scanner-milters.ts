// Debian's clamav-milter with clamd behind it, and its spamass-milter with spamd: neither asks a network for anything.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { newFolder, type RunningMilter, startMilter } from './milter-programs.ts';
import { makeFolder, type ServerProgram, startProgram } from './server-program.ts';

const isRoot = process.getuid?.() === 0;

/** The test virus of all scanners, in pieces: a scanner that watches this disk must not find it here. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join('');

/** It knows one virus, the test one. */
async function startClamd(): Promise<ServerProgram & { readonly socket: string }> {
  const folder = makeFolder('valija-clamd');
  const port = await freePort();
  const socket = join(folder, 'clamd.sock');
  mkdirSync(join(folder, 'db'));
  writeFileSync(join(folder, 'db/test.ndb'), `Eicar-Test-Signature:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
  const lines = [
    `DatabaseDirectory ${folder}/db`,
    ...[`LocalSocket ${socket}`, `TCPSocket ${port}`, 'TCPAddr 127.0.0.1'],
    ...['Foreground true', 'MaxThreads 2', `TemporaryDirectory ${folder}`, `LogFile ${folder}/log`],
    ...(isRoot ? ['User root'] : []),
  ];
  writeFileSync(join(folder, 'clamd.conf'), `${lines.join('\n')}\n`);
  const args = [`--config-file=${folder}/clamd.conf`];
  return { ...(await startProgram(folder, { file: '/usr/sbin/clamd', args, port })), socket };
}

export interface ClamavMilter extends RunningMilter {
  readonly clamd: ServerProgram;
}

/** Refuses what is infected; what it cannot have looked at, its sender keeps. */
export async function startClamavMilter(program: string): Promise<ClamavMilter> {
  const clamd = await startClamd();
  const folder = newFolder('clamav-milter');
  const port = await freePort();
  const lines = [
    `MilterSocket inet:${port}@127.0.0.1`,
    `ClamdSocket unix:${clamd.socket}`,
    ...['Foreground true', `TemporaryDirectory ${folder}`, `LogFile ${folder}/log`],
    ...['OnInfected Reject', 'RejectMsg "Infected: %v"', 'OnFail Defer', 'AddHeader Replace'],
    ...(isRoot ? ['User root'] : []),
  ];
  writeFileSync(join(folder, 'clamav-milter.conf'), `${lines.join('\n')}\n`);
  const milter = await startMilter(folder, port, [program, `--config-file=${folder}/clamav-milter.conf`], {
    complaints: () => readFileSync(join(folder, 'log'), 'utf8'),
    needs: [clamd],
  });
  return { ...milter, clamd };
}

/** Its rules alone, without network, Bayes and a user's own preferences. */
async function startSpamd(): Promise<ServerProgram & { readonly port: number }> {
  const folder = makeFolder('valija-spamd', 'nobody');
  const port = await freePort();
  const args = [
    ...['-L', '-x', `--listen=127.0.0.1:${port}`, '--allowed-ips=127.0.0.1'],
    ...['-m', '1', '--min-children=1', '--min-spare=1', '--max-spare=1'],
    ...['--cf=use_bayes 0', `--helper-home-dir=${folder}`, `--syslog=${folder}/log`, `--pidfile=${folder}/pid`],
    ...(isRoot ? ['-u', 'nobody'] : []),
  ];
  return { ...(await startProgram(folder, { file: '/usr/sbin/spamd', args, port })), port };
}

/** Refuses what SpamAssassin takes for spam, and marks the rest. */
export async function startSpamassMilter(program: string): Promise<RunningMilter> {
  const spamd = await startSpamd();
  const folder = newFolder('spamass-milter');
  const port = await freePort();
  spawnSync('chown', isRoot ? ['nobody', folder] : ['--version']);
  const spamc = ['--', '-d', '127.0.0.1', '-p', String(spamd.port)];
  const command = [program, '-p', `inet:${port}@127.0.0.1`, '-r', '5', ...spamc];
  return await startMilter(folder, port, command, { needs: [spamd] });
}
