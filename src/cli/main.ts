// `valija`: the table of its commands, and what becomes of what they throw.

import { CommanderError } from 'commander';
import { messageOf, traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { addAccount } from './account.ts';
import { addAlias } from './alias.ts';
import type { AddCommand, CommandContext, Terminal } from './command-context.ts';
import { addConfig } from './config.ts';
import { addDkim } from './dkim.ts';
import { addDoctor } from './doctor.ts';
import { addDomain } from './domain.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { addJournal } from './journal.ts';
import { addLab } from './lab.ts';
import { addLog } from './log.ts';
import { addMailq } from './mailq.ts';
import { addNewaliases } from './newaliases.ts';
import { openPaint } from './output/colour.ts';
import { harmless } from './output/table.ts';
import { addPostalias } from './postalias.ts';
import { addPostmap } from './postmap.ts';
import { buildProgram } from './program.ts';
import { addQueue } from './queue.ts';
import { addReplay } from './replay.ts';
import { addReports } from './reports.ts';
import { addRoute } from './route.ts';
import { addServe } from './serve.ts';
import { addSetup } from './setup.ts';
import { addSimulate } from './simulate.ts';
import { addStart } from './start.ts';
import { addState } from './state.ts';
import { addStatus } from './status.ts';
import { findLanguage, openSay } from './texts/say.ts';
import { addTls } from './tls.ts';
import { addWhy } from './why.ts';

/** One line a command, in the order of `valija help`. */
const COMMANDS: readonly AddCommand[] = [
  addStart,
  addSetup,
  addServe,
  addStatus,
  addDoctor,
  addConfig,
  addState,
  addDomain,
  addAccount,
  addAlias,
  addDkim,
  addTls,
  addReports,
  addRoute,
  addSimulate,
  addReplay,
  addWhy,
  addQueue,
  addMailq,
  addJournal,
  addLog,
  addLab,
  addPostmap,
  addPostalias,
  addNewaliases,
];

async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const language = findLanguage(argv, terminal.environment);
  const context: CommandContext = {
    ...terminal,
    language,
    say: openSay(language),
    paint: openPaint(terminal.output, terminal.environment),
    globalOptions: () => {
      const { config, json } = program.opts<{ config?: string; json?: boolean }>();
      return { config, json: json === true };
    },
    print: (text) => terminal.output.write(text.endsWith('\n') ? text : `${text}\n`),
    exitCode: EXIT.ok,
  };
  const program = buildProgram(context, COMMANDS);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return reportFailure(error, context);
  }
}

function reportFailure(error: unknown, context: CommandContext): ExitCode {
  const complain = (text: string, exitCode: ExitCode) => {
    const red = openPaint(context.errors, context.environment);
    // Other servers' words may stand in it, and what was typed.
    const lines = text.split('\n').map(harmless).join('\n');
    context.errors.write(`${red('red', 'valija:')} ${lines}\n`);
    return exitCode;
  };
  if (error instanceof CommandFailure) return complain(error.message, error.exitCode);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof WorldError) return complain(error.message, error.transient ? EXIT.temporary : EXIT.ioError);
  if (isOfMachine(error)) {
    const isForbidden = error.code === 'EACCES' || error.code === 'EPERM';
    if (!isForbidden) return complain(error.message, EXIT.ioError);
    return complain(context.say('machine.forbidden', { reason: error.message }), EXIT.notPermitted);
  }
  return complain(traceOf(error), EXIT.software);
}

/** A file that may not be read, a disk that is full: no bug of ours, and nobody needs its trace. */
function isOfMachine(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

// A reader that has seen enough (`valija log | head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  process.stderr.write(`valija: ${messageOf(error)}\n`);
  process.exit(EXIT.ioError);
});

process.exitCode = await main(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
});
