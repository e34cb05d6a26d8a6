// Who listens where we should?

import { type DoctorFinding, found } from './finding.ts';

export interface Place {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

export interface PortFacts {
  /** Of the settings; those that the system chooses are left out. */
  readonly wanted: readonly Place[];
  /** Of the running server; `undefined` where none runs. */
  readonly served: readonly Place[] | undefined;
  /** Who listens there, as far as one can see: a program's name, or `` where that is not for us to know. */
  readonly ownerOf: (place: Place) => string | undefined;
}

export function judgePorts({ wanted, served, ownerOf }: PortFacts): DoctorFinding[] {
  const findings = wanted.flatMap((place) => {
    if (served?.some((one) => one.port === place.port && one.address === place.address)) return [];
    const owner = ownerOf(place);
    const subject = `${place.address} ${place.port}`;
    if (owner !== undefined) return [found('port-taken', subject, { service: place.service, owner: owner || '?' })];
    return served === undefined ? [] : [found('port-closed', subject, { service: place.service })];
  });
  if (findings.length > 0) return findings;
  return served === undefined ? [] : [found('ports-fine', wanted.map(({ port }) => port).join(' '))];
}
