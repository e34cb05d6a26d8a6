// One field of a delivery status, written so that nothing a stranger said can break its lines. RFC 3464 §2.1.1,
// RFC 5322 §2.1.1 (line lengths), §2.2.3 (folding).

const WIDTH = 76;
/** A word that is longer is cut; an RFC 5322 line has 998 octets, and a character up to four. */
const LONGEST_WORD = 240;
/** More than any server means by it. */
const LONGEST_VALUE = 2_000;

/** `Diagnostic-Code: smtp; 550 …`, folded, with its last CRLF. */
export function formatStatusField(name: string, value: string, mayHoldUtf8: boolean): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of wordsOf(oneLine(value, mayHoldUtf8).slice(0, LONGEST_VALUE))) {
    if (line.length + 1 + word.length > WIDTH && line !== `${name}:`) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line, ''].join('\r\n');
}

/** Control characters, and those beyond ASCII where they may not stand, become question marks. */
function oneLine(value: string, mayHoldUtf8: boolean): string {
  const visible = value.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, ' ').toWellFormed();
  return mayHoldUtf8 ? visible : visible.replace(/[^\x00-\x7f]/gu, '?');
}

function wordsOf(text: string): string[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => word.match(CHUNK) ?? []);
}

const CHUNK = new RegExp(`.{1,${LONGEST_WORD}}`, 'gu');
