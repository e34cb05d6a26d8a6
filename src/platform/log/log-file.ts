// The log: one event a line, in syslog's form for people or as JSON. Lines are gathered and written together, so that
// logging never waits for the disk; what a crash may take with it are the lines of the last moments, never mail.

import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { Log, LogFields, LogLevel, LogThreshold } from '#mail/ports/log.ts';
import type { Config } from '#platform/config/schema.ts';
import type { SendDatagram } from '#platform/native/datagrams.ts';
import { formatJsonLine, formatSyslogLine, formatTextLine, type LogLine } from './log-line.ts';
import { openSystemLog } from './system-log.ts';

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const FLUSH_AFTER_MS = 50;
/** A log that cannot be written must not fill the memory: beyond this, lines are counted and dropped. */
const MAX_WAITING_CHARS = 4 * 1024 * 1024;

export interface LogSettings {
  /** Absolute path; empty for none. */
  readonly file: string;
  readonly format: 'text' | 'json';
  readonly level: LogLevel;
  /** Also to standard error, as when a person started the server in a terminal; to the machine's log where that leads there. */
  readonly toTerminal: boolean;
}

/** As `valija.toml` has them. */
export function logSettings(
  config: Pick<Config, 'maillog_file' | 'maillog_format' | 'maillog_level'>,
): Omit<LogSettings, 'toTerminal'> {
  return { file: config.maillog_file, format: config.maillog_format, level: config.maillog_level };
}

export interface LogFile extends Log, LogThreshold, Disposable {
  flush(): void;
  /** Opens the file anew, after logrotate moved it away, or another one. Throws WorldError; the former goes on till `enter`. */
  prepare(settings: Omit<LogSettings, 'toTerminal'>): PreparedLog;
}

/** Closed without `enter`, nothing has changed. */
export interface PreparedLog extends Disposable {
  /** The level stays. */
  enter(): void;
}

export function openLogFile(settings: LogSettings): LogFile {
  return new BatchedLog(settings);
}

class BatchedLog implements LogFile {
  level: LogLevel;
  #settings: LogSettings;
  readonly #host = hostname().split('.')[0] ?? 'localhost';
  readonly #pid = process.pid;
  readonly #systemLog: SendDatagram | undefined;
  #descriptor: number | undefined;
  #waiting: string[] = [];
  #waitingChars = 0;
  #forSystem: string[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: LogSettings) {
    this.#settings = settings;
    this.level = settings.level;
    this.#systemLog = settings.toTerminal ? openSystemLog(process.env) : undefined;
    this.#descriptor = openFile(settings.file);
  }

  write(level: LogLevel, area: string, text: string, fields?: LogFields): void {
    if (ORDER[level] < ORDER[this.level]) return;
    const line: LogLine = { atMs: Date.now(), host: this.#host, pid: this.#pid, level, area, text, fields };
    if (this.#waitingChars > MAX_WAITING_CHARS) {
      this.#dropped += 1;
      return;
    }
    const formatted = this.#settings.format === 'json' ? formatJsonLine(line) : formatTextLine(line);
    this.#waiting.push(formatted);
    this.#waitingChars += formatted.length;
    if (this.#systemLog !== undefined) this.#forSystem.push(formatSyslogLine(line));
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#waitingChars = 0;
    if (this.#systemLog !== undefined) this.#tellSystem(this.#systemLog);
    else if (this.#settings.toTerminal) process.stderr.write(text);
    this.#append(text);
  }

  prepare(settings: Omit<LogSettings, 'toTerminal'>): PreparedLog {
    let unused = openFile(settings.file);
    return {
      enter: () => {
        this.flush();
        const former = this.#descriptor;
        this.#settings = { ...settings, toTerminal: this.#settings.toTerminal };
        this.#descriptor = unused;
        unused = former;
      },
      [Symbol.dispose]: () => {
        if (unused !== undefined) closeSync(unused);
        unused = undefined;
      },
    };
  }

  [Symbol.dispose](): void {
    this.flush();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** One that does not follow keeps nobody waiting: what it misses is in the file. */
  #tellSystem(send: SendDatagram): void {
    const missed = this.#forSystem.filter((line) => !send(line)).length;
    this.#forSystem = [];
    if (missed > 0) process.stderr.write(`${missed} lines are missing here; maillog_file has them\n`);
  }

  /** A full disk must not stop the mail: the lines are lost, and their number is told when there is room again. */
  #append(text: string): void {
    if (this.#descriptor === undefined) return;
    try {
      writeFileSync(this.#descriptor, text);
      if (this.#dropped === 0) return;
      const lost = this.#dropped;
      this.#dropped = 0;
      this.write('warn', 'log', `${lost} lines could not be written`);
    } catch {
      this.#dropped += text.split('\n').length - 1;
    }
  }
}

function openFile(file: string): number | undefined {
  if (file === '') return undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
    return openSync(file, 'a', 0o640);
  } catch (cause) {
    throw new WorldError('open the log (maillog_file)', { transient: false, cause });
  }
}
