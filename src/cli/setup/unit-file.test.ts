import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitFiles } from './unit-file.ts';

test('[C51] the units of the package start the program that set the server up, wherever it lies', () => {
  const [server, name] = unitFiles('/opt/my valija/100%/bin/valija', '/etc/valija/valija.toml');
  assert.deepEqual([server?.name, name?.name], ['postfix@-.service', 'valija.service']);
  assert.match(
    server?.text ?? '',
    /^ExecStart="\/opt\/my valija\/100%%\/bin\/valija" serve --config "\/etc\/valija\/valija\.toml"$/m,
  );
  assert.match(server?.text ?? '', /^Type=notify$/m);
  assert.match(server?.text ?? '', /^ReadWritePaths="-\/etc\/valija"$/m);
  assert.match(name?.text ?? '', /^ExecStart=\/bin\/true$/m);
});
