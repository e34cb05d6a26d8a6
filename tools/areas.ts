// The house as data: which area may use which, who may touch the outside world, who imports which package.
// DESIGN: lowest tier first; `tools/check-areas.ts` enforces it and says what is allowed.

export interface Area {
  /** Folder below `src/`, or `test`, `tools`. The longest that fits a file decides. */
  readonly folder: string;
  /** Folders that its files may import from, besides their own area. */
  readonly mayUse: readonly string[];
  /** Node's modules; `any`, or the list. */
  readonly outside: 'any' | readonly string[];
  /** Pure code has no clock, randomness, timers or process. */
  readonly pure: boolean;
  /** Sub-folders that may not use one another: one protocol does not know the next. */
  readonly separateChildren: boolean;
}

const PURE_OUTSIDE = ['node:buffer', 'node:crypto', 'node:url'];

export const AREAS: readonly Area[] = [
  { folder: 'src/base', mayUse: [], outside: ['node:buffer'], pure: true, separateChildren: false },
  {
    folder: 'src/protocols/message',
    mayUse: ['src/base'],
    outside: PURE_OUTSIDE,
    pure: true,
    separateChildren: false,
  },
  { folder: 'src/protocols/sasl', mayUse: ['src/base'], outside: PURE_OUTSIDE, pure: true, separateChildren: false },
  {
    folder: 'src/protocols',
    mayUse: ['src/base', 'src/protocols/message', 'src/protocols/sasl'],
    outside: PURE_OUTSIDE,
    pure: true,
    separateChildren: true,
  },
  {
    folder: 'src/mail',
    mayUse: ['src/base', 'src/protocols'],
    outside: PURE_OUTSIDE,
    pure: true,
    separateChildren: false,
  },
  {
    folder: 'src/platform',
    mayUse: ['src/base', 'src/protocols', 'src/mail'],
    outside: 'any',
    pure: false,
    separateChildren: false,
  },
  {
    folder: 'src/services',
    mayUse: ['src/base', 'src/protocols', 'src/mail'],
    outside: ['node:buffer', 'node:timers/promises'],
    pure: false,
    separateChildren: true,
  },
  {
    folder: 'src/processes',
    mayUse: ['src/base', 'src/protocols', 'src/mail', 'src/platform', 'src/services'],
    outside: 'any',
    pure: false,
    separateChildren: true,
  },
  {
    folder: 'src/cli',
    mayUse: [
      'src/base',
      'src/protocols',
      'src/mail',
      'src/platform',
      'src/processes/messages.ts',
      'src/processes/roster.ts',
      'src/processes/systemd.ts',
    ],
    outside: 'any',
    pure: false,
    separateChildren: false,
  },
  { folder: 'test', mayUse: ['src', 'tools'], outside: 'any', pure: false, separateChildren: false },
  { folder: 'tools', mayUse: ['src/platform/config'], outside: 'any', pure: false, separateChildren: false },
];

/** Each npm package is imported by one folder only; tests are free. */
export const PACKAGES: Readonly<Record<string, string>> = {
  '@hono/node-server': 'src/platform/http',
  '@mongodb-js/saslprep': 'src/platform/passwords',
  'acme-client': 'src/platform/acme',
  bcryptjs: 'src/platform/passwords',
  unixcrypt: 'src/platform/passwords',
  '@peculiar/x509': 'src/platform/tls',
  'reflect-metadata': 'src/platform/tls',
  commander: 'src/cli',
  'dns-packet': 'src/platform/dns',
  'fast-xml-parser': 'src/platform/reports',
  hono: 'src/services/web',
  jose: 'src/platform/bearer-tokens',
  koffi: 'src/platform/native',
  ldapts: 'src/platform/directory-sources',
  mailauth: 'src/platform/sender-auth',
  mysql2: 'src/platform/directory-sources',
  postgres: 'src/platform/directory-sources',
  re2js: 'src/platform/tables',
  'smol-toml': 'src/platform/config',
  zod: 'src/platform/config',
};

/** No room of the house has such a name. */
export const FORBIDDEN_NAMES: readonly string[] = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'manager',
  'handler',
  'types',
  'index',
];

export const LONGEST_FILE_LINES = 400;

/** What only the ports may bring into pure code. */
export const IMPURE: readonly RegExp[] = [
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bMath\.random\(/,
  /\bperformance\.now\(/,
  /\bset(?:Timeout|Interval|Immediate)\(/,
  /\bprocess\.(?!emitWarning)/,
  /\brandom(?:Bytes|UUID|Int)\(/,
];
