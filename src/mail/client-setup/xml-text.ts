// Text on its way into an XML document: what would be read as markup is written as references, and what no XML document may
// hold is left out.

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const NOT_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/gu;

export function escapeXml(text: string): string {
  return text.replace(NOT_IN_XML, '').replace(/[&<>"]/g, (character) => REFERENCES[character] ?? '');
}

/** `<name>text</name>`, set in by so many columns. */
export function xmlElement(indent: number, name: string, text: string | number): string {
  return `${' '.repeat(indent)}<${name}>${escapeXml(String(text))}</${name}>`;
}
