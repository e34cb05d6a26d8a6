// Spanish: `valija config`, and how safe the server is to others.

import type { configEn } from './config-en.ts';

export const configEs: Readonly<Record<keyof typeof configEn, string>> = {
  'config.description': 'comprueba, muestra, compara y cambia la configuración',
  'config.examples': `Ejemplos:
  valija config check /etc/valija/valija.toml
  valija config show
  valija config apply nueva.toml --confirm-within 10m
  valija config history`,
  'config.check.description':
    'dice si una configuración es correcta: fichero, línea, clave, qué está mal y qué estaría bien',
  'config.check.examples': `Ejemplos:
  valija config check nueva.toml
  valija config check --attack              # el servidor en marcha se ataca a sí mismo, tal como está
  valija config check nueva.toml --attack   # y tal como estaría`,
  'config.option.attack':
    'que el servidor en marcha se ataque a sí mismo: relay, contrabando de mensajes, STARTTLS, contraseñas sin cifrar, backscatter',
  'config.show.description': 'cada ajuste con su valor efectivo',
  'config.good': '{file} es correcta: {listeners} puntos de escucha',
  'config.closed-to-plain-mail':
    'aviso: {place}: smtpd_tls_security_level = "encrypt" deja fuera el correo de los servidores que no hablan TLS; "may" lo recibe, cifrado cuando ellos pueden',
  'config.silent-notice-class':
    'aviso: notify_classes: por «{name}» no se envía nada; lo cuentan el registro y valija why',

  'config.history.description': 'las configuraciones que han estado en vigor, la última primero',
  'config.history.examples': `Ejemplos:
  valija config history
  valija config diff 3 4`,
  'config.history.none': 'aún no se guarda ninguna configuración: el servidor guarda las que carga',
  'config.history.not-there': 'no hay ninguna configuración {number}; véase: valija config history',
  'config.history.number': 'N.º',
  'config.history.loaded': 'Cargada',
  'config.history.how': 'Por',
  'config.history.by': 'Quién',
  'config.history.changes': 'Cambió',
  'config.diff.description': 'qué difiere: de la que está en vigor al fichero, o entre dos números o ficheros',
  'config.diff.examples': `Ejemplos:
  valija config diff               # qué cambiaría al recargar
  valija config diff 3             # de la número 3 al fichero
  valija config diff 3 nueva.toml
Los secretos se comparan y no se muestran.`,
  'config.diff.none': 'ningún ajuste difiere',

  'config.apply.description': 'pone otro fichero en lugar de la configuración, y lo carga',
  'config.apply.examples': `Ejemplos:
  valija config apply nueva.toml
  valija config apply nueva.toml --confirm-within 10m   # vuelve sola atrás, salvo: valija config confirm
Lo que el servidor rechaza se retira al momento.`,
  'config.option.confirm-within': 'volver a la anterior pasado este tiempo (10m, 1h), si no se confirma',
  'config.apply.loaded': '{file} está en vigor; la anterior es {file}.former',
  'config.apply.not-running': '{file} está en su sitio; no hay servidor en marcha, el próximo arranque la carga',
  'config.apply.confirm': 'Confírmela con: valija config confirm. Si no, vuelve la anterior: {until}.',
  'config.apply.refused': 'el servidor la ha rechazado, y la anterior está en su sitio:\n{reason}',
  'config.apply.no-word': 'el servidor no ha dicho a tiempo si la ha cargado',
  'config.apply.no-time': '«{text}» no es un tiempo para una prueba; es un número con s, m, h o d, como mucho 7d: 10m',
  'config.apply.on-trial':
    '{file} está a prueba: confírmela antes (valija config confirm), o espere a que vuelva atrás',
  'config.apply.cannot-write': '{file} no se puede sustituir: {reason}. Ejecute la orden como su dueño',
  'config.apply.cannot-signal':
    'no se puede avisar al servidor (proceso {pid}): {reason}. La anterior está en su sitio; ejecute la orden como quien arrancó el servidor',
  'config.confirm.description': 'conserva la configuración que está a prueba',
  'config.confirm.examples': `Ejemplo:
  valija config confirm`,
  'config.confirm.nothing': 'no hay nada a prueba: {file}',
  'config.confirm.done': '{file} se queda',
  'config.rollback.none': 'no se guarda ninguna otra configuración; véase: valija config history',
  'config.rollback.description': 'carga de nuevo una configuración anterior: la de antes, o un número del historial',
  'config.rollback.examples': `Ejemplos:
  valija config rollback
  valija config rollback 3 --confirm-within 10m`,

  'safety.accepted': 'PELIGRO, aceptado por accept_danger: {danger} ({where}: {element})',
  'safety.gateway':
    'La puerta de enlace {gateway} está en mynetworks y no se confía en ella: si tradujera direcciones, todo desconocido parecería venir de ella.',
  'safety.translator':
    'AVISO: {connections} de {among} clientes del puerto 25 vienen de la puerta de enlace {address}: oculta sus direcciones (SNAT), y ni SPF ni listas negras ni límites valen nada.',
  'safety.not-attacked': 'El servidor no ha podido atacarse a sí mismo; el registro dice por qué.',
  'safety.attack.nothing': 'Se ha atacado a sí mismo como {clientAddress}, {at}: {tried} sesiones, nada ha pasado.',
  'safety.attack.hits': 'Se ha atacado a sí mismo como {clientAddress}, {at}: {tried} sesiones; lo que ha pasado:',
  'safety.attack.untried': '  sin probar: {what}',
  'status.configuration': 'Configuración n.º {number}, desde {loaded}.',
  'status.configuration.refused': 'La última que se iba a cargar fue rechazada, {at}:\n{reason}',
};
