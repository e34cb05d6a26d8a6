// Reads the file of `valija lab`, and writes the `valija.toml` of each of its servers.

import { stringify } from 'smol-toml';
import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { mistakeOf } from './issue-mistake.ts';
import { findKeyLine } from './key-lines.ts';
import { type LabConfig, type LabServerConfig, labSchema } from './lab-schema.ts';
import { type ConfigComplaint, parseTomlText, readTomlText } from './toml-text.ts';

export function loadLab(file: string): Result<LabConfig, ConfigComplaint[]> {
  const text = readTomlText(file);
  return text.ok ? parseLab(text.value, file) : text;
}

export function parseLab(text: string, file: string): Result<LabConfig, ConfigComplaint[]> {
  const document = parseTomlText(text, file);
  if (!document.ok) return document;
  const outcome = labSchema.safeParse(document.value, { reportInput: true });
  if (outcome.success) return ok(outcome.data);
  return err(
    outcome.error.issues.flatMap((issue) => {
      const complaint = (path: readonly PropertyKey[], wrong: Mistake) => {
        return { file, line: findKeyLine(text, path), key: path.map(String).join('.'), wrong };
      };
      if (issue.code !== 'unrecognized_keys') return [complaint(issue.path, mistakeOf(issue))];
      return issue.keys.map((key) => complaint([...issue.path, key], mistake('setting-unknown')));
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
