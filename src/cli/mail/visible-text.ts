// What strangers wrote, made safe for a terminal: control characters become ^X, and those that hide in Unicode (C1 controls,
// marks that turn the direction of writing) become `?`. Only line ends and tabs pass.

const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const DELETE = 0x7f;

export function visibleText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code > DELETE) return '?';
    return `^${String.fromCharCode(code ^ 0x40)}`;
  });
}

/** For one line of a table: a line end within it would begin another. */
export function visibleLine(text: string): string {
  return visibleText(text.replace(/[\r\n\t]+/g, ' '));
}
