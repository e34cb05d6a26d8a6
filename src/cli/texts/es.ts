// Español.

import { configEs } from './config-es.ts';
import { dkimEs } from './dkim-es.ts';
import { doctorEs } from './doctor-es.ts';
import { domainEs } from './domain-es.ts';
import { domainFindingsEs } from './domain-findings-es.ts';
import { journalEs } from './journal-es.ts';
import { labEs } from './lab-es.ts';
import { queueEs } from './queue-es.ts';
import { replayEs } from './replay-es.ts';
import { reportsEs } from './reports-es.ts';
import { routeEs } from './route-es.ts';
import { setupEs } from './setup-es.ts';
import { simulateEs } from './simulate-es.ts';
import { tablesEs } from './tables-es.ts';
import type { Texts } from './text-key.ts';
import { tlsEs } from './tls-es.ts';
import { whyEs } from './why-es.ts';

export const es: Texts = {
  ...routeEs,
  ...journalEs,
  ...tablesEs,
  ...queueEs,
  ...whyEs,
  ...dkimEs,
  ...tlsEs,
  ...doctorEs,
  ...domainEs,
  ...domainFindingsEs,
  ...reportsEs,
  ...configEs,
  ...labEs,
  ...setupEs,
  ...simulateEs,
  ...replayEs,
  'program.description': 'Un servidor de correo completo en un solo programa que explica cada decisión que toma.',
  'program.examples': `Ejemplos:
  valija status
  valija domain add example.org
  valija account add ana@example.org
  valija why 4XyZ123456z0Abc
Los códigos de salida son los de sysexits.h: 0 hecho, 64 mal uso, 65 datos incorrectos, 66 no existe,
69 no hay servidor, 73 ya existe o está en uso, 75 más tarde, 77 sin permiso, 78 mala configuración.`,
  'help.usage': 'Uso:',
  'help.options': 'Opciones:',
  'help.global-options': 'Opciones de cualquier orden:',
  'help.arguments': 'Argumentos:',
  'help.commands': 'Órdenes:',
  'help.usage-options': '[opciones]',
  'help.usage-command': '[orden]',
  'help.usage-commands': '[orden...]',
  'help.command': 'muestra la ayuda de una orden',
  'help.option': 'muestra la ayuda',
  'option.version': 'muestra la versión',
  'option.config': 'la configuración (por omisión: $VALIJA_CONFIG, ./state/valija.toml, /etc/valija/valija.toml)',
  'option.json': 'JSON en lugar de texto',
  'option.lang': 'idioma de los textos: en o es (por omisión: según LANG)',

  'usage.hint': 'Véase: {command}',
  'usage.unknown-command': 'no existe la orden «{name}»',
  'usage.unknown-option': 'no existe la opción {name}',
  'usage.near': '¿Quería decir {names}?',
  'usage.missing-argument': 'falta {name}',
  'usage.option-argument-missing': 'la opción {name} necesita un valor',
  'usage.too-many-arguments': 'sobran palabras: se esperaban {expected} y hay {received}',
  'usage.options-conflict': '{one} y {other} se excluyen',
  'usage.invalid-value': '«{value}» no es un valor para {name}',
  'usage.choices': 'Uno de: {choices}',
  'usage.invalid-moment':
    '«{value}» no es un valor para {name}; valores son: 2h (hace), ayer, lunes, 2026-11-21, 2026-11-21T10:00',
  'usage.invalid-span': '«{value}» no es un valor para {name}; valores son: 30m, 2h, 5d',
  'usage.invalid-count': '«{value}» no es un valor para {name}; valores son: números enteros del {least} al {most}',
  'usage.nothing-asked': 'no se ha pedido ningún cambio; las opciones son: {options}',
  'usage.password-as-argument': `una contraseña nunca se da como argumento: otros usuarios la ven (ps) y el shell la guarda.
Se pide en el terminal, o se lee con --password-stdin:
  valija account password ana@example.org
  pass show ana | valija account password ana@example.org --password-stdin`,

  'config.not-found': `no hay configuración; se buscó en {places}.
Indíquela con --config FICHERO o VALIJA_CONFIG. En una copia del código, npm start escribe la primera.`,
  'config.bad': 'la configuración no sirve:\n{complaints}',

  'machine.forbidden':
    'este usuario no puede hacerlo: {reason}. Ejecute la orden como el dueño del estado, o como root',
  'control.not-permitted':
    'este usuario no puede preguntar al servidor de aquí ({path}). Ejecute la orden como su dueño, {owner}.',
  'control.path-too-long':
    'la ruta del socket de control {path} pasa de {most} octetos; elija un state_directory más corto',
  'control.no-answer': 'el servidor no responde: {reason}',
  'control.unavailable': 'el servidor no puede hacerlo ahora: {reason}',
  'control.failed': 'el servidor ha fallado: {reason}',
  'state.foreign-owner':
    'el estado en {folder} es de {owner}; como root, esta orden dejaría ficheros que el servidor no puede leer.\nEjecute: sudo -u {owner} valija …',

  'field.domain': 'Dominio',
  'field.catch-all': 'Recoge-todo',
  'field.accounts': 'Cuentas',
  'field.aliases': 'Alias',
  'field.created': 'Creado',
  'field.state': 'Estado',
  'field.account': 'Cuenta',
  'field.name': 'Nombre',
  'field.addresses': 'Direcciones',
  'field.quota': 'Cuota',
  'field.password': 'Contraseña',
  'field.source': 'Origen',
  'field.problem': 'Problema',
  'field.alias': 'Alias',
  'field.targets': 'Lleva a',
  'state.enabled': 'activo',
  'state.disabled': 'desactivado',
  'state.unusable': 'inservible',
  'source.embedded': 'propio',
  'quota.none': 'sin límite',
  'password.none': 'ninguna: no puede entrar',
  'password.with-scram': '{scheme}, SCRAM-SHA-256',
  'password.without-scram': '{scheme} (sin SCRAM)',

  'argument.domain': 'un nombre de dominio, como example.org',
  'argument.account': 'la dirección propia de la cuenta, como ana@example.org',
  'argument.alias': 'la dirección del alias, como ventas@example.org',
  'argument.targets': 'una o más direcciones, de aquí o de fuera',
  'option.of-domain': 'solo de este dominio',

  'domain.description': 'los dominios de correo de este servidor',
  'domain.examples': `Ejemplos:
  valija domain add example.org
  valija domain set example.org --catch-all ana@example.org
  valija domain list --json`,
  'domain.add': 'añade un dominio',
  'domain.add.examples': `Ejemplo:
  valija domain add example.org`,
  'domain.list': 'lista los dominios',
  'domain.list.examples': `Ejemplo:
  valija domain list`,
  'domain.show': 'muestra un dominio',
  'domain.show.examples': `Ejemplo:
  valija domain show example.org`,
  'domain.set': 'cambia un dominio',
  'domain.set.examples': `Ejemplos:
  valija domain set example.org --catch-all ana@example.org
  valija domain set example.org --no-catch-all
  valija domain set example.org --disable`,
  'domain.remove': 'elimina un dominio al que no le quedan cuentas ni alias',
  'domain.remove.examples': `Ejemplo:
  valija domain remove example.org`,
  'domain.option.catch-all': 'la cuenta que recibe lo dirigido a direcciones que no existen',
  'domain.option.no-catch-all': 'rechaza las direcciones que no existen',
  'domain.option.disable': 'nadie del dominio puede entrar, y no recibe correo',
  'domain.option.enable': 'deshace --disable',
  'domain.added': 'Dominio {name} añadido.',
  'domain.changed': 'Dominio {name} modificado.',
  'domain.removed': 'Dominio {name} eliminado.',
  'domain.none': 'Aún no hay dominios. Añada uno con: valija domain add example.org',

  'account.description': 'las personas que tienen correo aquí',
  'account.examples': `Ejemplos:
  valija account add ana@example.org --name "Ana Gil" --quota 5G
  valija account password ana@example.org
  valija account list --domain example.org`,
  'account.add': 'crea una cuenta; pide la contraseña',
  'account.add.examples': `Ejemplos:
  valija account add ana@example.org --name "Ana Gil" --quota 5G
  valija account add ana@example.org --password-stdin < fichero
  valija account add ana@example.org --hash-stdin < hash      (como lo tienen Dovecot o /etc/shadow)
  valija account add ana@example.org --no-password`,
  'account.list': 'lista las cuentas',
  'account.list.examples': `Ejemplo:
  valija account list --domain example.org`,
  'account.show': 'muestra una cuenta',
  'account.show.examples': `Ejemplo:
  valija account show ana@example.org`,
  'account.set': 'cambia una cuenta',
  'account.set.examples': `Ejemplos:
  valija account set ana@example.org --quota 10G --name "Ana Gil"
  valija account set ana@example.org --add-address ana.gil@example.org
  valija account set ana@example.org --disable`,
  'account.remove': 'elimina una cuenta; su correo se queda donde está',
  'account.remove.examples': `Ejemplo:
  valija account remove ana@example.org`,
  'account.password': 'cambia la contraseña, que se pide en el terminal',
  'account.password.examples': `Ejemplos:
  valija account password ana@example.org
  pass show ana | valija account password ana@example.org --password-stdin
  valija account password ana@example.org --hash-stdin < hash`,
  'account.option.name': 'el nombre de la persona',
  'account.option.quota': 'cuánto correo puede guardar: 500M, 5G; 0 sin límite',
  'account.option.address': 'otra dirección más; puede repetirse',
  'account.option.remove-address': 'quita una dirección; puede repetirse',
  'account.option.password-stdin': 'lee la contraseña de la entrada estándar, una línea',
  'account.option.hash-stdin': 'lee un hash de otro sistema, como {SHA512-CRYPT}$6$…; no podrá usar SCRAM',
  'account.option.no-password': 'sin contraseña: aún no puede entrar nadie',
  'account.option.disable': 'ni entra ni recibe correo',
  'account.option.enable': 'deshace --disable',
  'account.added': 'Cuenta {name} añadida.',
  'account.changed': 'Cuenta {name} modificada.',
  'account.removed': 'Cuenta {name} eliminada. Su correo se queda donde está.',
  'account.password-set': 'Contraseña de {name} cambiada.',
  'account.none': 'Aún no hay cuentas. Añada una con: valija account add ana@example.org',
  'account.quota-malformed': '«{given}» no es un tamaño; la forma es 500M, 5G, o 0 para sin límite',
  'account.password-needed':
    'no hay un terminal donde pedir la contraseña; use --password-stdin, --hash-stdin o --no-password',
  'account.password-prompt': 'Nueva contraseña de {name}: ',
  'account.password-again': 'Otra vez: ',
  'account.password-differs': 'las dos contraseñas no son iguales; no se ha cambiado nada',
  'account.password-given-up': 'cancelado; no se ha cambiado nada',
  'account.stdin-empty': 'la entrada estándar estaba vacía; no se ha cambiado nada',
  'account.stdin-lines': 'la entrada estándar tiene más de una línea; una contraseña es una línea',
  'account.stdin-too-long': 'la entrada estándar es más larga que cualquier contraseña; no se ha cambiado nada',

  'alias.description': 'direcciones que llevan a otras',
  'alias.examples': `Ejemplos:
  valija alias add ventas@example.org ana@example.org luis@example.com
  valija alias list`,
  'alias.add': 'crea un alias',
  'alias.add.examples': `Ejemplo:
  valija alias add ventas@example.org ana@example.org luis@example.com`,
  'alias.list': 'lista los alias',
  'alias.list.examples': `Ejemplo:
  valija alias list --domain example.org`,
  'alias.show': 'muestra un alias',
  'alias.show.examples': `Ejemplo:
  valija alias show ventas@example.org`,
  'alias.set': 'cambia adónde lleva un alias',
  'alias.set.examples': `Ejemplo:
  valija alias set ventas@example.org luis@example.com`,
  'alias.remove': 'elimina un alias',
  'alias.remove.examples': `Ejemplo:
  valija alias remove ventas@example.org`,
  'alias.added': 'Alias {name} añadido.',
  'alias.changed': 'Alias {name} modificado.',
  'alias.removed': 'Alias {name} eliminado.',
  'alias.none': 'Aún no hay alias. Añada uno con: valija alias add ventas@example.org ana@example.org',

  'status.description': 'cómo está el servidor',
  'status.examples': `Ejemplos:
  valija status
  valija status --json`,
  'status.running': 'Valija {version} funciona en {hostname} desde {started} ({uptime}), proceso {pid}.',
  'status.not-running': 'no hay ningún servidor en marcha aquí ({path}); se arranca con: valija serve',
  'status.messages': 'Mensajes: {accepted} aceptados, {filed} entregados, {refused} rechazados.',
  'status.service': 'Servicio',
  'status.address': 'Dirección',
  'status.port': 'Puerto',
  'status.sessions': 'Sesiones',
  'status.sessions-total': 'Desde el inicio',
  'status.limited.none': 'Nadie está limitado.',
  'status.limited.title': 'Limitados ahora: {total}',
  'status.limited.network': 'Red',
  'status.limited.account': 'Cuenta',
  'status.limited.why': 'Por qué',
  'status.limited.count': 'Número',
  'status.limited.refused': 'Rechazos',
  'status.limited.until': 'Hasta',

  'state.description': 'cuida de lo que guarda el servidor',
  'state.examples': `Ejemplos:
  valija state verify
  valija state verify --json`,
  'state.verify':
    'revisa todo lo que guarda el servidor, y todo el correo; no cambia nada, y puede usarse con el servidor en marcha',
  'state.verify.examples': `Ejemplos:
  valija state verify
  valija state verify --json | jq 'map(select(.severity == "damage"))'
Una línea por hallazgo: dónde, qué significa, qué hacer. Código de salida 65 si hay algo dañado.`,
  'state.none': 'no hay ningún estado en {folder}',
  'state.progress': '{done} de {all} cuentas revisadas',
  'state.word.damage': 'daño',
  'state.word.notice': 'aviso',
  'state.whole': 'El estado está íntegro: {accounts} cuentas revisadas, {notice} avisos.',
  'state.damaged': 'Daños: {damage}, avisos: {notice}; {accounts} cuentas revisadas.',

  'log.description': 'muestra el registro',
  'log.examples': `Ejemplos:
  valija log -n 100
  valija log -f
  valija log --level debug
  valija log --json | jq 'select(.area == "smtpd")'`,
  'log.option.follow': 'sigue mientras el registro crece, hasta Ctrl-C',
  'log.option.lines': 'las últimas líneas (por omisión: 50)',
  'log.option.level': 'dice al servidor en marcha desde qué nivel registra, hasta que se reinicie',
  'log.level-changed': 'El servidor en marcha registra desde el nivel {level}.',
  'log.none': 'aún no hay registro: {file}',
  'log.off': 'esta configuración no guarda el registro en ningún fichero; ponga uno en maillog_file',

  'serve.description': 'pone en marcha el servidor de una configuración hasta que se le diga que pare',
  'serve.examples': `Ejemplos:
  valija serve --config /etc/valija/valija.toml
SIGTERM lo detiene cuando las sesiones abiertas han tenido un momento para acabar; SIGHUP vuelve a leer el certificado y abre de nuevo el registro.`,

  'start.description': 'un servidor completo en loopback, con un dominio y dos cuentas para probarlo (npm start)',
  'start.examples': `Ejemplos:
  npm start
  VALIJA_DEMO_PASSWORD='caballo correcto' npm start`,
  'start.config-written': 'escrito {file}',
  'start.as-root':
    'En marcha como root: vale en loopback para probarlo; un servidor de verdad tiene su propio usuario.',
  'start.ready': 'Valija está lista: {listeners}',
  'start.password': 'Contraseña',
  'start.password-kept': '(la que se mostró en el primer arranque; otra nueva: bin/valija account password …)',
  'start.your-password': 'CONTRASEÑA',
  'start.send': 'Enviar un primer mensaje',
  'start.read': 'Leerlo',
  'start.next': 'Después',
  'start.next-lines': `bin/valija why ID-DE-COLA       qué ha sido de él, y por qué (el id está en el registro, arriba)
bin/valija status               quién escucha, cuántos mensajes
bin/valija domain add …         tus propios dominios, cuentas y alias
El registro: {log}. Ctrl-C detiene el servidor; el correo se queda en ./state.`,
};
