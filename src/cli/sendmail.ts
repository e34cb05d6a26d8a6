// `sendmail`, as cron, PHP and mail programs call it: takes a message on standard input and leaves it in the maildrop
// folder, whether the server runs or not. A program of its own, for it is started often and must start quickly.

import { spawnSync } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { traceOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { EXIT } from './exit-code.ts';
import { type PostRequest, parseSendmailArguments, type SendmailRequest, type Words } from './sendmail/arguments.ts';
import { SendmailFailure } from './sendmail/failure.ts';
import { findConfigPath, findMaildrop } from './sendmail/maildrop-place.ts';
import { postMessage } from './sendmail/post-message.ts';
import { senderOf } from './sendmail/recipients.ts';
import type { Remark } from './sendmail/remark.ts';
import { carrySmtp } from './sendmail/smtp-session.ts';
import { fillGaps, findLanguage } from './texts/say.ts';
import { sendmailEn } from './texts/sendmail-en.ts';
import { sendmailEs } from './texts/sendmail-es.ts';

const texts = findLanguage([], process.env) === 'es' ? sendmailEs : sendmailEn;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const parsed = parseSendmailArguments(argv);
    if (!parsed.ok) throw new SendmailFailure(EXIT.usage, parsed.error);
    for (const warning of parsed.value.warnings) complain(warning);
    return await perform(parsed.value);
  } catch (error) {
    if (error instanceof SendmailFailure) {
      complain(error.remark);
      return error.exitCode;
    }
    process.stderr.write(`sendmail: ${traceOf(error)}\n`);
    return EXIT.software;
  }
}

async function perform(request: SendmailRequest): Promise<number> {
  switch (request.mode) {
    case 'post':
      await post(request, request.configFile);
      return EXIT.ok;
    case 'commands':
      return runCommands(request.commands, request.configFile);
    case 'smtp':
      await carrySmtp(request.configFile, process.stdin, process.stdout);
      return EXIT.ok;
    case 'nothing':
      return EXIT.ok;
    default:
      return unreachable(request);
  }
}

async function post(request: PostRequest, configFile: string | undefined): Promise<void> {
  const place = findMaildrop(configFile);
  const user = findLoginName();
  try {
    refuseFolderAsInput();
    await postMessage(request, process.stdin, { ...place, user });
  } catch (error) {
    throw describeFailure(error, place.folder);
  }
  if (!request.isWatched) return;
  const sender = request.sender === undefined ? user : senderOf(request.sender);
  process.stdout.write(`${fillGaps(texts['sendmail.report-follows'], { sender })}\n`);
}

/** Node has a folder read as an empty file, and nobody means to send that. */
function refuseFolderAsInput(): void {
  if (!fstatSync(process.stdin.fd).isDirectory()) return;
  throw new SendmailFailure(EXIT.data, { key: 'sendmail.bad-input', values: { reason: 'EISDIR: it is a directory' } });
}

/** Of the user who runs it: it will be compared with the owner of the file. */
function findLoginName(): string {
  try {
    return userInfo().username;
  } catch {
    const uid = String(process.geteuid?.());
    throw new SendmailFailure(EXIT.systemError, { key: 'sendmail.no-login-name', values: { uid } });
  }
}

function describeFailure(error: unknown, folder: string): unknown {
  const code = errnoOf(error);
  if (error instanceof SendmailFailure || !(error instanceof Error) || code === undefined) return error;
  const failure = (exitCode: number, key: Remark['key']) =>
    new SendmailFailure(exitCode, { key, values: { folder, reason: error.message } });
  // Reading fails where standard input was opened for writing only.
  if (code === 'EBADF') return failure(EXIT.data, 'sendmail.bad-input');
  if (code === 'ENOENT' || code === 'ENOTDIR') return failure(EXIT.unavailable, 'sendmail.no-maildrop');
  if (code === 'EACCES' || code === 'EPERM') return failure(EXIT.notPermitted, 'sendmail.closed-maildrop');
  return failure(EXIT.temporary, 'sendmail.cannot-write');
}

/** Other commands of ours, with the same streams; what the last of those that failed says. */
function runCommands(commands: readonly Words[], configFile: string | undefined): number {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));
  const named = configFile === undefined ? undefined : findConfigPath(configFile);
  const options = named === undefined ? [] : ['--config', named];
  let exitCode: number = EXIT.ok;
  for (const words of commands) {
    const argv = [...process.execArgv, program, ...options, ...words];
    const { status } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
    if (status !== 0) exitCode = status ?? EXIT.software;
  }
  return exitCode;
}

function complain({ key, values }: Remark): void {
  process.stderr.write(`sendmail: ${fillGaps(texts[key], values)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
