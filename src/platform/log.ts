import { type DestinationStream, type Logger, pino } from 'pino';

/** The log: JSON lines with a stable dotted event name as the message, `log.info({ port }, 'server.started')`. */
export type Log = Logger;

/** Keys whose values never reach a log line, wherever they sit in the first three levels of what is logged. */
const SECRET_KEYS = [
  'authorization',
  'Authorization',
  'cookie',
  'token',
  'accessToken',
  'jwt',
  'jwtSecret',
  'secret',
  'password',
  'email',
  'emailAddress',
  'apiKey',
  'key',
  'idempotencyKey',
  'voucher',
  'voucherCode',
  'databaseUrl',
  'connectionString',
  'parameters',
  'variables',
];
const SECRET_HEADERS = ['["x-api-key"]', '["set-cookie"]'];

function redactedPaths(): string[] {
  const names = [...SECRET_KEYS.map((key) => `.${key}`), ...SECRET_HEADERS];
  return names.flatMap((name) => [name.replace(/^\./, ''), `*${name}`, `*.*${name}`]);
}

const ADDRESS = /[^\s@"'(=<,;]+@[^\s@"')>,;]+\.[^\s@"')>,;]+/g;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const URL_PASSWORD = /(\/\/[^\s:/@]+:)[^\s@]+@/g;

/** Takes out of a free text what must not be in a log: passwords in URLs, tokens, e-mail addresses. */
function withoutSecrets(text: string): string {
  return text
    .replace(URL_PASSWORD, '$1[redacted]@')
    .replace(JSON_WEB_TOKEN, '[redacted]')
    .replace(ADDRESS, '[redacted]');
}

interface LoggedError {
  type: string;
  message: string;
  stack: string;
  code?: string;
  constraint?: string;
  cause?: LoggedError;
}

/**
 * What is told of an error: a short list of what is known to be harmless, because drivers put row values into the other
 * fields of their errors (`detail`: "Key (email)=(…) already exists") and libraries put whole requests into theirs.
 */
function describeError(error: unknown, depth = 0): LoggedError | string {
  if (!(error instanceof Error)) return withoutSecrets(String(error));
  const described: LoggedError = {
    type: error.name,
    message: withoutSecrets(error.message),
    stack: withoutSecrets(error.stack ?? ''),
  };
  if ('code' in error && typeof error.code === 'string') described.code = error.code;
  if ('constraint' in error && typeof error.constraint === 'string') described.constraint = error.constraint;
  if (error.cause instanceof Error && depth < 3) {
    const cause = describeError(error.cause, depth + 1);
    if (typeof cause !== 'string') described.cause = cause;
  }
  return described;
}

/**
 * Makes the log. Errors go under `err`.
 * @param level pino's level name: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.
 * @param destination where lines go; standard output unless a test hands in its own stream.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: redactedPaths(), censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
