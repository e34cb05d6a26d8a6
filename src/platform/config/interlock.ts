// The interlock over a file: its dangers as complaints that stand beside those of `parseConfig`, with the line on which the
// element is written.

import { err, type Result } from '#base/result.ts';
import type { DangerFinding } from '#mail/interlock/danger.ts';
import { type Dangers, findDangers } from '#mail/interlock/find-dangers.ts';
import type { DoorLists } from '#mail/interlock/interlock-facts.ts';
import type { ListName } from '#mail/restrictions/restriction-lists.ts';
import { readGateways } from '#platform/machine/gateways.ts';
import { readLists } from './door-restrictions.ts';
import { findElementLine } from './key-lines.ts';
import { formatKey, parseConfig } from './load-config.ts';
import type { Config, Listen } from './schema.ts';
import type { ConfigComplaint } from './toml-text.ts';

export function dangersOf(config: Config, gateways: readonly string[] = readGateways()): Dangers {
  return findDangers({
    settings: config,
    doors: config.listen.flatMap((entry, at) => doorLists(entry, at, config)),
    gateways,
  });
}

function doorLists(entry: Listen, at: number, config: Config): DoorLists[] {
  const lists = readLists(entry, config);
  if (!lists?.ok) return [];
  const pathOf = (name: ListName) => (entry[name] === undefined ? [name] : ['listen', at, name]);
  return [{ service: entry.service, lists: lists.value, pathOf }];
}

/** For whoever is about to load it: what `parseConfig` says, and then the dangers that nobody accepted. */
export function parseSafeConfig(text: string, file: string): Result<Config, ConfigComplaint[]> {
  const parsed = parseConfig(text, file);
  if (!parsed.ok) return parsed;
  const { refused } = dangersOf(parsed.value);
  if (refused.length === 0) return parsed;
  return err(refused.map((finding) => complaintOf(finding, text, file)));
}

function complaintOf(finding: DangerFinding, text: string, file: string): ConfigComplaint {
  const line = findElementLine(text, finding.path, finding.element);
  return { file, line, key: formatKey(finding.path), wrong: finding };
}
