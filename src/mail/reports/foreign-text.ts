// A text in a report of strangers, as it is kept: short, and without what would be six octets a letter once it is written as JSON,
// for an answer to a command has its limit.

const LONGEST_TEXT = 255;

export function foreignText(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
}
