// All checks of a domain, and their findings in the order in which they are read. The list is the register.

import { checkBlockLists } from './block-lists.ts';
import { checkCertificateAuthorities } from './certificate-authorities.ts';
import type { Check, CheckWorld } from './check-world.ts';
import { checkClientNames } from './client-names.ts';
import { checkDkim } from './dkim.ts';
import { checkDmarc } from './dmarc.ts';
import type { Finding } from './finding.ts';
import { checkMailExchangers } from './mail-exchangers.ts';
import { checkMailHost } from './mail-host.ts';
import { checkMtaSts } from './mta-sts.ts';
import { checkPorts } from './ports.ts';
import { CHECK_NAMES } from './rules.ts';
import { checkSendingAddresses } from './sending-addresses.ts';
import { checkSpf } from './spf.ts';
import { checkTlsReports } from './tls-reports.ts';
import { checkTlsa } from './tlsa.ts';
import { checkZones } from './zones.ts';

const CHECKS: readonly Check[] = [
  checkMailExchangers,
  checkMailHost,
  checkPorts,
  checkSendingAddresses,
  checkBlockLists,
  checkSpf,
  checkDkim,
  checkDmarc,
  checkMtaSts,
  checkTlsReports,
  checkTlsa,
  checkClientNames,
  checkCertificateAuthorities,
];

export async function checkDomain(world: CheckWorld): Promise<readonly Finding[]> {
  const found = (await Promise.all(CHECKS.map((check) => check(world)))).flat();
  const findings = [...(await checkZones(world)), ...found];
  return findings.sort((one, other) => CHECK_NAMES.indexOf(one.check) - CHECK_NAMES.indexOf(other.check));
}
