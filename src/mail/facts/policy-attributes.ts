// What a policy service is told: every attribute that Postfix sends, under its name (SMTPD_POLICY_README; the last two
// since Postfix 3.8). What is not known is empty, names of clients are `unknown`, counts are 0.

import type { FactContext } from '#mail/ports/fact-finder.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { PolicyAttributes } from '#protocols/policy/request.ts';
import type { ClientNameAnswer } from './client-name.ts';

/** Of the Postfix whose protocol this is: services look at it to know what they may answer. */
const MAIL_VERSION = '3.8.0';
const COMPATIBILITY_LEVEL = '3.6';

const MESSAGE_STATES: ReadonlySet<FactContext['state']> = new Set(['RCPT', 'DATA', 'END-OF-MESSAGE']);

export function policyAttributes(context: FactContext, clientName: ClientNameAnswer): PolicyAttributes {
  const { state, session, instance, sender, recipient, recipientCount, sizeBytes, parameters } = context;
  const { connection, tls, login, helo } = session;
  const isMessage = MESSAGE_STATES.has(state);
  const isContent = state === 'DATA' || state === 'END-OF-MESSAGE';
  return {
    request: 'smtpd_access_policy',
    protocol_state: state,
    protocol_name: protocolName(context),
    client_address: connection.clientAddress,
    client_name: clientName.kind === 'found' && clientName.verified === true ? clientName.name : 'unknown',
    client_port: String(connection.clientPort),
    reverse_client_name: clientName.kind === 'found' ? clientName.name : 'unknown',
    server_address: connection.serverAddress,
    server_port: String(connection.serverPort),
    helo_name: helo ?? '',
    sender: sender ? formatAddrSpec(sender) : '',
    recipient: recipient ? formatAddrSpec(recipient) : '',
    recipient_count: String(isContent ? recipientCount : 0),
    queue_id: isMessage ? instance : '',
    instance,
    size: String(sizeBytes ?? parameters?.declaredSizeBytes ?? 0),
    etrn_domain: '',
    stress: '',
    sasl_method: login?.mechanism ?? '',
    sasl_username: login?.account ?? '',
    sasl_sender: parameters?.auth ?? '',
    ccert_subject: '',
    ccert_issuer: '',
    ccert_fingerprint: '',
    ccert_pubkey_fingerprint: '',
    encryption_protocol: tls?.version ?? '',
    encryption_cipher: tls?.cipher ?? '',
    encryption_keysize: String(tls?.bits ?? 0),
    policy_context: '',
    compatibility_level: COMPATIBILITY_LEVEL,
    mail_version: MAIL_VERSION,
  };
}

function protocolName({ session: { profile, extended } }: FactContext): string {
  if (profile === 'lmtp') return 'LMTP';
  return extended ? 'ESMTP' : 'SMTP';
}
