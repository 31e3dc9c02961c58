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
  'detail',
];
const SECRET_HEADERS = ['["x-api-key"]', '["set-cookie"]'];

function redactedPaths(): string[] {
  const names = [...SECRET_KEYS.map((key) => `.${key}`), ...SECRET_HEADERS];
  return names.flatMap((name) => [name.replace(/^\./, ''), `*${name}`, `*.*${name}`]);
}

/**
 * Makes the log.
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
    // `detail` of a driver's error quotes row values ("Key (email)=(…) already exists"), so it is redacted with the rest.
    redact: { paths: redactedPaths(), censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
