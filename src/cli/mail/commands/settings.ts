// Commands that change how the others work: variables, aliases, fields, conditions. They stand in `~/.mailrc`.

import type { Action } from '../command.ts';
import type { FieldFilter } from '../field-filter.ts';
import { print, type Session } from '../session.ts';

/** `set`, `set name`, `set name=value`, `set noname`. */
export const set: Action = {
  kind: 'words',
  run(session, words) {
    const { variables, terminal } = session;
    if (words.length === 0) {
      for (const [name, value] of variables.list()) terminal.write(`${name}\t${value}\n`);
    }
    let end: 'done' | 'failed' = 'done';
    for (const word of words) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      if (name === '') {
        print(session, 'mail.name-needed');
        end = 'failed';
      } else variables.set(name, equals < 0 ? '' : word.slice(equals + 1));
    }
    return end;
  },
};

export const unset: Action = {
  kind: 'words',
  least: 1,
  run(session, words) {
    const unknown = words.filter((name) => !session.variables.unset(name));
    if (session.sourceDepth > 0) return 'done';
    for (const name of unknown) print(session, 'mail.undefined-variable', { name });
    return unknown.length === 0 ? 'done' : 'failed';
  },
};

export const alias: Action = {
  kind: 'words',
  run(session, [name, ...members]) {
    const { aliases } = session;
    if (name === undefined) for (const each of aliases.names()) showAlias(session, each);
    else if (members.length === 0) showAlias(session, name);
    else aliases.add(name, members);
    return 'done';
  },
};

function showAlias(session: Session, name: string): void {
  const members = session.aliases.find(name);
  if (members === undefined) print(session, 'mail.no-alias', { name });
  else session.terminal.write(`${name}\t ${members.join(' ')}\n`);
}

export const unalias: Action = {
  kind: 'words',
  least: 1,
  run(session, names) {
    for (const name of names) if (!session.aliases.remove(name)) print(session, 'mail.no-alias', { name });
    return 'done';
  },
};

export const alternates: Action = {
  kind: 'words',
  run(session, words) {
    if (words.length > 0) session.alternates = words;
    else if (session.alternates.length > 0) session.terminal.write(`${session.alternates.join(' ')} \n`);
    return 'done';
  },
};

export const ignore = fields(({ shown }) => shown, 'ignored');
export const retain = fields(({ shown }) => shown, 'retained');
export const saveIgnore = fields(({ saved }) => saved, 'ignored');
export const saveRetain = fields(({ saved }) => saved, 'retained');

function fields(filterOf: (session: Session) => FieldFilter, which: 'ignored' | 'retained'): Action {
  return {
    kind: 'words',
    run(session, words) {
      const names = filterOf(session)[which];
      for (const word of words) names.add(word.toLowerCase());
      if (words.length > 0) return 'done';
      if (names.size === 0) print(session, which === 'ignored' ? 'mail.none-ignored' : 'mail.none-retained');
      for (const name of [...names].sort()) session.terminal.write(`${name}\n`);
      return 'done';
    },
  };
}

/** `if receive`, `if send` */
export const begin: Action = {
  kind: 'words',
  least: 1,
  most: 1,
  run(session, [word = '']) {
    if (session.condition !== 'any') {
      print(session, 'mail.nested-if');
      return 'failed';
    }
    const condition = ({ r: 'reading', s: 'sending' } as const)[word.charAt(0).toLowerCase()];
    if (condition === undefined) {
      print(session, 'mail.unknown-if', { word });
      return 'failed';
    }
    session.condition = condition;
    return 'done';
  },
};

export const otherwise: Action = {
  kind: 'words',
  most: 0,
  run(session) {
    if (session.condition === 'any') {
      print(session, 'mail.else-without-if');
      return 'failed';
    }
    session.condition = session.condition === 'reading' ? 'sending' : 'reading';
    return 'done';
  },
};

export const end: Action = {
  kind: 'words',
  most: 0,
  run(session) {
    if (session.condition === 'any') {
      print(session, 'mail.endif-without-if');
      return 'failed';
    }
    session.condition = 'any';
    return 'done';
  },
};
