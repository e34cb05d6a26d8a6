import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');

test('what is wrong with the settings is said in the language of whoever asks, by whichever command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-complaints-'));
  try {
    const file = join(folder, 'bad.toml');
    const lab = join(folder, 'lab.toml');
    writeFileSync(file, 'myhostnam = "x"\nsmtpd_timeout = "soon"\n[[listen]]\nservice = "smtp"\nport = 0\n');
    writeFileSync(lab, 'colour = "x"\n[[server]]\nmyhostname = "a.test"\naddress = "127.0.0.9"\n');
    const said = (words: string, LANG: string) => {
      const env = { PATH: process.env['PATH'], LANG, VALIJA_CONFIG: file };
      const { status, stderr } = spawnSync(VALIJA, words.split(' '), { cwd: folder, env, encoding: 'utf8' });
      assert.equal(status, 78, `${words}: ${stderr}`);
      return stderr;
    };
    for (const words of [
      'config check',
      `config show ${file}`,
      'account list',
      `start --config ${file}`,
      'sendmail -t',
    ]) {
      const english = said(words, 'en_GB.UTF-8');
      assert.match(english, /bad\.toml:1: myhostnam: there is no such setting; did you mean myhostname\?\n/);
      assert.match(english, /bad\.toml:2: smtpd_timeout: a time is a number with one of s, m, h, d, w/);
      const spanish = said(words, 'es_ES.UTF-8');
      assert.match(spanish, /bad\.toml:1: myhostnam: no existe ese ajuste; ¿quería decir myhostname\?\n/);
      assert.match(spanish, /bad\.toml:2: smtpd_timeout: un tiempo es un número con una de s, m, h, d, w/);
    }
    assert.match(said(`lab ${lab} --lang es`, 'C'), /lab\.toml:1: colour: no existe ese ajuste$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
