// What was found out of a sender, in Spanish.

import type {
  ArcFinding,
  AuthenticationFindings,
  DkimFinding,
  DmarcFinding,
  SpfFinding,
  UsedAnswer,
} from '#mail/ports/sender-authentication.ts';

export function tellFindingsInSpanish(findings: AuthenticationFindings): string[] {
  const { spf, dkim, unverifiedSignatures, dmarc, arc, answers } = findings;
  return [
    tellSpf(spf),
    ...(dkim.length === 0 ? ['DKIM: el mensaje no lleva ninguna firma.'] : dkim.map(tellSignature)),
    ...(unverifiedSignatures === 0 ? [] : [`DKIM: otras ${unverifiedSignatures} firmas no se miraron.`]),
    tellDmarc(dmarc),
    ...tellArc(arc),
    ...answers.map(tellAnswer),
  ];
}

const SPF: Readonly<Record<SpfFinding['result'], string>> = {
  pass: 'permite que este cliente envíe en su nombre',
  fail: 'dice que este cliente no puede enviar en su nombre',
  softfail: 'dice que este cliente no debería enviar en su nombre',
  neutral: 'no dice ni sí ni no a este cliente',
  none: 'no dice quién puede enviar en su nombre',
  temperror: 'no se pudo consultar ahora',
  permerror: 'tiene un registro SPF que no se puede seguir',
};

function tellSpf({ result, domain, mechanism, reason }: SpfFinding): string {
  const why = mechanism ?? reason;
  return `SPF: ${result}: ${domain || '(sin nombre)'} ${SPF[result]}${why === undefined ? '' : ` (${why})`}.`;
}

function tellSignature({ result, domain, selector, algorithm, aligned, reason }: DkimFinding): string {
  const whose = result !== 'pass' ? '' : aligned ? ', el dominio del propio autor' : ', que no es el dominio del autor';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `DKIM: ${result}: una firma de ${domain} (${selector}, ${algorithm})${whose}${why}.`;
}

function tellDmarc({ result, domain, policy, policyDomain, record, reason }: DmarcFinding): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  if (domain === undefined) return `DMARC: ${result}${why}.`;
  if (record === undefined) return `DMARC: ${result}: ${domain} no pide nada${why}.`;
  const where = policyDomain === domain ? '' : ` en ${policyDomain}`;
  return `DMARC: ${result}: para el correo que nada prueba que sea de ${domain} se pide «${policy}»; el registro${where}: ${record}${why}.`;
}

function tellArc({ result, sets, reason }: ArcFinding): string[] {
  if (result === 'none') return [];
  const sealers = sets.map(({ sealer }) => sealer).join(', ');
  return [`ARC: ${result}: sellado por ${sealers || 'nadie'}${reason === undefined ? '' : ` (${reason})`}.`];
}

function tellAnswer({ name, type, kind, records, ttlSeconds }: UsedAnswer): string {
  const said = {
    found: `${records.join(' | ')}${ttlSeconds === undefined ? '' : ` (durante ${ttlSeconds} s)`}`,
    'no-such-name': 'ese nombre no existe',
    'no-data': 'el nombre no tiene ese registro',
    failed: `sin respuesta (${records.join(', ')})`,
  };
  return `DNS: ${name} ${type}: ${said[kind]}`;
}
