// How `check_policy_service` names a policy service, in Postfix's form.

import type { Mistake } from '#base/mistakes/mistake.ts';
import type { Result } from '#base/result.ts';
import {
  countOverride,
  parseServiceName,
  type ServiceForm,
  type ServiceName,
  timeOverride,
} from '#base/service-name.ts';

/** Postfix's `smtpd_policy_service_…`, for one service. */
export interface PolicyServiceSettings {
  readonly maxIdleMs: number;
  readonly maxTtlMs: number;
  /** Of one connection; 0 is no limit. */
  readonly requestLimit: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
  readonly tryLimit: number;
  /** What it would have said, where it cannot be asked. */
  readonly defaultAction: string;
  readonly policyContext: string;
}

export type PolicyServiceSpec = ServiceName<PolicyServiceSettings>;

const FORM: ServiceForm<PolicyServiceSettings> = {
  what: 'service-policy',
  overrides: {
    max_idle: timeOverride((maxIdleMs) => ({ maxIdleMs })),
    max_ttl: timeOverride((maxTtlMs) => ({ maxTtlMs })),
    request_limit: countOverride((requestLimit) => ({ requestLimit }), 0),
    retry_delay: timeOverride((retryDelayMs) => ({ retryDelayMs })),
    timeout: timeOverride((timeoutMs) => ({ timeoutMs })),
    try_limit: countOverride((tryLimit) => ({ tryLimit }), 1),
    default_action: (defaultAction) => ({ defaultAction }),
    policy_context: (policyContext) => ({ policyContext }),
  },
};

/** The error says what is wrong with it, and the right form. */
export function parsePolicyService(text: string): Result<PolicyServiceSpec, Mistake> {
  return parseServiceName(text, FORM);
}
