// HTTP: how many may be here, and how much one request may be. What is served there hangs on the rest of the settings.

import { bytes, count, limit, seconds } from './setting-kinds.ts';

export const webSettings = {
  http_client_connection_count_limit: limit()
    .default(50)
    .describe('HTTP connections that one network may have open at a listener; 0 is no limit.'),
  http_client_connection_rate_limit: limit()
    .default(0)
    .describe('HTTP connections that one network may open within a minute; 0 is no limit.'),
  http_request_timeout: seconds('30s').describe(
    'How long an HTTP client may take for a whole request, from its first octet to its last.',
  ),
  http_idle_timeout: seconds('15s').describe('How long an HTTP connection may be silent between two requests.'),
  http_head_size_limit: bytes()
    .min(1_024)
    .default(16_384)
    .describe('Octets of the first line and the header fields of an HTTP request.'),
  http_body_size_limit: bytes().default(65_536).describe('Octets of the body of an HTTP request.'),
  http_connection_reuse_limit: count()
    .default(100)
    .describe('HTTP requests that may come on one connection before it is closed.'),
};
