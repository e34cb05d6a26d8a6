import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { forwardSender, reverseSender } from './srs.ts';

const SETTINGS = { srs_domain: 'srs.valija.test', srs_secrets: ['secreto de prueba'] };
const NOW = Date.UTC(2026, 10, 21, 10);
const DAY = 86_400_000;
const ANA = { localPart: 'Ana', domain: 'example.com' };

const forward = (localPart: string, domain: string) => forwardSender({ localPart, domain }, SETTINGS, NOW).localPart;
const reverse = (localPart: string, nowMs = NOW, srs_secrets = SETTINGS.srs_secrets) =>
  reverseSender({ localPart, domain: SETTINGS.srs_domain }, { srs_secrets }, nowMs);

test('a sender is rewritten as libsrs2 does it, and comes back', () => {
  const rewritten = forwardSender(ANA, SETTINGS, NOW);
  assert.deepEqual(rewritten, { localPart: 'SRS0=GGbX=JK=example.com=Ana', domain: 'srs.valija.test' });
  assert.deepEqual(reverse(rewritten.localPart), { ok: true, value: ANA });
  assert.deepEqual(reverse(rewritten.localPart.toLowerCase()), { ok: true, value: { ...ANA, localPart: 'ana' } });
});

test('what another has rewritten is put into SRS1, and goes back to that one', () => {
  const second = forward('SRS0=abcd=EF=uno.example=bea', 'example.net');
  assert.equal(second, 'SRS1=6Fxx=example.net==abcd=EF=uno.example=bea');
  assert.deepEqual(reverse(second), {
    ok: true,
    value: { localPart: 'SRS0=abcd=EF=uno.example=bea', domain: 'example.net' },
  });
  const third = forward('SRS1=zzzz=example.net==abcd=EF=uno.example=bea', 'dos.example');
  assert.equal(third, second, 'the one in the middle is left out');
  assert.deepEqual(reverse(forward('SRS0+abcd+EF+uno.example+bea', 'example.net')), {
    ok: true,
    value: { localPart: 'SRS0+abcd+EF+uno.example+bea', domain: 'example.net' },
  });
});

test('forged, old and broken ones are told apart', () => {
  const good = 'SRS0=GGbX=JK=example.com=Ana';
  assert.deepEqual(reverse('SRS0=AAAA=JK=example.com=Ana'), { ok: false, error: 'forged' });
  assert.deepEqual(reverse('SRS0=GGbX=JL=example.com=Ana'), { ok: false, error: 'forged' });
  assert.deepEqual(reverse('SRS0=GGbX=JK=example.com=bea'), { ok: false, error: 'forged' });
  assert.deepEqual(reverse(good, NOW + 22 * DAY), { ok: false, error: 'too-old' });
  assert.equal(reverse(good, NOW + 21 * DAY).ok, true);
  assert.deepEqual(reverse(good, NOW - 2 * DAY), { ok: false, error: 'too-old' }, 'a day that is still to come');
  for (const broken of ['SRS0=GGbX', 'SRS0=GGbX=JK=example.com', 'SRS0====', 'SRS1=a=b', 'SRS1=6Fxx=example.net=x']) {
    assert.equal(reverse(broken).ok, false, broken);
  }
  assert.deepEqual(reverse('usuario1'), { ok: false, error: 'not-srs' });
});

test('an old secret is believed, and no longer signs', () => {
  const good = 'SRS0=GGbX=JK=example.com=Ana';
  assert.equal(reverse(good, NOW, ['otro secreto', ...SETTINGS.srs_secrets]).ok, true);
  assert.equal(reverse(good, NOW, ['otro secreto']).ok, false);
});

test('whatever a sender is called, it comes back', (context) => {
  const name = fc.stringMatching(/^[a-zA-Z0-9=+.-]{1,40}$/).filter((text) => !/^SRS[01][-+=]/i.test(text));
  const property = fc.property(name, (localPart) => {
    const back = reverse(forward(localPart, 'example.com'));
    assert.deepEqual(back, { ok: true, value: { localPart, domain: 'example.com' } });
  });
  alwaysHolds(context, property);
});
