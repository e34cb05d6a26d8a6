// Words as Postfix's lists have them: apart by blanks and commas, and within braces what holds blanks itself.
//
//   words = *( word separator ) ; word = 1*NON-BLANK / "{" text "}"

/** The braces are taken off. `undefined` where they do not match. */
export function splitBracedWords(text: string): string[] | undefined {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const isBraced = rest.startsWith('{');
    const end = isBraced ? rest.indexOf('}') : rest.search(/[\s,]|$/);
    if (end === -1) return undefined;
    words.push(rest.slice(isBraced ? 1 : 0, end).trim());
    rest = rest.slice(end + (isBraced ? 1 : 0)).replace(/^[\s,]+/, '');
  }
  return words;
}
