import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptanceHouse, send, sessionAt } from '../../../test/world/acceptance-house.ts';

test('[C55] [C74] submission completes the message, and Bcc does not leave', async () => {
  const world = acceptanceHouse();
  const said = await send(world, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['usuario2@valija.test'],
    text: 'From: usuario1@valija.test\r\nBcc: usuario2@valija.test\r\n\r\nHola\r\n',
  });
  assert.equal(said.at(-1), '250 2.0.0 Ok: queued as ID');
  const { text } = world.filed[0]!;
  assert.match(text, /with ESMTPSA id /);
  assert.match(
    text,
    /\r\nDate: Sat, 21 Nov 2026 10:00:00 \+0000\r\nMessage-ID: <20261121100000\.\w+@mail\.valija\.test>\r\n\r\nHola\r\n$/,
  );
  assert.doesNotMatch(text, /Bcc/);
  assert.ok(world.journeyLog.ofKind('received')[0]?.messageId?.includes('@mail.valija.test'));
});

test('[C55] the envelope sender belongs to the login, plus-addresses included', async () => {
  const session = sessionAt('submission', 'usuario1@valija.test');
  const letter = { session, to: ['usuario2@valija.test'], text: 'From: uno@valija.test\r\n\r\nHola\r\n' };
  for (const from of ['uno@valija.test', 'Usuario1+lista@valija.test', '']) {
    assert.equal((await send(acceptanceHouse(), { ...letter, from })).at(-1), '250 2.0.0 Ok: queued as ID', from);
  }
  for (const from of ['usuario2@valija.test', 'todos@valija.test', 'ana@example.com']) {
    assert.match((await send(acceptanceHouse(), { ...letter, from })).at(-1)!, /^553 5\.7\.1 /, from);
  }
});

test('[C55] [T16] From and Sender belong to the login, however they are written', async () => {
  const session = sessionAt('submissions', 'usuario1@valija.test');
  const letter = { session, from: 'usuario1@valija.test', to: ['usuario2@valija.test'] };
  const cases: readonly [string, RegExp][] = [
    ['From: "usuario2@valija.test" <usuario1@valija.test>', /^250/],
    ['From: usuario1@valija.test, uno@valija.test\r\nSender: uno@valija.test', /^250/],
    ['From: USUARIO1@Valija.Test (hola, profe)', /^250/],
    ['From: usuario2@valija.test', /^553 5\.7\.1 <usuario2@valija\.test>/],
    ['From: usuario1@valija.test, usuario2@valija.test', /^553 5\.7\.1/],
    ['From: usuario1@valija.test\r\nSender: usuario2@valija.test', /^553 5\.7\.1/],
    ['From: usuario1@valija.test(x)example.com', /^250/],
    ['From: ana@example.com(x)valija.test', /^553 5\.7\.1 <ana@example\.com>/],
    ['From: "usuario1@valija.test x"@interno.test', /^553 5\.7\.1 <"usuario1@valija\.test x"@interno\.test>/],
    ['From: usuario1@valija.test\r\nFrom: usuario2@valija.test', /^554 5\.6\.0/],
    ['From: undisclosed:;', /^554 5\.6\.0/],
    ['From: nadie', /^554 5\.6\.0/],
    ['From:', /^554 5\.6\.0/],
  ];
  for (const [header, expected] of cases) {
    const said = await send(acceptanceHouse(), { ...letter, text: `${header}\r\n\r\nHola\r\n` });
    assert.match(said.at(-1)!, expected, header);
  }
});
