import { type DocumentNode, GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { newId } from '../platform/ids.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Credentials } from './authentication.ts';
import type { Viewer } from './context.ts';
import { LIMITS } from './document-gate.ts';
import { formatRequestError } from './errors.ts';
import { Close, type Line, type Lines } from './lines.ts';
import { Lru } from './lru.ts';
import type { LiveOperation } from './renderer.ts';
import type { ServerParts } from './server-parts.ts';
import type { AskedOperation } from './socket-messages.ts';

/** An operation with the size of the message that brought it. */
export interface OperationRequest extends AskedOperation {
  bytes: number;
}

/** Why a connection is refused. */
export interface RefusedConnection {
  code: number;
  reason: string;
  /** True when it is about who asks, and not about how much. */
  forbidden: boolean;
}

/** The way to a subscription that sockets and event streams share: who may connect, and what passes the gate. */
export class LiveOperations {
  readonly #parts: ServerParts;
  readonly #lines: Lines;
  readonly #documents = new Lru<string, DocumentNode>(300);

  constructor(parts: ServerParts, lines: Lines) {
    this.#parts = parts;
    this.#lines = lines;
  }

  /** Finds out who connects, and gives the line its viewer. Never throws. */
  async connect(credentials: Credentials, address: string, line: Line): Promise<Viewer | RefusedConnection> {
    const { limits, authenticator } = this.#parts;
    try {
      limits.mayTryCredentials(address);
      return await this.admit(await authenticator.viewerOf(credentials), line);
    } catch (error) {
      const { code } = asRefusal(error, this.#parts);
      if (code === ErrorCode.UNAUTHENTICATED) {
        limits.countFailure(address);
        return forbidden('The credential is not valid');
      }
      if (code === ErrorCode.RATE_LIMITED) return tooMany('Too many attempts');
      return { code: Close.TRY_AGAIN, reason: 'Try again later', forbidden: false };
    }
  }

  /** Gives the line a viewer whose credential has been checked. @throws what asking whether it may follow throws. */
  async admit(viewer: Viewer, line: Line): Promise<Viewer | RefusedConnection> {
    // Counted first: a suspension or a revocation that commits from now on finds the line and ends it.
    if (!this.#lines.takeIn(line, viewer)) return tooMany('Too many connections');
    const may = await this.#parts.mayFollow(viewer);
    if (may) return viewer;
    return forbidden(viewer.keyId === null ? 'The member takes no part at present' : 'The API key has been revoked');
  }

  /** Lets an operation pass; the same gate and limits as for HTTP. @throws Refusal or GraphQLError. */
  async pass(viewer: Viewer, address: string, request: OperationRequest): Promise<LiveOperation> {
    const { query, operationName, variables, bytes } = request;
    const document = this.#documents.get(query) ?? parse(query, { maxTokens: LIMITS.tokens });
    const passed = this.#parts.gate.check({
      document,
      operationName,
      variables,
      viewer,
      allowed: ['subscription'],
      bodyBytes: bytes,
    });
    this.#documents.set(query, document);
    await this.#parts.limits.take(viewer, address, passed.cost);
    return { passed, variables, viewer };
  }

  /** What went wrong on the way to an operation, as the client may see it. */
  format(error: unknown): GraphQLFormattedError {
    const known = error instanceof GraphQLError ? error : asRefusal(error, this.#parts);
    return formatRequestError(known, newId(), this.#parts.rules);
  }
}

function forbidden(reason: string): RefusedConnection {
  return { code: Close.FORBIDDEN, reason, forbidden: true };
}

function tooMany(reason: string): RefusedConnection {
  return { code: Close.TOO_MANY, reason, forbidden: false };
}

/** Tells a viewer from a refusal. */
export function isRefused(answer: Viewer | RefusedConnection): answer is RefusedConnection {
  return 'code' in answer;
}

/** A fault on the way to an operation: logged here, and told as INTERNAL. */
function asRefusal(error: unknown, parts: ServerParts): Refusal {
  if (error instanceof Refusal) return error;
  const requestId = newId();
  parts.log.error({ err: error, requestId }, 'request.fault');
  return new Refusal(ErrorCode.INTERNAL, 'Something went wrong on the server.', { details: { requestId } });
}
