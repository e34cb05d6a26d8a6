// Another MTA as the other side: a real program with a domain and one user of its own, that sends mail for our domain to us.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { connectSocket } from '../world/socket-client.ts';

export const OTHER_DOMAIN = 'otro.test';
/** Its one user; all others are unknown there. */
export const OTHER_USER = `ana@${OTHER_DOMAIN}`;
/** Another address of theirs, where SMTPUTF8 is known. */
export const OTHER_USER_UTF8 = `josé@${OTHER_DOMAIN}`;

export interface OtherMta extends AsyncDisposable {
  readonly port: number;
  log(): string;
  /** Every message that its user got. */
  mail(): string[];
  /** Nothing waits there. */
  isIdle(): Promise<boolean>;
}

export interface OtherMtaPlace extends Disposable {
  readonly folder: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A folder that the program's own users can read, with a certificate in it. */
export async function makePlace(name: string): Promise<OtherMtaPlace> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`), { encoding: 'utf8' });
  const certificateFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const nowMs = Date.now();
  const made = await makeSelfSigned(`mx.${OTHER_DOMAIN}`, nowMs - 60_000, nowMs + 3_600_000);
  writeFileSync(certificateFile, made.certificate);
  writeFileSync(keyFile, made.secretKey);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  return { folder, certificateFile, keyFile, [Symbol.dispose]: remove };
}

/** Somebody listens there. */
export async function answersAt(port: number): Promise<boolean> {
  try {
    (await connectSocket({ port })).close();
    return true;
  } catch {
    return false;
  }
}

export function readMaildir(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'new')).map((name) => readFileSync(join(folder, 'new', name), 'utf8'));
  } catch {
    // Nobody has delivered there yet.
    return [];
  }
}
