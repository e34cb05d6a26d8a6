import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupAnswers } from './answers.ts';
import type { MachineFacts } from './machine-facts.ts';
import { planSetup, type SetupParts } from './plan.ts';
import { subjectOf } from './step.ts';

const EMPTY: MachineFacts = {
  isRoot: true,
  hasSystemd: true,
  missingUsers: ['valija', 'valija-auth'],
  hostname: 'debian',
  addresses: ['127.0.0.1', '203.0.113.5'],
  hasIpv6: false,
  takenPorts: [],
  existingConfig: undefined,
  mailOwner: undefined,
  closedFolder: undefined,
};
const ANSWERS: SetupAnswers = {
  domain: 'example.org',
  account: 'ana@example.org',
  password: 'una contraseña',
  server: {
    hostname: 'mail.example.org',
    contact: 'ana@example.org',
    authority: { directory: 'https://ca.test/dir', trusted: undefined },
    publicAddresses: ['198.51.100.7'],
    relayhost: undefined,
  },
};
const PARTS: SetupParts = {
  users: new Map([
    ['valija', ['useradd', 'valija']],
    ['valija-auth', ['useradd', 'valija-auth']],
  ]),
  places: {
    configFile: '/etc/valija/valija.toml',
    stateFolder: '/var/lib/valija',
    mailFolder: '/var/mail/vhosts',
    authorityFile: '/etc/valija/acme-ca.pem',
    unitFolder: '/etc/systemd/system',
  },
  units: [
    { name: 'postfix@-.service', text: '[Unit]\n' },
    { name: 'valija.service', text: '[Unit]\n' },
  ],
};

test('an empty machine gets users, folders, settings, a domain, an account, a service, in this order', () => {
  const { obstacles, steps } = planSetup(ANSWERS, 'una contraseña', EMPTY, PARTS);
  assert.deepEqual(obstacles, []);
  assert.deepEqual(steps.map(subjectOf), [
    'valija',
    'valija-auth',
    '/etc/valija',
    '/var/lib/valija',
    '/var/mail/vhosts',
    '/etc/valija/valija.toml',
    'valija config check',
    'valija domain add example.org',
    'valija account add ana@example.org --password-stdin',
    '/etc/systemd/system/postfix@-.service',
    '/etc/systemd/system/valija.service',
    'valija.service',
  ]);
  assert.ok(steps.every((step) => !subjectOf(step).includes('contraseña')));
});

test('the settings have what was answered, and nothing is said of what was not', () => {
  const { steps } = planSetup(ANSWERS, 'una contraseña', EMPTY, PARTS);
  const settings = steps.find((step) => step.kind === 'file');
  assert.match(settings?.text ?? '', /^proxy_interfaces = \["198\.51\.100\.7"\]$/m);
  assert.match(settings?.text ?? '', /^directory = "https:\/\/ca\.test\/dir"$/m);
  assert.match(settings?.text ?? '', /^address = "0\.0\.0\.0"$/m);
  assert.doesNotMatch(settings?.text ?? '', /relayhost|CAfile/);
});

test('on a server that has its settings only the domain is added', () => {
  const facts = { ...EMPTY, missingUsers: [], existingConfig: '/etc/valija/valija.toml', mailOwner: 'valija' };
  const { steps } = planSetup({ ...ANSWERS, server: undefined }, 'x', facts, PARTS);
  assert.deepEqual(steps.map(subjectOf), [
    'valija domain add example.org',
    'valija account add ana@example.org --password-stdin',
  ]);
});

test('what stands in the way is told all at once', () => {
  const facts = { ...EMPTY, isRoot: false, closedFolder: '/root', takenPorts: [25, 143], mailOwner: 'vmail' };
  const { obstacles } = planSetup(ANSWERS, 'x', facts, PARTS);
  assert.deepEqual(obstacles, [
    { kind: 'not-root' },
    { kind: 'closed-folder', folder: '/root' },
    { kind: 'port-taken', ports: [25, 143] },
    { kind: 'other-owner', owner: 'vmail' },
  ]);
});
