// Reads the file of `valija lab`, and writes the `valija.toml` of each of its servers.

import { readFileSync } from 'node:fs';
import { parse, stringify, TomlError } from 'smol-toml';
import { err, ok, type Result } from '#base/result.ts';
import { findKeyLine } from './key-lines.ts';
import { type LabConfig, type LabServerConfig, labSchema } from './lab-schema.ts';
import type { ConfigComplaint } from './load-config.ts';

export function loadLab(file: string): Result<LabConfig, ConfigComplaint[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = missing ? 'there is no such file' : `it cannot be read: ${String(cause)}`;
    return err([{ file, line: undefined, key: undefined, message }]);
  }
  return parseLab(text, file);
}

export function parseLab(text: string, file: string): Result<LabConfig, ConfigComplaint[]> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const message = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    return err([{ file, line: cause.line, key: undefined, message: `this is not TOML: ${message}` }]);
  }
  const outcome = labSchema.safeParse(document, { reportInput: true });
  if (outcome.success) return ok(outcome.data);
  return err(
    outcome.error.issues.flatMap((issue) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
      return unknown.map((key) => {
        const path = key === undefined ? issue.path : [...issue.path, key];
        const message = key === undefined ? issue.message.replace(/^Invalid input: /, '') : 'there is no such setting';
        return { file, line: findKeyLine(text, path), key: path.map(String).join('.'), message };
      });
    }),
  );
}

/**
 * Its own settings last: a lab is where they are tried. Mail leaves from the server's own address, by the lab's name
 * server, to the port where all of them listen; strangers stand on loopback, too, and none is trusted for it.
 */
export function labServerToml(lab: LabConfig, server: LabServerConfig): string {
  const { ports, dns } = lab;
  return stringify({
    myhostname: server.myhostname,
    mynetworks: [`${server.address}/32`],
    resolver_addresses: [`${dns.address}:${dns.port}`],
    inet_protocols: ['ipv4'],
    smtp_bind_address: server.address,
    smtp_tcp_port: ports.smtp,
    smtp_allow_loopback: true,
    ...server.settings,
    listen: Object.entries(ports).map(([service, port]) => ({ service, address: server.address, port })),
  });
}
