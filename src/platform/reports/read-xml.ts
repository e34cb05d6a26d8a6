// XML of strangers → elements, by their local names; attributes are left out. There is no document type and no entity but XML's own
// five. Tags are counted, and texts measured, before a tree is made of them: the parser goes by single letters, and takes a
// hundred times the memory of a long text. A thread that has no memory left ends the whole process.

import { XMLParser } from 'fast-xml-parser';
import { err, ok, type Result } from '#base/result.ts';
import type { XmlElement } from '#mail/reports/read-aggregate-report.ts';

export interface XmlLimits {
  readonly tags: number;
  /** From one tag's begin to the next one's. */
  readonly tagOctets: number;
  readonly depth: number;
}

const TAG = 0x3c;

export function readXml(octets: Buffer, { tags, tagOctets, depth }: XmlLimits): Result<XmlElement, string> {
  if (octets[0] === 0xfe || octets[0] === 0xff || octets[1] === 0) return err('it is not written in UTF-8');
  const excess = findExcess(octets, tags, tagOctets);
  if (excess !== undefined) return err(excess);
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

function findExcess(octets: Buffer, tags: number, tagOctets: number): string | undefined {
  let count = 0;
  let begin = 0;
  while (begin < octets.length) {
    const next = octets.indexOf(TAG, begin + 1);
    const end = next === -1 ? octets.length : next;
    count += 1;
    if (count > tags) return `it has more than ${tags} tags`;
    if (end - begin > tagOctets) return `it has a tag or a text of more than ${tagOctets} octets`;
    begin = end;
  }
  return undefined;
}
