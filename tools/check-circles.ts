// Enforces that imports run in one direction: files that need one another at run time are one file, or three. Types alone may
// know each other.

import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { sourceFiles } from './source-files.ts';

const IMPORT = /^(?:import|export)\s+(type\s+)?([^'"]*?)\s*from\s*['"]([#.][^'"]+)['"]/gm;

/** Each circle once, by the files on its way. */
export function checkCircles(root: string): string[] {
  const files = sourceFiles(root).filter((file) => file.startsWith('src/') && !file.endsWith('.test.ts'));
  const needs = new Map(files.map((file) => [file, neededBy(root, file)]));
  const done = new Set<string>();
  return files.flatMap((file) => findCircles(file, { needs, done, way: [] }));
}

interface Walk {
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Files from which no circle goes that was not told. */
  readonly done: Set<string>;
  readonly way: string[];
}

function findCircles(file: string, walk: Walk): string[] {
  const { needs, done, way } = walk;
  const at = way.indexOf(file);
  if (at >= 0) return [`imports run in a circle: ${[...way.slice(at), file].join(' → ')}`];
  if (done.has(file)) return [];
  way.push(file);
  const circles = (needs.get(file) ?? []).flatMap((needed) => findCircles(needed, walk));
  way.pop();
  done.add(file);
  return circles;
}

/** At run time: what is imported for its types only is not there then. */
function neededBy(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, type, names = '', name = '']) => {
    if (type !== undefined || isTypesOnly(names)) return [];
    return name.startsWith('#') ? `src/${name.slice(1)}` : posix.normalize(posix.join(dirname(file), name));
  });
}

function isTypesOnly(names: string): boolean {
  const listed = /^\{([^}]*)\}$/
    .exec(names.trim())?.[1]
    ?.split(',')
    .map((each) => each.trim());
  return listed?.every((each) => each === '' || each.startsWith('type ')) === true;
}
