// What `valija.toml` may say. Postfix's parameters keep their names and stand at the top level: arrays, integer bytes,
// times as "5d". The settings stand in files by topic; the reference manual (docs/configuration.md) is written from their
// descriptions.

import { z } from 'zod';
import { authenticationSettings } from './authentication-settings.ts';
import { certificateSettings } from './certificate-settings.ts';
import { resolverSettings, smtpClientSettings } from './client-settings.ts';
import { directorySettings } from './directory-settings.ts';
import { doctorSettings } from './doctor-settings.ts';
import { domainSettings } from './domain-settings.ts';
import { greylistSettings } from './greylist-settings.ts';
import { interlockSettings } from './interlock-settings.ts';
import { listenSchema, type SERVICES } from './listen-settings.ts';
import { localDeliverySettings } from './local-delivery-settings.ts';
import { loginSettings } from './login-settings.ts';
import { milterSettings } from './milter-settings.ts';
import { policyServiceSettings } from './policy-service-settings.ts';
import { pregreetSettings } from './pregreet-settings.ts';
import { queueSettings } from './queue-settings.ts';
import { receptionSettings } from './reception-settings.ts';
import { reportSettings } from './report-settings.ts';
import { restrictionSettings } from './restriction-settings.ts';
import { routingSettings } from './routing-settings.ts';
import { serverSettings } from './server-settings.ts';
import { signingSettings } from './signing-settings.ts';
import { transportSecuritySettings } from './transport-security-settings.ts';
import { visitorSettings } from './visitor-settings.ts';
import { webSettings } from './web-settings.ts';

export { SERVICES } from './listen-settings.ts';

export const configSchema = z.strictObject({
  ...serverSettings,
  ...certificateSettings,
  ...routingSettings,
  ...receptionSettings,
  ...visitorSettings,
  ...webSettings,
  ...restrictionSettings,
  ...policyServiceSettings,
  ...greylistSettings,
  ...milterSettings,
  ...pregreetSettings,
  ...authenticationSettings,
  ...loginSettings,
  ...signingSettings,
  ...reportSettings,
  ...queueSettings,
  ...smtpClientSettings,
  ...transportSecuritySettings,
  ...resolverSettings,
  ...domainSettings,
  ...localDeliverySettings,
  ...directorySettings,
  ...interlockSettings,
  ...doctorSettings,
  listen: z.array(listenSchema).min(1).describe('One entry for each address and port that is served.'),
});

/** As the file says it, before what hangs on other settings and on the machine is filled in. */
export type WrittenConfig = z.output<typeof configSchema>;

type Derived =
  | 'alias_maps'
  | 'auth_mechanisms'
  | 'dkim_internal_hosts'
  | 'mydestination'
  | 'mydomain'
  | 'myorigin'
  | 'virtual_alias_domains'
  | 'virtual_mailbox_domains';

export type Config = Omit<WrittenConfig, Derived> & {
  readonly [Name in Derived]: Exclude<WrittenConfig[Name], undefined>;
};
export type Listen = Config['listen'][number];
export type ServiceName = (typeof SERVICES)[number];
