// Enforces `areas.ts` over import lines, names and lengths. Every complaint says what is allowed.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { AREAS, type Area, FORBIDDEN_NAMES, IMPURE, LONGEST_FILE_LINES, PACKAGES } from './areas.ts';
import { sourceFiles } from './source-files.ts';

const IMPORT = /^\s*(?:import|export)\b(?:[^'"]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function checkAreas(root: string): string[] {
  const files = sourceFiles(root);
  return files.flatMap((file) => checkFile(root, file));
}

function checkFile(root: string, file: string): string[] {
  const area = areaOf(file);
  if (area === undefined) return [`${file}: lies in no area; the areas are ${AREAS.map((a) => a.folder).join(', ')}`];
  const text = readFileSync(join(root, file), 'utf8');
  const isTest = /\.(?:test|contract)\.ts$/.test(file) || file.startsWith('test/');
  const lines = text.split('\n').length - 1;
  const complaints = forbiddenNames(file);
  if (lines > LONGEST_FILE_LINES) complaints.push(`${file}: ${lines} lines; at most ${LONGEST_FILE_LINES} are allowed`);
  if (area.pure && !isTest) complaints.push(...impurities(file, text));
  for (const match of text.matchAll(IMPORT)) {
    const complaint = checkImport(root, file, area, match[1] ?? match[2] ?? '', isTest);
    if (complaint !== undefined) complaints.push(`${file}: ${complaint}`);
  }
  return complaints;
}

function areaOf(file: string): Area | undefined {
  const fitting = AREAS.filter((area) => file.startsWith(`${area.folder}/`));
  return fitting.sort((a, b) => b.folder.length - a.folder.length)[0];
}

function forbiddenNames(file: string): string[] {
  const parts = file.replace(/\.ts$/, '').split('/');
  return parts
    .filter((part) => FORBIDDEN_NAMES.includes(part.replace(/\.(?:test|contract)$/, '')))
    .map((part) => `${file}: the name "${part}" says nothing; name the noun it holds`);
}

function impurities(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    const code = line.replace(/\/\/.*$/, '');
    const hit = IMPURE.find((pattern) => pattern.test(code));
    return hit === undefined
      ? []
      : [`${file}:${at + 1}: pure code has no clock, randomness or process; ask a port of mail/ports`];
  });
}

function checkImport(root: string, file: string, area: Area, name: string, isTest: boolean): string | undefined {
  if (name.startsWith('node:')) return isTest ? undefined : checkNodeModule(area, name);
  if (name.startsWith('#') || name.startsWith('.')) return checkOwnModule(root, file, area, name, isTest);
  return checkPackage(file, name, isTest);
}

function checkNodeModule(area: Area, name: string): string | undefined {
  if (area.outside === 'any' || area.outside.includes(name)) return undefined;
  return `${area.folder} may not use ${name}; allowed: ${area.outside.join(', ')}`;
}

function checkPackage(file: string, name: string, isTest: boolean): string | undefined {
  if (isTest) return undefined;
  const home = Object.entries(PACKAGES).find(([known]) => name === known || name.startsWith(`${known}/`));
  if (home === undefined) return `the package ${name} is in no row of PACKAGES in tools/areas.ts`;
  return file.startsWith(`${home[1]}/`) ? undefined : `the package ${name} is imported by ${home[1]} only`;
}

function checkOwnModule(root: string, file: string, area: Area, name: string, isTest: boolean): string | undefined {
  const target = name.startsWith('#') ? `src/${name.slice(1)}` : posix.normalize(posix.join(dirname(file), name));
  if (!existsSync(join(root, target))) return `imports ${name}, which does not exist`;
  if (isTest) return undefined;
  if (target.startsWith('test/')) return `product code may not import ${target}`;
  const targetArea = areaOf(target);
  if (targetArea === area) {
    const child = (path: string) => path.slice(area.folder.length + 1).split('/')[0];
    // A file directly in the area's folder belongs to all of its children.
    const shared = child(target)?.endsWith('.ts') === true;
    if (!area.separateChildren || shared || child(file) === child(target)) return undefined;
    return `${area.folder}/${child(file)} may not use ${area.folder}/${child(target)}: they do not know each other`;
  }
  const allowed = area.mayUse.some((folder) => target === folder || target.startsWith(`${folder}/`));
  return allowed ? undefined : `${area.folder} may not use ${target}; allowed: ${area.mayUse.join(', ') || 'nothing'}`;
}
