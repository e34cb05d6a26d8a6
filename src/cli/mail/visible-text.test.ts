// Nothing a stranger wrote commands the terminal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleLine, visibleText } from './visible-text.ts';

test('[C16] escape sequences, backspaces, C1 controls and marks of direction are shown, not sent', () => {
  assert.equal(visibleText('\x1b]0;title\x07 \x1b[2J a\bb\r\x7f\x00'), '^[]0;title^G ^[[2J a^Hb^M^?^@');
  assert.equal(visibleText('a\u009b2Jb\u202ec\u2066d'), 'a?2Jb?c?d');
  assert.equal(visibleText('línea\tdos\n'), 'línea\tdos\n');
  assert.equal(visibleLine('uno\n\tdos'), 'uno dos');
});
