import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConfigError } from '../../src/config.ts';
import { DatabaseError } from '../../src/platform/database/types.ts';
import { ErrorCode, Refusal } from '../../src/platform/refusal.ts';
import { failureOf } from '../../src/platform/retry.ts';
import { FormatError } from './lines.ts';
import { wantsDetails } from './settings.ts';

/** What a command's exit code means; the same for all of them, and named at the end of every `--help`. */
export const ExitCode = {
  /** Done, nothing to complain about. */
  ok: 0,
  /** Done, but with findings: refused lines, differences in the ledger, failed checks; or refused as a whole. */
  findings: 1,
  /** Wrong arguments, settings or files; nothing was changed. */
  usage: 2,
  /** The database cannot be reached, started or used. */
  database: 3,
  /** A fault of Pokal. */
  fault: 4,
  /** Ended by Ctrl-C; what was done by then stays. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Wrong use of a command. The message is one sentence for the person at the keyboard: what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command that changed nothing because what it found forbids it. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** A command that was ended by Ctrl-C or SIGTERM in good order. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Starts a command's definition: name, description, and the exit codes below the options. */
export function defineCommand(name: string, description: string): Command {
  return new Command(name)
    .usage('[options]')
    .description(description)
    .exitOverride()
    .showHelpAfterError('Add --help for all options.')
    .configureHelp({ helpWidth: 110 })
    .addHelpText(
      'after',
      '\nIt works beside a running server (same database) and without one: then the embedded database is started and stopped.' +
        '\nExit codes: 0 done, 1 done with findings or declined, 2 wrong arguments, settings or files, 3 database unavailable, 4 fault, 130 interrupted.',
    );
}

/**
 * Parses the arguments, runs the command and ends the process with its exit code. Whatever goes wrong becomes one line on
 * standard error; the stack is shown for faults only, and only with LOG_LEVEL=debug or trace.
 */
export async function runCommand(command: Command, action: () => Promise<ExitCode>): Promise<void> {
  try {
    await command.parseAsync();
    process.exitCode = await action();
  } catch (error) {
    process.exitCode = report(command.name(), error);
  }
}

/** Reads a whole number of at least `minimum` for an option. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

/** Writes a line for people. Standard output is the result of a command, standard error its conversation. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function report(name: string, error: unknown): ExitCode {
  // Commander has said what was wrong already; asking for help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  const [code, message] = explain(error);
  say(`${name}: ${message}`);
  if (code === ExitCode.fault && wantsDetails() && error instanceof Error) say(error.stack ?? '');
  return code;
}

function explain(error: unknown): [ExitCode, string] {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || error instanceof FormatError) return [ExitCode.usage, message];
  if (error instanceof Declined) return [ExitCode.findings, message];
  if (error instanceof Interrupted) return [ExitCode.interrupted, message];
  if (error instanceof ConfigError) return [ExitCode.usage, `The settings are not valid:\n${message}`];
  if (error instanceof DatabaseError) return [ExitCode.database, message];
  if (error instanceof Refusal) {
    return [error.code === ErrorCode.SERVICE_UNAVAILABLE ? ExitCode.database : ExitCode.findings, message];
  }
  const failure = failureOf(error);
  if (failure === 'connection' || failure === 'overload') {
    return [ExitCode.database, `The database does not answer: ${message.split('\n')[0]}`];
  }
  const text = message.split('\n')[0] ?? '';
  return [ExitCode.fault, `This should not have happened: ${text} (LOG_LEVEL=debug shows where.)`];
}
