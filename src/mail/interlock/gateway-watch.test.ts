import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayWatch } from './gateway-watch.ts';

const GATEWAY = '10.77.0.1';

function come(watch: GatewayWatch, address: string, times: number) {
  return Array.from({ length: times }, () => watch.arrive(address)).filter((sighting) => sighting !== undefined);
}

test('[C30] twenty connections, all from the gateway: that is said, once', () => {
  const watch = new GatewayWatch([GATEWAY]);
  assert.deepEqual(come(watch, GATEWAY, 19), []);
  assert.equal(watch.current(), undefined);
  assert.deepEqual(come(watch, GATEWAY, 100), [{ address: GATEWAY, connections: 20, among: 20 }]);
  assert.equal(watch.current()?.connections, 119);
});

test('[C30] a gateway among others, and one client that is no gateway, are nothing', () => {
  const mixed = new GatewayWatch([GATEWAY]);
  assert.deepEqual([...come(mixed, '198.51.100.7', 10), ...come(mixed, GATEWAY, 80)], []);
  assert.deepEqual(come(new GatewayWatch([GATEWAY]), '10.77.0.9', 1_000), []);
  assert.deepEqual(come(new GatewayWatch([]), GATEWAY, 1_000), []);
});

test('[C30] what was long ago is forgotten: the router is mended, or begins to translate', () => {
  const watch = new GatewayWatch([GATEWAY]);
  come(watch, GATEWAY, 2_000);
  assert.equal(watch.current()?.address, GATEWAY);
  come(watch, '198.51.100.7', 2_000);
  assert.equal(watch.current(), undefined);
  const later = new GatewayWatch([GATEWAY]);
  come(later, '198.51.100.7', 5_000);
  assert.equal(come(later, GATEWAY, 20_000).length, 1);
});

test('[C30] after a reload the routes are those of now', () => {
  const watch = new GatewayWatch([GATEWAY]);
  come(watch, GATEWAY, 30);
  watch.change(['192.168.1.1']);
  assert.equal(watch.current(), undefined);
  assert.deepEqual(come(watch, GATEWAY, 30), []);
});
