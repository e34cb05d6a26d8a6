// Words → the restrictions they name, with their arguments. A mistake says which word is wrong, and why.

import { type Mistake, mistake, mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { splitElementWords } from './element-words.ts';
import type { Built, Knowledge, Resource, RestrictionElement } from './restriction.ts';
import { findReasonOfAbsence, findRestriction, type KnownRestriction } from './restriction-table.ts';

export type RestrictionClasses = ReadonlyMap<string, readonly RestrictionElement[]>;

/** Where the words stand. */
export interface ElementPlace {
  readonly classes: RestrictionClasses;
  /** What a table without a name before it stands for; `undefined` where it must have one. */
  readonly defaultAccess: string | undefined;
  /** What has been said when these are judged; `undefined` where that is not known yet. */
  readonly knowledge: Knowledge | undefined;
}

export interface ElementMistake {
  /** The words as they stand there. */
  readonly element: string;
  readonly wrong: Mistake;
  /** A name that is none, for which a near one may be found. */
  readonly unknownName?: string;
}

const WARN_IF_REJECT = 'warn_if_reject';

const WHEN_KNOWN: readonly Knowledge[] = ['client', 'greeting', 'sender', 'recipient', 'data'];

export function parseElements(
  words: readonly string[],
  place: ElementPlace,
): Result<readonly RestrictionElement[], ElementMistake> {
  const elements: RestrictionElement[] = [];
  for (let at = 0; at < words.length; at++) {
    const onlyWarns = words[at]?.toLowerCase() === WARN_IF_REJECT;
    if (onlyWarns) at++;
    const read = readElement(words[at] ?? '', words[at + 1], place);
    if (!read.ok) return read;
    const { takesNext, ...element } = read.value;
    if (takesNext) at++;
    elements.push(onlyWarns ? { ...element, text: `${WARN_IF_REJECT} ${element.text}`, onlyWarns } : element);
  }
  return ok(elements);
}

type ReadElement = RestrictionElement & { readonly takesNext: boolean };

function readElement(word: string, next: string | undefined, place: ElementPlace): Result<ReadElement, ElementMistake> {
  if (word === '') return err({ element: WARN_IF_REJECT, wrong: mistake('restriction-must-follow') });
  const known = findRestriction(word);
  if (known !== undefined) return readKnown(known, word, next, place);
  const restrictionClass = place.classes.get(word);
  if (restrictionClass !== undefined) return ok(classElement(word, restrictionClass));
  if (word.includes(':')) return readTable(word, place);
  const reason = findReasonOfAbsence(word);
  if (reason !== undefined) return err({ element: word, wrong: mistake('restriction-absent', { reason }) });
  return err({ element: word, wrong: mistake('restriction-unknown'), unknownName: word });
}

function readKnown(
  { name, kind }: KnownRestriction,
  word: string,
  next: string | undefined,
  { knowledge }: ElementPlace,
): Result<ReadElement, ElementMistake> {
  if (knowledge !== undefined && WHEN_KNOWN.indexOf(kind.needs) > WHEN_KNOWN.indexOf(knowledge)) {
    return err({ element: word, wrong: mistake('restriction-too-early', { needs: mistake(`needs-${kind.needs}`) }) });
  }
  const takesNext = kind.argument !== undefined;
  if (kind.argument !== undefined && next === undefined) {
    return err({ element: word, wrong: mistake('argument-missing', { argument: kind.argument }) });
  }
  const argument = takesNext ? (next ?? '') : '';
  const text = takesNext ? `${name} ${argument}` : name;
  const built: Result<Built, Mistake> = kind.build(argument);
  if (!built.ok) return err({ element: text, wrong: wrongArgument(built.error, kind.argument) });
  return ok({ text, name, onlyWarns: false, takesNext, ...built.value });
}

function wrongArgument(wrong: Mistake, argument: Mistake | undefined): Mistake {
  return argument === undefined ? wrong : mistake('argument-wrong', { wrong, argument });
}

/** As Postfix has it, a table alone is one of what the list is about. */
function readTable(word: string, place: ElementPlace): Result<ReadElement, ElementMistake> {
  const known = place.defaultAccess === undefined ? undefined : findRestriction(place.defaultAccess);
  if (known === undefined) return err({ element: word, wrong: mistake('table-without-access') });
  const read = readKnown(known, known.name, word, place);
  return read.ok ? ok({ ...read.value, takesNext: false }) : read;
}

function classElement(name: string, elements: readonly RestrictionElement[]): ReadElement {
  const uses: Resource[] = elements.flatMap((element) => [...element.uses]);
  return {
    text: name,
    name,
    onlyWarns: false,
    takesNext: false,
    uses,
    restriction: () => ({ kind: 'consult', elements }),
  };
}

/** What an access table names, while a message comes in. */
export function parseRunningElements(
  words: string,
  classes: RestrictionClasses,
): Result<readonly RestrictionElement[], string> {
  const place = { classes, defaultAccess: undefined, knowledge: undefined };
  const split = splitElementWords(words);
  const elements = split.ok ? parseElements(split.value, place) : split;
  if (elements.ok) return elements;
  const { error } = elements;
  return err('element' in error ? `${error.element}: ${mistakeInEnglish(error.wrong)}` : mistakeInEnglish(error));
}

/** A restriction without an argument that holds though no list names it. Throws where there is none of that name. */
export function implicitElement(name: string): RestrictionElement {
  const built = findRestriction(name)?.kind.build('');
  if (built?.ok !== true) throw new Error(`${name} is no restriction without an argument`);
  return { text: name, name, onlyWarns: false, ...built.value };
}
