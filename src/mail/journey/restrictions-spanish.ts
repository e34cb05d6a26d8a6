// Why each restriction of the smtpd_*_restrictions decides as it does, in Spanish.

import type { RuleExplanation } from './phrases.ts';

const ACCESS: RuleExplanation = {
  why: 'Una tabla de acceso tiene una entrada para esto, y la entrada dice qué se hace.',
  otherwise: 'Otra entrada en esa tabla, o ninguna.',
};
const HOST_ACCESS: RuleExplanation = {
  why: 'Una tabla de acceso tiene una entrada para los servidores, o las direcciones, que el DNS da para esto.',
  otherwise: 'Otra entrada en esa tabla, o ninguna; u otra respuesta del DNS.',
};
const NAME_LIST: RuleExplanation = {
  why: 'El dominio está en una lista, mantenida en el DNS, de dominios de los que viene mal correo. La respuesta dice qué lista, y la lista dice por qué.',
  otherwise: 'Sacar el dominio de esa lista (quienes la llevan dicen cómo), o quitar la lista de la configuración.',
};
const SENDER_LOGIN: RuleExplanation = {
  why: 'Nadie puede enviar en nombre de otro: la dirección del remitente es de otra cuenta que la que ha iniciado sesión, o es de una cuenta y nadie ha iniciado sesión.',
  otherwise: 'Iniciar sesión como su dueño, o enviar desde una dirección propia.',
};

export const SPANISH_RESTRICTIONS: Readonly<Record<string, RuleExplanation>> = {
  reject: {
    why: 'Una lista de restricciones acaba en «reject»: a quien no se dejó pasar antes, se le rechaza.',
    otherwise: 'Algo antes en la lista que lo permita.',
  },
  defer: {
    why: 'Una lista de restricciones dice «defer»: el remitente tiene que volver.',
    otherwise: 'Algo antes en la lista que lo permita.',
  },
  defer_if_permit: {
    why: 'Una lista de restricciones dice «defer_if_permit»: lo que se dejaría pasar tiene que volver.',
    otherwise: 'Quitarlo de la lista.',
  },
  defer_if_reject: {
    why: 'Una lista de restricciones dice «defer_if_reject»: lo que se rechazaría tiene que volver.',
    otherwise: 'Quitarlo de la lista.',
  },
  sleep: { why: 'Una lista de restricciones hace esperar un rato al cliente.' },
  permit_inet_interfaces: { why: 'El cliente es esta misma máquina.' },
  reject_plaintext_session: {
    why: 'La conexión no está cifrada, y aquí tiene que estarlo.',
    otherwise: 'STARTTLS antes de MAIL.',
  },
  reject_unauth_pipelining: {
    why: 'El cliente envió más órdenes antes de oír las respuestas que tiene que esperar, como hacen los programas que solo sueltan correo.',
    otherwise: 'Un cliente que espere la respuesta a EHLO y solo encadene órdenes donde está permitido.',
  },
  reject_unknown_client_hostname: {
    why: 'La dirección del cliente no tiene nombre en el DNS, o el nombre no lleva de vuelta a la dirección. Los servidores bien cuidados tienen las dos cosas.',
    otherwise:
      'Un registro PTR para la dirección del cliente, y un registro A o AAAA de ese nombre con la misma dirección.',
  },
  reject_unknown_reverse_client_hostname: {
    why: 'La dirección del cliente no tiene nombre en el DNS.',
    otherwise: 'Un registro PTR para la dirección del cliente; lo hace quien alquila la dirección.',
  },
  reject_unknown_forward_client_hostname: {
    why: 'El nombre que tiene la dirección del cliente no está en el DNS.',
    otherwise: 'Un registro A o AAAA para el nombre que da el registro PTR.',
  },
  reject_invalid_helo_hostname: {
    why: 'El nombre con el que se presenta el cliente (HELO) no es un nombre de máquina ni una dirección entre corchetes.',
    otherwise: 'Un nombre correcto en la configuración del cliente (en Postfix: smtp_helo_name).',
  },
  reject_non_fqdn_helo_hostname: {
    why: 'El nombre con el que se presenta el cliente (HELO) no es un nombre completo, con dominio, ni una dirección entre corchetes.',
    otherwise: 'Un nombre completo en la configuración del cliente (en Postfix: smtp_helo_name).',
  },
  reject_unknown_helo_hostname: {
    why: 'El nombre con el que se presenta el cliente (HELO) no tiene ni dirección ni servidor de correo en el DNS.',
    otherwise: 'Un registro A, AAAA o MX para ese nombre, o un nombre que lo tenga.',
  },
  reject_non_fqdn_sender: {
    why: 'La dirección del remitente no tiene un dominio completo.',
    otherwise: 'Un remitente con un dominio completo.',
  },
  reject_non_fqdn_recipient: {
    why: 'La dirección del destinatario no tiene un dominio completo.',
    otherwise: 'Un destinatario con un dominio completo.',
  },
  reject_unknown_sender_domain: {
    why: 'Nadie podría contestar: el dominio del remitente no tiene ni servidor de correo (MX) ni dirección en el DNS, o dice que no recibe correo.',
    otherwise: 'Un registro MX, A o AAAA para el dominio, o un remitente de un dominio que lo tenga.',
  },
  reject_unknown_recipient_domain: {
    why: 'El dominio del destinatario no tiene ni servidor de correo (MX) ni dirección en el DNS, o dice que no recibe correo.',
    otherwise: 'El dominio bien escrito.',
  },
  reject_multi_recipient_bounce: {
    why: 'Una devolución tiene un solo destinatario: quien envió lo que vuelve. Esta nombra a varios.',
    otherwise: 'Una devolución para cada destinatario.',
  },
  reject_authenticated_sender_login_mismatch: SENDER_LOGIN,
  reject_known_sender_login_mismatch: SENDER_LOGIN,
  reject_unauthenticated_sender_login_mismatch: SENDER_LOGIN,
  reject_unlisted_sender: {
    why: 'El dominio del remitente es nuestro, pero en él nadie tiene esta dirección.',
    otherwise: 'Escribirla bien, o crear la cuenta o el alias (valija account add, valija alias add).',
  },
  reject_unverified_sender: {
    why: 'Se preguntó al servidor del propio remitente si aceptaría correo para esa dirección: no lo aceptaría, o no se le pudo preguntar. Nadie podría contestar.',
    otherwise: 'Un remitente que exista y cuyo servidor sea alcanzable.',
  },
  defer_unauth_destination: {
    why: 'El destinatario está en otro servidor, y nada permite al cliente enviar allí. La configuración le hace volver.',
    otherwise: 'Iniciar sesión, o que el dominio del destinatario sea uno de los nuestros.',
  },
  check_client_access: ACCESS,
  check_reverse_client_hostname_access: ACCESS,
  check_helo_access: ACCESS,
  check_sender_access: ACCESS,
  check_recipient_access: ACCESS,
  check_sasl_access: ACCESS,
  check_client_a_access: HOST_ACCESS,
  check_client_mx_access: HOST_ACCESS,
  check_client_ns_access: HOST_ACCESS,
  check_reverse_client_hostname_a_access: HOST_ACCESS,
  check_reverse_client_hostname_mx_access: HOST_ACCESS,
  check_reverse_client_hostname_ns_access: HOST_ACCESS,
  check_helo_a_access: HOST_ACCESS,
  check_helo_mx_access: HOST_ACCESS,
  check_helo_ns_access: HOST_ACCESS,
  check_sender_a_access: HOST_ACCESS,
  check_sender_mx_access: HOST_ACCESS,
  check_sender_ns_access: HOST_ACCESS,
  check_recipient_a_access: HOST_ACCESS,
  check_recipient_mx_access: HOST_ACCESS,
  check_recipient_ns_access: HOST_ACCESS,
  reject_rbl_client: {
    why: 'La dirección del cliente está en una lista de bloqueo: una lista, mantenida en el DNS, de direcciones de las que viene mal correo. La respuesta dice qué lista, y la lista dice por qué.',
    otherwise:
      'Sacar la dirección de esa lista (quienes la llevan dicen cómo), un permit_dnswl_client o una tabla de acceso antes, o quitar la lista de la configuración.',
  },
  reject_rhsbl_client: NAME_LIST,
  reject_rhsbl_reverse_client: NAME_LIST,
  reject_rhsbl_helo: NAME_LIST,
  reject_rhsbl_sender: NAME_LIST,
  reject_rhsbl_recipient: NAME_LIST,
  permit_dnswl_client: {
    why: 'La dirección del cliente está en una lista, mantenida en el DNS, de servidores conocidos por buenos.',
  },
  permit_rhswl_client: {
    why: 'El nombre del cliente está en una lista, mantenida en el DNS, de servidores conocidos por buenos.',
  },
  check_policy_service: {
    why: 'Se preguntó a otro programa, un servicio de políticas, y decidió su respuesta.',
    otherwise: 'Otra respuesta de ese programa; su registro dice por qué dio esta.',
  },
  check_greylist: {
    why: 'Este cliente nunca había traído correo de este remitente a este destinatario. Los servidores honestos vuelven al cabo de un rato, y entonces se acepta; los programas que solo sueltan correo no vuelven (listas grises).',
    otherwise: 'Volver pasado greylist_delay. O el cliente en greylist_whitelist_clients.',
  },
};
