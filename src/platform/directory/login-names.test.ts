import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDirectoryHouse } from '../../../test/world/joined-directory.ts';

test('[T26] a login has one name, however it is written, whether or not anybody has it', async () => {
  await using world = await openDirectoryHouse([]);
  const nameOf = (login: string) => world.authenticator.nameOf(login);
  for (const name of ['usuario1', 'nadie', 'mañana', 'É']) {
    const quoted = `"${name}"@valija.test`;
    for (const login of [name, name.normalize('NFD'), `${name}@VALIJA.TEST`, quoted]) {
      assert.equal(await nameOf(login), `${name}@valija.test`, login);
    }
  }
  assert.equal(await nameOf('NADIE'), 'nadie@valija.test');
  assert.equal(await nameOf('Nadie@ESPAÑA.test'), await nameOf('nadie@xn--espaa-rta.test'));
  await world.admin.addDomain('example.org', {});
  for (const login of ['Usuario1', 'Nadie', 'a b@c', '@']) assert.equal(await nameOf(login), login.toLowerCase());
});
