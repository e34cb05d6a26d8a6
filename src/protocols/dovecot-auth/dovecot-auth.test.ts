import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAuthRequest, parseClientLine } from './client-line.ts';
import { formatClientHandshake, formatServerHandshake } from './handshake.ts';
import { formatAuthReply, parseAuthReply } from './server-line.ts';
import { parseMasterLine } from './user-lookup.ts';

const client = (line: string) => parseClientLine(Buffer.from(line));

test('[C57] the handshakes, as Dovecot 2.3 says them', () => {
  const identity = { processId: 42, connectionNumber: 7, cookie: Buffer.alloc(16, 0xab) };
  assert.equal(
    formatServerHandshake(['SCRAM-SHA-256', 'OAUTHBEARER', 'PLAIN'], identity),
    `VERSION\t1\t2\nMECH\tSCRAM-SHA-256\tmutual-auth\nMECH\tOAUTHBEARER\nMECH\tPLAIN\tplaintext\nSPID\t42\nCUID\t7\nCOOKIE\t${'ab'.repeat(16)}\nDONE\n`,
  );
  assert.equal(formatClientHandshake(42), 'VERSION\t1\t2\nCPID\t42\n');
});

test('[C57] what Postfix asks', () => {
  const line = client('AUTH\t1\tplain\tservice=smtp\tnologin\tlip=192.0.2.1\trip=2001:db8::7\tsecured\tresp=AGEAYg==');
  assert.deepEqual(line, {
    kind: 'auth',
    request: {
      ...{ id: 1, mechanism: 'PLAIN', service: 'smtp', localAddress: '192.0.2.1', remoteAddress: '2001:db8::7' },
      ...{ localPort: undefined, remotePort: undefined, secured: true, isToBegin: false, takesFinalResponse: false },
      initialResponse: Buffer.from('\0a\0b'),
    },
  });
  assert.deepEqual(client('CONT\t1\t'), { kind: 'continue', id: 1, response: Buffer.alloc(0) });
  assert.deepEqual(client('CONT\t1\tYQ=='), { kind: 'continue', id: 1, response: Buffer.from('a') });
  assert.deepEqual(client('CANCEL\t1'), { kind: 'cancel', id: 1 });
  assert.deepEqual(client('CPID\t99'), { kind: 'process', processId: 99 });
  assert.deepEqual(client('VERSION\t1\t3'), { kind: 'version', version: { major: 1, minor: 3 } });
  assert.deepEqual(client('SOMETHING\tnew'), { kind: 'other' });
});

test('[C57] what stands behind a response is never a parameter', () => {
  const line = client('AUTH\t1\tPLAIN\tservice=smtp\tresp=AGEAYg==\tsecured\trip=127.0.0.1');
  assert.ok(line?.kind === 'auth');
  assert.deepEqual([line.request.secured, line.request.remoteAddress], [false, undefined]);
  const escaped = client('AUTH\t1\tPLAIN\tservice=x\x01tsecured');
  assert.ok(escaped?.kind === 'auth');
  assert.deepEqual([escaped.request.secured, escaped.request.service], [false, 'x\tsecured']);
});

test('[T8] [T24] what is no line of a client', () => {
  for (const line of [
    '',
    '\t',
    'AUTH',
    'AUTH\t1',
    'AUTH\tx\tPLAIN',
    'AUTH\t-1\tPLAIN',
    'AUTH\t4294967296\tPLAIN',
    'AUTH\t1\tPL AIN\tservice=smtp',
    `AUTH\t1\t${'A'.repeat(21)}`,
    'AUTH\t1\tPLAIN\tservice=smtp\tresp=AGEAYg',
    'AUTH\t1\tPLAIN\tservice=smtp\tresp=*',
    'CONT\t1',
    'CONT\t1\tYQ',
    'CONT\t\tYQ==',
    'CANCEL',
    'CPID\tx',
    'VERSION\t1',
    'VERSION\tx\t1',
    'AUTH\t1\tPLAIN\x01x',
    'AUTH\t1\tPLAIN\x01',
    'AUTH\t1\tPLAIN\r',
    'AUTH\t1\tPLAIN\0',
    `AUTH\t1\tPLAIN${'\tx'.repeat(64)}`,
  ]) {
    assert.equal(client(line), undefined, JSON.stringify(line.slice(0, 60)));
  }
  assert.equal(parseClientLine(Buffer.from('CANCEL\xff\t1', 'latin1')), undefined);
});

test('[C57] replies name failures in the words of both ages', () => {
  assert.equal(formatAuthReply({ kind: 'fail', id: 3, code: 'temp_fail' }), 'FAIL\t3\ttemp\tcode=temp_fail\n');
  assert.equal(formatAuthReply({ kind: 'fail', id: 3, reason: 'a\tb' }), 'FAIL\t3\treason=a\x01tb\n');
  assert.equal(
    formatAuthReply({ kind: 'ok', id: 3, user: 'ñu@valija.test', finalResponse: Buffer.from('v=x') }),
    'OK\t3\tuser=ñu@valija.test\tresp=dj14\n',
  );
  for (const [line, code] of [
    ['FAIL\t3\tuser=a\ttemp', 'temp_fail'],
    ['FAIL\t3\tuser=a\tcode=temp_fail', 'temp_fail'],
    ['FAIL\t3\tuser_disabled', 'user_disabled'],
    ['FAIL\t3\tcode=pass_expired\treason=old', 'pass_expired'],
    ['FAIL\t3\tuser=temp', undefined],
    ['FAIL\t3', undefined],
  ] as const) {
    const reply = parseAuthReply(Buffer.from(line));
    assert.ok(reply?.kind === 'fail', line);
    assert.equal(reply.code, code, line);
  }
  for (const line of ['OK\t3', 'OK', 'CONT\t3\t*', 'MECH\tPLAIN', 'DONE', '']) {
    assert.equal(parseAuthReply(Buffer.from(line)), undefined, line);
  }
});

test('[C57] our own question: no tab of a name is one of ours', () => {
  const asked = { id: 5, mechanism: 'PLAIN', service: 'smtp', initialResponse: Buffer.from('\0a\tb\0c') };
  assert.equal(formatAuthRequest(asked), 'AUTH\t5\tPLAIN\tservice=smtp\tnologin\tsecured\tresp=AGEJYgBj\n');
});

test('[C57] what a master asks, and what it may not', () => {
  const master = (line: string) => parseMasterLine(Buffer.from(line));
  const cookie = 'AB'.repeat(16);
  assert.deepEqual(master(`REQUEST\t7\t100\t2\t${cookie}\tsession_pid=9`), {
    kind: 'request',
    id: 7,
    reference: { clientProcessId: 100, requestId: 2, cookie: cookie.toLowerCase() },
  });
  assert.deepEqual(master('USER\t1\ta@valija.test\tservice=lmtp'), { kind: 'user', id: 1, name: 'a@valija.test' });
  assert.deepEqual(master('PASS\t2\ta@valija.test'), { kind: 'pass', id: 2, name: 'a@valija.test' });
  assert.deepEqual(master('LIST\t3\tservice=doveadm'), { kind: 'other', id: 3 });
  assert.deepEqual(master('CPID\t3'), { kind: 'other', id: 3 });
  for (const line of ['', 'USER', 'USER\t1', 'USER\t1\t', 'USER\tx\ta']) assert.equal(master(line), undefined, line);
});
