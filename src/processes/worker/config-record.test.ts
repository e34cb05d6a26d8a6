import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '#platform/config/load-config.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { ConfigRecord } from './config-record.ts';

const LISTENER = '[[listen]]\nservice = "smtp"\nport = 0\n';

test('why a file was refused is told until one is loaded, be it the one in force; what is restored is none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-record-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [former, changed] = ['a', 'b'].map(
    (name) => `state_directory = "${folder}"\nmyhostname = "${name}.test"\n${LISTENER}`,
  );
  const record = new ConfigRecord(collectingLog());
  const load = (text: string | undefined, way: Parameters<ConfigRecord['loaded']>[2]) => {
    const parsed = parseConfig(text ?? '', join(folder, 'valija.toml'));
    assert.ok(parsed.ok);
    record.loaded(text ?? '', parsed.value, way);
    return record.status.refusal?.text;
  };
  assert.equal(load(former, 'start'), undefined);
  record.refused('a port is taken');
  assert.equal(load(former, 'restored'), 'a port is taken');
  assert.equal(load(former, 'SIGHUP'), undefined, 'the file is mended, however soon');
  // The worker had it in force already when outbound refused it.
  assert.equal(load(changed, 'SIGHUP'), undefined);
  record.refused('outbound cannot have it');
  assert.equal(load(former, 'restored'), 'outbound cannot have it');
});
