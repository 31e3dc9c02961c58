import { type Environment, EvaluationError } from '@marcbachmann/cel-js';
import { MS_PER_DAY, wallClock } from './zones.ts';

/**
 * Time functions under names of our own, to which the check of an expression renames the standard ones: the library
 * reads local times by printing a date and parsing it again in the time zone of the process, which is slow and wrong
 * around the process's own changes of daylight saving time.
 */
const PREFIX = 'local_';

const READERS: Record<string, (clock: Date) => number> = {
  getFullYear: (clock) => clock.getUTCFullYear(),
  getMonth: (clock) => clock.getUTCMonth(),
  getDate: (clock) => clock.getUTCDate(),
  getDayOfMonth: (clock) => clock.getUTCDate() - 1,
  getDayOfWeek: (clock) => clock.getUTCDay(),
  getDayOfYear: (clock) => Math.floor((clock.getTime() - Date.UTC(clock.getUTCFullYear(), 0, 1)) / MS_PER_DAY),
  getHours: (clock) => clock.getUTCHours(),
  getMinutes: (clock) => clock.getUTCMinutes(),
  getSeconds: (clock) => clock.getUTCSeconds(),
  getMilliseconds: (clock) => clock.getUTCMilliseconds(),
};

const TIMESTAMP = 'google.protobuf.Timestamp';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The name under which a standard time function is registered here; the name itself for every other function. */
export function ownTimeFunction(name: string, argumentCount: number): string {
  const isZoned = argumentCount === 1 && name in READERS;
  const isOwn = isZoned || name === 'timestamp' || (name === 'getDayOfYear' && argumentCount === 0);
  return isOwn ? PREFIX + name : name;
}

/** Turns the own names in a message of the library back into those the author wrote. */
export function hideOwnNames(message: string): string {
  return message.replaceAll(PREFIX, '');
}

/** Registers timestamp() and the readers of local time. */
export function registerTimes(environment: Environment): void {
  const options = { async: false };
  for (const [name, read] of Object.entries(READERS)) {
    const handler = (at: Date, zone: string) => BigInt(read(clockIn(zone, at)));
    environment.registerFunction(`${TIMESTAMP}.${PREFIX}${name}(string): int`, handler, options);
  }
  const dayOfYear = (at: Date) => BigInt(READERS.getDayOfYear?.(at) ?? 0);
  environment.registerFunction(`${TIMESTAMP}.${PREFIX}getDayOfYear(): int`, dayOfYear, options);
  environment.registerFunction(`${PREFIX}timestamp(string): ${TIMESTAMP}`, readInstant, options);
  environment.registerFunction(`${PREFIX}timestamp(int): ${TIMESTAMP}`, fromSeconds, options);
}

function clockIn(zone: string, at: Date): Date {
  try {
    return wallClock(zone, at.getTime());
  } catch {
    throw new EvaluationError(`"${zone.slice(0, 40)}" is not a time zone`);
  }
}

/** Without an offset the text would mean another instant on another machine, so one is required. */
function readInstant(text: string): Date {
  const at = INSTANT.test(text) ? new Date(text) : null;
  if (at === null || Number.isNaN(at.getTime())) {
    throw new EvaluationError(`"${text.slice(0, 40)}" is not an instant such as 2026-11-21T08:00:00Z`);
  }
  return at;
}

function fromSeconds(seconds: bigint): Date {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) throw new EvaluationError(`${seconds} is not a number of seconds since 1970`);
  return at;
}
