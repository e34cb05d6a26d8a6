// Español: `valija journal`.

import type { journalEn } from './journal-en.ts';

export const journalEs: Readonly<Record<keyof typeof journalEn, string>> = {
  'journal.description': 'mira lo que fue aceptado y aún no está asentado',
  'journal.examples': `Ejemplos:
  valija journal list
  valija journal verify
  valija journal show 4XyZ123456z0Abc`,
  'journal.list.description': 'lista los segmentos',
  'journal.verify.description': 'lee cada anotación y dice qué está dañado; no cambia nada',
  'journal.show.description': 'muestra lo que se prometió a un mensaje',
  'journal.argument': 'un identificador de cola del registro',
  'journal.not-found': '«{id}» no está en el diario: ya fue asentado (valija why cuenta más), o nunca fue aceptado',
  'journal.empty': 'El diario está vacío: todo lo aceptado está asentado.',
  'journal.good': 'El diario está íntegro: segmentos: {segments}, anotaciones: {records}.',
  'journal.damaged': '{file} está dañado en los octetos {places}; el próximo arranque recupera lo legible y lo aparta.',
  'journal.set-aside': '{file} estaba dañado y está apartado; puede borrarse cuando no falte nada de él.',
  'journal.field.id': 'Id. de cola',
  'journal.field.segment': 'Segmento',
  'journal.field.records': 'Anotaciones',
  'journal.field.messages': 'Mensajes',
  'journal.field.size': 'Tamaño',
  'journal.field.arrived': 'Llegada',
  'journal.field.copy': 'Copia',
};
