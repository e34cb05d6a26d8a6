// Español: `valija postmap`, `postalias`, `newaliases`.

import type { tablesEn } from './tables-en.ts';

export const tablesEs: Readonly<Record<keyof typeof tablesEn, string>> = {
  'tables.postmap.description': 'crea, consulta o cambia una tabla de búsqueda, como Postfix',
  'tables.postmap.examples': `Ejemplos:
  valija postmap /etc/valija/virtual             crea /etc/valija/virtual.cdb
  valija postmap -q usuario1@valija.test cdb:/etc/valija/virtual
  valija postmap -s hash:/etc/postfix/virtual
  valija postmap -q 192.0.2.1 cidr:/etc/valija/clients
Códigos de salida: 0 hecho o encontrado, 1 no encontrado.`,
  'tables.postalias.description': 'crea, consulta o cambia una tabla de alias, como Postfix',
  'tables.postalias.examples': `Ejemplos:
  valija postalias /etc/aliases                  crea /etc/aliases.cdb
  valija postalias -q root texthash:/etc/aliases
Códigos de salida: 0 hecho o encontrado, 1 no encontrado.`,
  'tables.newaliases.description': 'crea los índices de los ficheros de alias de alias_maps y busca errores',
  'tables.newaliases.examples': `Ejemplos:
  valija newaliases
El servidor nota por sí mismo los ficheros cambiados en menos de un segundo.`,
  'tables.newaliases.none': 'alias_maps no nombra ninguna tabla: no hay nada que hacer.',
  'tables.newaliases.made': '{file}: {aliases} alias, índice creado.',
  'tables.newaliases.read': '{file}: {aliases} alias; se lee tal cual, sin índice.',
  'tables.argument': 'tipo:fichero; sin tipo, cdb:fichero',
  'tables.option.query': 'muestra el valor de una clave; - lee las claves de la entrada estándar',
  'tables.option.sequence': 'muestra todas las claves y valores',
  'tables.option.delete': 'borra una clave; - lee las claves de la entrada estándar',
  'tables.option.incremental': 'añade a la tabla existente lo que llega por la entrada estándar',
  'tables.option.replace': 'una clave repetida sustituye el valor anterior, sin aviso',
  'tables.option.ignore': 'una clave repetida se pasa por alto, sin aviso',
  'tables.option.no-fold': 'no pasa las claves a minúsculas',
  'tables.option.nul': 'escribe un NUL detrás de claves y valores',
  'tables.option.no-nul': 'no escribe NUL detrás de claves y valores (lo habitual)',
  'tables.option.stay-root': 'como root, no trabaja como el dueño del fichero',
  'tables.option.own-mode': 'da al fichero nuevo el modo 0644, no el de su fuente',
  'tables.option.accepted': 'se acepta y no tiene efecto',
  'tables.warning': 'aviso',
  'tables.made': '{file} está creado; los ficheros .db de Postfix se leen, no se escriben.',
  'tables.no-source': 'no existe el fichero {file}',
  'tables.no-index': 'las tablas {type}: se leen tal cual: no hay índice que crear o cambiar',
  'tables.no-sequence': '{table} no tiene lista de claves',
};
