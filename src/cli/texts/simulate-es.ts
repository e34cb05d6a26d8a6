// Spanish: `valija simulate`.

import type { simulateEn } from './simulate-en.ts';

export const simulateEs: Readonly<Record<keyof typeof simulateEn, string>> = {
  'simulate.description': 'juzga un mensaje que nunca llegó: cada comprobación, cada respuesta y el plan, sin efecto',
  'simulate.examples': `Ejemplos:
  valija simulate usuario1@valija.test --client 192.0.2.7 --helo mx.example.org --from ana@example.org
  valija simulate bob@example.net --login usuario1@valija.test --message carta.eml
  valija simulate usuario1@valija.test --from ana@example.org --dns inventado.zone --svg camino.svg
  valija --config nueva.toml simulate usuario1@valija.test
El código de salida es 0 si el mensaje se aceptaría, 65 si se rechazaría y 75 si tendría que volver más tarde.`,
  'simulate.argument': 'para quién sería el mensaje',
  'simulate.option.client': 'la dirección del cliente (por omisión: 192.0.2.1, un desconocido)',
  'simulate.option.client-name': 'cómo se llama esa dirección, en lugar de lo que diga el DNS',
  'simulate.option.helo': 'cómo se presenta el cliente (por omisión: client.example.org)',
  'simulate.option.from': 'el remitente; <> para ninguno (por omisión: quien se identifica, o sender@example.org)',
  'simulate.option.login': 'quién se identifica; la contraseña se da por buena',
  'simulate.option.door': 'qué puerta: smtp, submission, submissions o lmtp (por omisión: submission con --login)',
  'simulate.option.tls': 'con TLS (por omisión: con --login)',
  'simulate.option.no-tls': 'sin TLS',
  'simulate.option.message': 'un mensaje en un fichero, o - para la entrada estándar (por omisión se hace uno)',
  'simulate.option.size': 'hacer un mensaje de tantos octetos',
  'simulate.option.at': 'cuándo llegaría: 2026-11-22T10:00 (por omisión: ahora)',
  'simulate.option.dns': 'un fichero de zona en lugar del DNS; lo que no nombra no existe',
  'simulate.option.ask-services':
    'preguntar también a las listas grises, los servicios de política, los milters y otros servidores: pueden recordarlo',
  'simulate.option.svg': 'escribir un dibujo del camino en este fichero',
  'simulate.no-worker': 'no se pudo preguntar a nadie',
  'simulate.worker-failed': 'la configuración no se puede probar: {reason}',
  'simulate.unreadable': 'no se puede leer {file}: {reason}',
  'simulate.unwritable': 'no se puede escribir {file}: {reason}',
  'simulate.bad-time': '{text} no es una hora; escriba 2026-11-22T10:00',
  'simulate.bad-size': '{text} no es un número de octetos',
  'simulate.written': 'El dibujo está en {file}.',
  'simulate.title': 'Simulación: no se envía nada, y nada queda de ella',
  'simulate.connects': '(se conecta)',
  'simulate.end-of-message': '(el mensaje)',
  'simulate.checks': 'preguntado',
  'simulate.facts': 'hechos',
  'simulate.way': 'camino',
  'simulate.verdict.accepted': 'Se aceptaría',
  'simulate.verdict.refused': 'Se rechazaría',
  'simulate.verdict.deferred': 'Tendría que volver más tarde',
  'simulate.rule': 'regla {rule}',
  'simulate.plan': 'Plan',
  'simulate.plan.file': '{mailbox} de {account}',
  'simulate.plan.queue': 'cola → {nextHop}',
  'simulate.plan.held': 'se retiene (HOLD): se queda en la cola hasta que alguien lo libere (valija queue release)',
  'simulate.plan.discard': 'se descarta (DISCARD): no lo recibe nadie y no se avisa a nadie',
  'simulate.plan.server': '{preference}  {name} [{address}]:{port}',
  'simulate.plan.failure': 'no hay servidor que se pueda intentar: {reason}',
  'simulate.note.quota': 'Cuánto ocupa un buzón solo lo sabe un servidor en marcha: se tomó por vacío.',
  'simulate.note.services':
    'No se preguntó a listas grises, servicios de política, milters ni otros servidores, y se tomó que no tenían nada en contra; --ask-services les pregunta.',
};
