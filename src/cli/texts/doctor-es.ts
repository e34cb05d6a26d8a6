// Textos en español de `valija doctor`.

import type { doctorEn } from './doctor-en.ts';

export const doctorEs: Readonly<Record<keyof typeof doctorEn, string>> = {
  'doctor.description': 'examina el servidor y su entorno: qué está mal, por qué importa y qué hacer',
  'doctor.examples': `Ejemplos:
  valija doctor                    todo, con el servidor en marcha o sin él
  valija doctor --fix              y arregla lo que se puede sin riesgo: modos y dueños
  valija doctor --quiet            solo lo que alguien debería mirar
  valija doctor --no-network       no pregunta a nadie: ni DNS, ni listas, ni servidor de hora
  valija doctor --json             para programas

Código de salida: 0 todo bien, 1 hay algo que mirar, 2 hay algo mal.`,
  'doctor.option.fix': 'cambia los modos y dueños que estén mal, y lo dice',
  'doctor.option.quiet': 'calla lo que está bien',
  'doctor.option.no-network': 'no pregunta a nadie',
  'doctor.progress': 'mirando {what} …',
  'doctor.level.green': 'bien',
  'doctor.level.unchecked': 'sin ver',
  'doctor.level.amber': 'mirar',
  'doctor.level.red': 'MAL',
  'doctor.why': 'por qué:',
  'doctor.fix': 'qué hacer:',
  'doctor.mended.mode': 'arreglado: {path} tiene el modo {mode}',
  'doctor.mended.owner': 'arreglado: {path} es de {owner}',
  'doctor.mended.owners': 'arreglado: {count} ficheros y carpetas bajo {path} son de {owner}',
  'doctor.not-mended.owners': 'sin arreglar: otros {count} ficheros y carpetas bajo {path} no son de {owner}',
  'doctor.not-mended': 'sin arreglar: {path}: {reason}',
  'doctor.summary.green': 'Todo está bien.',
  'doctor.summary.amber': 'Cosas que mirar: {amber}.',
  'doctor.summary.red': 'Cosas que están mal: {red}; que mirar: {amber}.',
};
