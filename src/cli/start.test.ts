import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { valija } from '../../test/world/valija-command.ts';

test('start: a port that another program has is named, and is no bug of ours', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-start-'));
  const other = createServer().listen(0, '127.0.0.1');
  context.after(() => {
    other.close();
    rmSync(folder, { recursive: true });
  });
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const configFile = join(folder, 'valija.toml');
  writeFileSync(configFile, `[[listen]]\nservice = "smtp"\naddress = "127.0.0.1"\nport = ${port}\n`);
  const { code, errors } = await valija({ configFile }, 'start');
  assert.equal(code, 71, errors);
  assert.match(
    errors,
    new RegExp(`^valija: smtp on 127\\.0\\.0\\.1 port ${port} cannot be bound: another program has it$`, 'm'),
  );
});
