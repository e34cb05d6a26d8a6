// Spanish: `valija replay`.

import type { replayEn } from './replay-en.ts';

export const replayEs: Readonly<Record<keyof typeof replayEn, string>> = {
  'replay.description': 'juzga los mensajes registrados con otra configuración: qué decisiones cambiarían, y por qué',
  'replay.examples': `Ejemplos:
  valija --config nueva.toml replay
  valija --config nueva.toml replay --last 200
  valija --config nueva.toml replay --since 2d
El código de salida es 0 si ninguna decisión cambiaría y 65 si alguna lo haría.`,
  'replay.option.last': 'cuántos mensajes, los más recientes (por omisión y como máximo: 1000)',
  'replay.option.since': 'solo lo que llegó desde entonces: 2026-11-22, 3d, 12h',
  'replay.needs-config': 'diga qué configuración se prueba: valija --config NUEVA replay',
  'replay.nothing': 'En ese tiempo ningún mensaje registrado llegó a una puerta.',
  'replay.summary': '{messages} mensajes, {verdicts} decisiones: {changes} cambiarían, {unknown} no se pueden saber.',
  'replay.settings': 'Ajustes distintos de los que están en vigor',
  'replay.no-settings': 'La configuración dice lo mismo que la que está en vigor.',
  'replay.default': 'no está escrito allí: vale lo de omisión',
  'replay.line': 'línea {line}',
  'replay.changes': 'Decisiones que cambiarían',
  'replay.unknown': 'Decisiones que no se pueden saber: lo que se preguntaría no quedó registrado',
  'replay.further': '… y {count} más',
  'replay.now': 'ahora',
  'replay.from': 'de',
  'replay.protocol': 'el propio protocolo',
  'replay.cause': 'por {setting}',
  'replay.since-then': 'también con los ajustes en vigor: desde entonces han cambiado cuentas, alias o tablas',
  'replay.cause.together': 'por varios ajustes a la vez',
  'replay.cause.not-sought': 'demasiados cambios: no se buscó su causa',
  'replay.would-ask': 'preguntaría {what}, y entonces no se preguntó',
  'replay.outcome.permit': 'aceptado',
  'replay.outcome.reject': 'rechazado',
  'replay.outcome.defer': 'aplazado',
  'replay.stage.connection': 'conexión',
  'replay.stage.greeting': 'saludo',
  'replay.stage.sender': 'remitente',
  'replay.stage.recipient': 'destinatario',
  'replay.stage.data': 'DATA',
  'replay.stage.content': 'mensaje',
};
