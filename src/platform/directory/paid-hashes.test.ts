import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPopulated } from '../../../test/world/small-directory.ts';
import { openDirectory } from './open-directory.ts';

test('a right password is remembered for a minute, and forgotten when it changes', async () => {
  await using world = await openPopulated();
  using counted = openCounting(world);
  const check = async (password: string) => {
    const { kind } = await counted.authenticator.checkPassword('usuario1', password);
    return [kind, counted.verified()];
  };
  assert.deepEqual(await check('contraseña uno'), ['accepted', 1]);
  assert.deepEqual(await check('contraseña uno'), ['accepted', 1]);
  await counted.admin.setPassword('usuario1@valija.test', 'otra contraseña');
  assert.deepEqual(await check('contraseña uno'), ['rejected', 2]);
  assert.deepEqual(await check('otra contraseña'), ['accepted', 3]);
  world.clock.advance(61_000);
  assert.deepEqual(await check('otra contraseña'), ['accepted', 4]);
});

/** The same directory once more; counts how often a hash is paid for. */
function openCounting(world: Awaited<ReturnType<typeof openPopulated>>) {
  let verified = 0;
  const passwords = {
    ...world.passwords,
    verify: (...given: Parameters<typeof world.passwords.verify>) => {
      verified += 1;
      return world.passwords.verify(...given);
    },
  };
  const open = openDirectory({ file: world.file, recipientDelimiter: '+', passwords, clock: world.clock });
  return { ...open, verified: () => verified, [Symbol.dispose]: () => open[Symbol.dispose]() };
}

test('connections that log in at the same moment pay for one hash', async () => {
  await using world = await openPopulated();
  using open = openCounting(world);
  const check = async (password: string) => (await open.authenticator.checkPassword('usuario1', password)).kind;
  const answers = await Promise.all(['contraseña uno', 'contraseña uno', 'otra', 'contraseña uno', 'otra'].map(check));
  assert.deepEqual(answers, ['accepted', 'accepted', 'rejected', 'accepted', 'rejected']);
  assert.equal(open.verified(), 2);
  await check('otra');
  assert.equal(open.verified(), 3);
});

test('[T26] an unknown account costs the time of a wrong password', async () => {
  await using world = await openPopulated();
  const times: Record<'usuario1' | 'nadie', number[]> = { usuario1: [], nadie: [] };
  // In turns: what else the machine does slows both down.
  for (let i = 0; i < 5; i++) {
    for (const login of ['usuario1', 'nadie'] as const) {
      const startedMs = performance.now();
      await world.authenticator.checkPassword(login, `no es esta ${i}`);
      times[login].push(performance.now() - startedMs);
    }
  }
  const median = (login: 'usuario1' | 'nadie') => times[login].sort((a, b) => a - b)[2] ?? 0;
  const [known, unknown] = [median('usuario1'), median('nadie')];
  assert.ok(unknown > known / 3 && unknown < known * 3, `${unknown} ms against ${known} ms`);
});

test("[T26] where all hashes are cheap an unknown login is cheap too, and another account's password opens nothing", async () => {
  await using world = await openPopulated();
  await world.admin.addAccount('sin@valija.test', undefined, {});
  const time = async (login: string) => {
    const startedMs = performance.now();
    const check = await world.authenticator.checkPassword(login, 'secreto-ajeno');
    assert.equal(check.kind, 'rejected', login);
    return performance.now() - startedMs;
  };
  const dearMs = Math.min(await time('nadie'), await time('otro'), await time('sin'));
  await world.admin.setPasswordHash('usuario1@valija.test', '{PLAIN}secreto-ajeno');
  await world.admin.setPasswordHash('usuario2@valija.test', '{PLAIN}secreto-ajeno');
  const cheapMs = Math.min(await time('nadie'), await time('otro'), await time('sin'));
  assert.ok(cheapMs < dearMs / 2, `${cheapMs} ms after ${dearMs} ms`);
});
