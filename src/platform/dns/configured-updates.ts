// Dynamic updates as the settings have them.

import { WorldError } from '#base/world-error.ts';
import { parseNameServer } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { type DnsUpdates, openDnsUpdates } from './update.ts';
import { readUpdateKeyFile } from './update-key.ts';

/** `undefined` where no server is named. Throws WorldError where its key cannot be read. */
export function openConfiguredUpdates(
  config: Pick<Config, 'dns_update_server' | 'dns_update_key_file'>,
): DnsUpdates | undefined {
  const { dns_update_server: written, dns_update_key_file: file } = config;
  const server = written === undefined ? undefined : parseNameServer(written);
  if (server === undefined) return undefined;
  if (file === undefined) throw new WorldError('dynamic updates: dns_update_key_file is not set', { transient: false });
  const settings = { ...readUpdateKeyFile(file), server: server.address, port: server.port };
  return openDnsUpdates(settings, { clock: systemClock, randomness: systemRandomness });
}
