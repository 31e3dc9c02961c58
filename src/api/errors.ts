import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Log } from '../platform/log.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';

const CODES: ReadonlySet<unknown> = new Set(Object.values(ErrorCode));

/** HTTP statuses of requests that are refused as a whole, before anything is executed. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
  [ErrorCode.CONFLICT]: 409,
  [ErrorCode.RATE_LIMITED]: 429,
  [ErrorCode.INTERNAL]: 500,
  [ErrorCode.SERVICE_UNAVAILABLE]: 503,
};

/** The HTTP status for a request refused as a whole; 400 where the code has none of its own. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? 400;
}

/** What the edge needs to turn an error into what a client may see. */
export interface ErrorRules {
  log: Log;
  /** True hides "Did you mean …", which tells an attacker names of a schema that introspection withholds. */
  hideSuggestions: boolean;
}

function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*\?$/s, '');
}

/** The refusal an error was thrown as, also when an executor has wrapped it. */
export function refusalIn(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  const original = error instanceof Error && 'originalError' in error ? error.originalError : null;
  return original instanceof Refusal ? original : null;
}

function place(error: unknown): Pick<GraphQLFormattedError, 'path' | 'locations'> {
  if (!(error instanceof Error)) return {};
  const { path, locations } = error as Partial<GraphQLError>;
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) };
}

/** A refusal as the client may see it: all of it, and where it happened. */
export function formatRefusal(refusal: Refusal, error: unknown): GraphQLFormattedError {
  const { code, message, inputPath, retryable, details } = refusal;
  const extensions: Record<string, unknown> = { code };
  if (inputPath !== null) extensions.inputPath = inputPath;
  if (retryable) extensions.retryable = true;
  if (details !== null) extensions.details = details;
  return { message, ...place(error), extensions };
}

/** A malformed request: the client's mistake, told in full. */
export function formatMistake(error: Error, code: ErrorCode, rules: ErrorRules): GraphQLFormattedError {
  const message = rules.hideSuggestions ? withoutSuggestion(error.message) : error.message;
  return { message, ...place(error), extensions: { code } };
}

/** A fault of ours: logged whole, told to nobody. The request id leads from the client's report to the log line. */
export function formatFault(error: unknown, requestId: string, rules: ErrorRules): GraphQLFormattedError {
  const cause = error instanceof GraphQLError && error.originalError !== undefined ? error.originalError : error;
  const at = error instanceof GraphQLError ? error.path?.join('.') : undefined;
  rules.log.error({ err: cause, requestId, at }, 'request.fault');
  const extensions = { code: ErrorCode.INTERNAL, requestId };
  return { message: 'Something went wrong on the server.', ...place(error), extensions };
}

/** An error of an executed operation as the client may see it. Whatever is not a Refusal is a fault. */
export function formatExecutionError(error: unknown, requestId: string, rules: ErrorRules): GraphQLFormattedError {
  const refusal = refusalIn(error);
  if (refusal !== null) return formatRefusal(refusal, error);
  return formatFault(error, requestId, rules);
}

/** An error from before execution: a Refusal keeps its code, GraphQL's and Apollo's own complaints are the client's mistake. */
export function formatRequestError(error: unknown, requestId: string, rules: ErrorRules): GraphQLFormattedError {
  const refusal = refusalIn(error);
  if (refusal !== null) return formatRefusal(refusal, error);
  if (!(error instanceof GraphQLError) || error.originalError !== undefined) {
    const original = error instanceof GraphQLError ? error.originalError : error;
    if (!(original instanceof GraphQLError)) return formatFault(error, requestId, rules);
  }
  const { code } = (error as GraphQLError).extensions;
  if (code === 'INTERNAL_SERVER_ERROR') return formatFault(error, requestId, rules);
  if (CODES.has(code)) return formatMistake(error as GraphQLError, code as ErrorCode, rules);
  // graphql-js tells a document of too many tokens from a syntax error only by its message.
  const tooLong = /more tha[nt] \d+ tokens/.test((error as GraphQLError).message);
  return formatMistake(error as GraphQLError, tooLong ? ErrorCode.QUERY_TOO_COMPLEX : ErrorCode.BAD_USER_INPUT, rules);
}
