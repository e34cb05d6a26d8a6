import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { planForwards } from './forward-plan.ts';

const home = mkdtempSync(join(tmpdir(), 'valija-forward-'));
after(() => rmSync(home, { recursive: true }));

const OWNER = { home, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, user: 'usuario1' };
const QUESTION = { ...OWNER, recipient: 'usuario1@valija.test', delimiter: '+', extension: undefined };

test('[C33] more addresses than an answer has room for are refused before anything is done', async () => {
  const addresses = Array.from({ length: 900 }, (_, i) => `${'usuario'.repeat(8)}${i}@example.org`);
  for (const lines of [addresses, [`${'u'.repeat(40_000)}@example.org`]]) {
    writeFileSync(join(home, '.forward'), [...lines, '\\usuario1', ''].join('\n'), { mode: 0o644 });
    const plan = await planForwards(QUESTION);
    assert.deepEqual(!plan.ok && [plan.error.kind, plan.error.status], ['deferred', '4.3.5']);
    assert.match(plan.ok ? '' : plan.error.text, /^addresses of more than 32768 octets/);
  }
  writeFileSync(join(home, '.forward'), addresses.slice(0, 400).join('\n'), { mode: 0o644 });
  const plan = await planForwards(QUESTION);
  assert.deepEqual(plan.ok && [plan.value.addresses.size, plan.value.keepsCopy], [400, false]);
});

test('[C33] a ~/.forward of an editor of Windows is read as any other', async () => {
  write('.forward', '\ufeffext@example.org\r\n|cat > $HOME/piped\r\n');
  const plan = await planForwards(QUESTION);
  assert.deepEqual(plan.ok && [[...plan.value.addresses], [...plan.value.commands]], [
    ['ext@example.org'],
    ['cat > $HOME/piped'],
  ]);
  write('.forward', '\ufeff# nothing yet\r\n');
  const empty = await planForwards(QUESTION);
  assert.equal(empty.ok && empty.value.keepsCopy, true);
});

test('[C33] an :include: file that is not there, or not to be trusted, puts the mail off; an empty one keeps it', async () => {
  write('.forward', `:include:${join(home, 'list')}`);
  const refusal = async () => {
    const plan = await planForwards(QUESTION);
    return plan.ok ? undefined : `${plan.error.kind} ${plan.error.status} ${plan.error.text}`;
  };
  assert.match(
    (await refusal()) ?? '',
    /^deferred 4\.3\.5 :include:\/.*\/list of ~\/\.forward: there is no such file$/,
  );
  write('list', 'a@example.org\n', 0o666);
  assert.match((await refusal()) ?? '', /^deferred 4\.3\.5 .*nobody else may write it$/);
  for (const text of ['', '# nobody yet\n', '"|cat > $HOME/bad"\n']) {
    write('list', text);
    const plan = await planForwards(QUESTION);
    assert.deepEqual(plan.ok && [plan.value.keepsCopy, plan.value.commands.size], [true, 0], JSON.stringify(text));
  }
});

function write(name: string, text: string, mode = 0o644): void {
  writeFileSync(join(home, name), text);
  chmodSync(join(home, name), mode);
}
