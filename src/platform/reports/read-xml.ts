// XML of strangers → elements, by their local names; attributes are left out. There is no document type and no entity but XML's own
// five, and tags are counted before a tree is made of them, which takes far more memory than the text.

import { XMLParser } from 'fast-xml-parser';
import { err, ok, type Result } from '#base/result.ts';
import type { XmlElement } from '#mail/reports/read-aggregate-report.ts';

export interface XmlLimits {
  readonly tags: number;
  readonly depth: number;
}

const TAG = 0x3c;

export function readXml(octets: Buffer, { tags, depth }: XmlLimits): Result<XmlElement, string> {
  if (octets[0] === 0xfe || octets[0] === 0xff || octets[1] === 0) return err('it is not written in UTF-8');
  if (countOf(octets, TAG, tags + 1) > tags) return err(`it has more than ${tags} tags`);
  // Some servers say UTF-8 and write Latin-1: the letters of an organisation's name are not worth the report.
  const text = octets.toString('utf8');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return err('it has a document type');
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    removeNSPrefix: true,
    parseTagValue: false,
    processEntities: true,
    htmlEntities: false,
    maxNestedTags: depth,
  });
  try {
    const root: unknown = parser.parse(text, true);
    return typeof root === 'object' && root !== null ? ok(root as XmlElement) : err('it has no elements');
  } catch (error) {
    return err(`it is no XML: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
  }
}

function countOf(octets: Buffer, octet: number, most: number): number {
  let count = 0;
  for (let at = octets.indexOf(octet); at !== -1 && count < most; at = octets.indexOf(octet, at + 1)) count += 1;
  return count;
}
