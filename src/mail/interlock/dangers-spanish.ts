// The interlock's words, in Spanish.

import type { DangerLanguage } from './danger-language.ts';

export const DANGERS_SPANISH: DangerLanguage = {
  instead: 'En su lugar:',
  nevertheless: 'Para cargarlo a pesar de todo: accept_danger = ["{danger}"].',
  names: {
    open_relay: 'relay abierto: cualquiera puede escribir a cualquiera a través de este servidor',
    translating_gateway: 'se confía en todo el que llega por la puerta de enlace',
    backscatter: 'se acepta correo para quien no existe, y se devuelve a quien nunca lo escribió',
    clear_text_login: 'se piden contraseñas sin TLS',
    smuggling: 'un mensaje puede esconderse dentro de otro',
    starttls_injection: 'lo dicho sin cifrar se ejecuta bajo TLS',
  },
  phrases: {
    'trusts-the-world': {
      why: '{element} es más Internet de la que nadie conoce, y mynetworks puede escribir a cualquiera: es un relay abierto, que los spammers encuentran en pocas horas.',
      instead:
        'quien esté fuera, que se identifique en el puerto 587 con TLS (un [[listen]] con service = "submission", y una cuenta para cada uno); y aquí solo máquinas propias: mynetworks = ["127.0.0.0/8", "192.168.1.0/24"].',
    },
    'believes-any-proxy': {
      why: 'quien conecte desde {element} puede decir con una cabecera PROXY que es cualquier cliente, también uno de mynetworks: es un relay abierto.',
      instead: 'nombre las direcciones de sus proxies: haproxy_trusted_networks = ["192.0.2.7"].',
    },
    'relays-for-all-below': {
      why: 'quien reenvía para {element} reenvía para todos los dominios de debajo, que son de otros: es un relay abierto hacia ellos.',
      instead: 'nombre los dominios cuyo correo entrega a otros: relay_domains = ["example.org"].',
    },
    'relays-for-whatever': {
      why: '{element} tiene respuesta para cualquier dominio, así que se reenvía para todos: es un relay abierto.',
      instead: 'nombre los dominios cuyo correo entrega a otros, o una tabla que solo tenga esos.',
    },
    'permits-strangers': {
      why: '«{element}» deja pasar a desconocidos antes de que nada les niegue los destinatarios de otros servidores: es un relay abierto.',
      instead:
        'escriba antes reject_unauth_destination: smtpd_relay_restrictions = ["permit_mynetworks", "permit_sasl_authenticated", "reject_unauth_destination"].',
    },
    'never-refuses-strangers': {
      why: 'ninguna restricción niega a los desconocidos los destinatarios de otros servidores: es un relay abierto.',
      instead:
        'smtpd_relay_restrictions = ["permit_mynetworks", "permit_sasl_authenticated", "reject_unauth_destination"], que es lo predeterminado.',
    },
    'trusts-the-gateway': {
      why: '{element} es la puerta de enlace de esta máquina. Si traduce direcciones (SNAT), todo desconocido parece venir de ella, y se confiaría en él.',
      instead:
        'quítela de mynetworks; que el router conserve las direcciones de los clientes (DNAT sin enmascarar), y que la gente se identifique en el puerto 587.',
    },
    'takes-unknown-recipients': {
      why: 'sin relay_recipient_maps y sin preguntar al servidor siguiente se acepta correo para cualquier nombre de relay_domains; lo que aquel rechaza se devuelve a un remitente falsificado (backscatter), y detrás vienen las listas negras.',
      instead: 'ponga los destinatarios en relay_recipient_maps, o deje relay_recipient_verification = true.',
    },
    'accepts-unlisted-recipients': {
      why: 'los destinatarios desconocidos no se rechazan mientras el remitente espera: cada uno se devuelve a un remitente falsificado (backscatter).',
      instead: 'deje smtpd_reject_unlisted_recipient = true.',
    },
    'takes-unknown-names': {
      why: 'con local_recipient_maps vacío entra cualquier nombre de mydestination, y nadie recoge el correo de los que nadie tiene: cada uno se devuelve a un remitente falsificado (backscatter).',
      instead:
        'quite local_recipient_maps del fichero: entran entonces los alias, los usuarios de la máquina y las cuentas. O diga quién recibe el resto: luser_relay.',
    },
  },
};
