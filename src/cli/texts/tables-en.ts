// English: `valija postmap`, `postalias`, `newaliases`.

export const tablesEn = {
  'tables.postmap.description': 'make, ask or change a look-up table, as Postfix does',
  'tables.postmap.examples': `Examples:
  valija postmap /etc/valija/virtual             makes /etc/valija/virtual.cdb
  valija postmap -q usuario1@valija.test cdb:/etc/valija/virtual
  valija postmap -s hash:/etc/postfix/virtual
  valija postmap -q 192.0.2.1 cidr:/etc/valija/clients
Exit codes: 0 done or found, 1 not found.`,
  'tables.postalias.description': 'make, ask or change a table of aliases, as Postfix does',
  'tables.postalias.examples': `Examples:
  valija postalias /etc/aliases                  makes /etc/aliases.cdb
  valija postalias -q root texthash:/etc/aliases
Exit codes: 0 done or found, 1 not found.`,
  'tables.newaliases.description': 'make the indexes of the alias files of alias_maps, and look for mistakes',
  'tables.newaliases.examples': `Examples:
  valija newaliases
The server notices changed files by itself within a second.`,
  'tables.newaliases.none': 'alias_maps names no table: there is nothing to do.',
  'tables.newaliases.made': '{file}: {aliases} aliases, index made.',
  'tables.newaliases.read': '{file}: {aliases} aliases; read as it is, without an index.',
  'tables.argument': 'type:file; without a type, cdb:file',
  'tables.option.query': 'print the value of a key; - reads keys from standard input',
  'tables.option.sequence': 'print all keys and values',
  'tables.option.delete': 'delete a key; - reads keys from standard input',
  'tables.option.incremental': 'add entries from standard input to the table that is there',
  'tables.option.replace': 'a key that comes again replaces the former value, without a warning',
  'tables.option.ignore': 'a key that comes again is passed over, without a warning',
  'tables.option.no-fold': 'do not turn keys into small letters',
  'tables.option.nul': 'write a NUL behind keys and values',
  'tables.option.no-nul': 'write no NUL behind keys and values (the default)',
  'tables.option.stay-root': "as root, do not work as the file's owner",
  'tables.option.own-mode': "give the new file mode 0644, not its source's",
  'tables.option.accepted': 'accepted, and without effect',
  'tables.warning': 'warning',
  'tables.made': '{file} is made; .db files of Postfix are read, not written.',
  'tables.no-source': 'there is no file {file}',
  'tables.no-index': '{type}: tables are read as they are: there is no index to make or change',
  'tables.no-sequence': '{table} has no list of keys',
};
