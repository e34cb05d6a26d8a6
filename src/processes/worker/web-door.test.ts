import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { parseConfig } from '#platform/config/load-config.ts';
import type { Listen } from '#platform/config/schema.ts';
import { connectionPair } from '../../../test/world/connection-pair.ts';
import { collectingLog } from '../../../test/world/log.ts';
import type { Interior } from './interior.ts';
import { webService } from './web-door.ts';

test('[T31] a web that could not be opened for one visitor is opened for the next', async () => {
  const config = parseConfig('[[listen]]\nservice = "http"\nport = 2080\naddress = "127.0.0.1"\n', 'valija.toml');
  assert.ok(config.ok);
  const [entry] = config.value.listen;
  let visits = 0;
  const house = {
    log: collectingLog(),
    web: {},
    // What a process says that has no descriptor left.
    get served() {
      visits += 1;
      if (visits === 1) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      return [];
    },
  } as unknown as Interior;
  const service = webService(entry as Listen, config.value, house);
  const visit = () => {
    const { server, client } = connectionPair();
    client.close();
    return service.serve(server, undefined as never);
  };
  await assert.rejects(visit(), WorldError);
  await visit();
  assert.equal(visits, 2);
});
