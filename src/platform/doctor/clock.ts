// The clock, against the newest of our own files, and against a source of time where there is one.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import { type ClockFacts, judgeClock } from '#mail/doctor/clock.ts';
import type { DoctorFinding } from '#mail/doctor/finding.ts';
import { namesIn } from '#platform/files/names-in.ts';
import { askTimeServer } from './time-server.ts';

/** systemd-timesyncd makes it once it has set the clock. */
const KEPT_MARK = '/run/systemd/timesync/synchronized';

export interface ClockQuestion {
  /** Whose files are looked at. */
  readonly folders: readonly string[];
  /** `doctor_time_server`; `` for none. */
  readonly timeServer: string;
  readonly mayAsk: boolean;
  readonly nowMs: () => number;
}

export async function examineClock({ folders, timeServer, mayAsk, nowMs }: ClockQuestion): Promise<DoctorFinding> {
  const source = await findSource(timeServer, mayAsk, nowMs);
  return judgeClock({ nowMs: nowMs(), newest: newestFile(folders), source });
}

async function findSource(server: string, mayAsk: boolean, nowMs: () => number): Promise<ClockFacts['source']> {
  if (server !== '' && mayAsk) {
    try {
      return { kind: 'asked', server, offsetMs: await askTimeServer(timeServerOf(server), nowMs) };
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return { kind: 'silent', server, reason: error.message };
    }
  }
  return existsSync(KEPT_MARK) ? { kind: 'kept', by: 'systemd-timesyncd' } : { kind: 'none' };
}

/** `pool.ntp.org`, `192.0.2.1:1123`. */
function timeServerOf(text: string): { host: string; port?: number } {
  const [, host = text, port] = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(text) ?? [];
  return port === undefined || (text.includes('::') && !text.startsWith('['))
    ? { host: text.replace(/^\[|\]$/g, '') }
    : { host, port: Number(port) };
}

function newestFile(folders: readonly string[]): ClockFacts['newest'] {
  let newest: ClockFacts['newest'];
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const atMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (atMs !== undefined && (newest === undefined || atMs > newest.atMs)) newest = { path, atMs };
    }
  }
  return newest;
}
