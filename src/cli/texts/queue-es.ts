// Spanish: `valija queue`, `valija mailq`.

import type { queueEn } from './queue-en.ts';

export const queueEs: Readonly<Record<keyof typeof queueEn, string>> = {
  'queue.description': 'mirar lo que espera para salir de este servidor, y actuar',
  'queue.examples': `Ejemplos:
  valija queue list --domain example.org --older-than 2h
  valija queue show 4XyZ123456z0Abc
  valija queue retry 4XyZ123456z0Abc
  valija queue hold --sender ana@valija.test
  valija queue bounce --recipient nadie@example.org
  valija queue delete --state hold --older-than 5d
  valija queue flush
Tiempos: 90s, 30m, 2h, 5d. El remitente nulo se escribe '<>'.`,
  'queue.list': 'listar mensajes, primero los más antiguos',
  'queue.show': 'mostrar un mensaje y cómo va cada destinatario',
  'queue.retry': 'intentar entregar mensajes ahora',
  'queue.hold': 'retener mensajes: no les pasa nada hasta que se liberen',
  'queue.release': 'liberar mensajes retenidos e intentarlos ahora',
  'queue.delete': 'borrar mensajes; no se avisa a nadie',
  'queue.bounce': 'renunciar a entregar mensajes y devolverlos a quien los envió',
  'queue.flush': 'intentar ahora todo lo que espera',
  'queue.watch': 'mostrar la cola y sus destinos cada segundo, hasta Ctrl-C',
  'queue.argument': 'un identificador de la cola',
  'queue.option.sender': "remitente del sobre, o '<>'",
  'queue.option.recipient': 'un destinatario, como es o como lo escribió quien envió',
  'queue.option.domain': 'el dominio de un destinatario',
  'queue.option.older-than': 'solo lo que llegó hace más de ese tiempo: 30m, 2h, 5d',
  'queue.option.state': 'active (entregándose), incoming (aún sin intentar), deferred (aplazado), hold (retenido)',
  'queue.option.limit': 'cuántos como mucho (por omisión: 100)',
  'queue.option.after': 'los que van detrás de este',
  'queue.option.all': 'todos los mensajes de la cola',
  'queue.choose':
    'hay que decir qué mensajes: por identificadores, con un filtro (--sender, --recipient, --domain, --older-than, --state), o --all',
  'queue.none': 'No hay ningún mensaje así en la cola.',
  'queue.not-found': '«{id}» no está en la cola (valija why dice qué fue de él)',
  'queue.more': 'Puede haber más: --after {last}',
  'queue.retry.done': 'Se intentan ahora: {count}.',
  'queue.hold.done': 'Retenidos: {count}.',
  'queue.release.done': 'Liberados: {count}.',
  'queue.delete.done': 'Borrados: {count}.',
  'queue.bounce.done': 'Devueltos a quien los envió: {count}.',
  'queue.flushed': 'Se intenta ahora todo lo que espera.',
  'queue.overview': 'Mensajes: {messages} (retenidos: {held}, en memoria: {active}). Destinatarios: {recipients}.',
  'queue.state.active': 'activo',
  'queue.state.incoming': 'entrante',
  'queue.state.deferred': 'aplazado',
  'queue.state.hold': 'retenido',
  'queue.field.id': 'Identificador',
  'queue.field.state': 'Estado',
  'queue.field.age': 'Edad',
  'queue.field.size': 'Tamaño',
  'queue.field.sender': 'Remitente',
  'queue.field.recipients': 'Destinatarios',
  'queue.field.recipient': 'Destinatario',
  'queue.field.original': 'Escrito como',
  'queue.field.origin': 'Lo trajo',
  'queue.field.arrived': 'Llegó',
  'queue.field.expires': 'Se renuncia',
  'queue.field.destination': 'Destino',
  'queue.field.attempts': 'Intentos',
  'queue.field.last': 'Último intento',
  'queue.field.next': 'Próximo intento',
  'queue.field.reason': 'Motivo',
  'queue.field.active': 'Activas',
  'queue.field.waiting': 'Esperan',
  'queue.field.concurrency': 'A la vez',
  'queue.field.suspended': 'Suspendido por',
  'mailq.description': 'imprimir la cola en la forma de Postfix',
  'mailq.examples': `Ejemplo:
  valija mailq
Un * tras el identificador: se está entregando; un !: retenido.`,
};
