import { type Config, loadConfig } from '../../src/config.ts';

/** Reads the settings that commands share with the server. @throws ConfigError with every problem. */
export function readSettings(): Config {
  return loadConfig(process.env);
}

/** The level of a command's log, on standard error: only errors, unless LOG_LEVEL asks for more. */
export function logLevel(): string {
  return process.env.LOG_LEVEL ?? 'error';
}

/** True when the person at the keyboard wants to see where a fault came from. */
export function wantsDetails(): boolean {
  return ['debug', 'trace'].includes(logLevel());
}
