import { GraphQLError, parse } from 'graphql';
import type { ServerOptions, Context as SocketContext, SubscribePayload } from 'graphql-ws';
import { newId } from '../platform/ids.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { RequestContext, Role, type Viewer } from './context.ts';
import { LIMITS, type Passed } from './document-gate.ts';
import { formatRequestError, graphqlErrorOf } from './errors.ts';
import type { LiveSocket } from './live-socket.ts';
import { Lru } from './lru.ts';
import type { ServerParts } from './server-parts.ts';
import { startSubscription } from './subscription.ts';

/** What a client sends in `connection_init`. */
export type SocketParams = { authorization?: unknown; apiKey?: unknown };

/** What belongs to one socket. */
export interface SocketExtra {
  /** Null until `connection_init` has been accepted. */
  viewer: Viewer | null;
  readonly address: string;
  /** The size of the message being handled. */
  bytes: number;
  close(code: number, reason: string): void;
}

type Connection = SocketContext<SocketParams, SocketExtra>;

const INIT_WAIT_MS = 3_000;
const SOCKETS_PER_MEMBER = 20;
/** Staff watch several screens, and a shop's services share one name. */
const SOCKETS_PER_PRIVILEGED = 200;
const SUBSCRIPTIONS_PER_SOCKET = 20;
const FORBIDDEN = 4403;
const TOO_MANY = 4429;

/** How graphql-ws is to treat connections and operations. */
export function socketOptions(
  parts: ServerParts,
  open: ReadonlySet<LiveSocket>,
): ServerOptions<SocketParams, SocketExtra> {
  const documents = new Lru<string, ReturnType<typeof parse>>(300);
  return {
    connectionInitWaitTimeout: INIT_WAIT_MS,
    onConnect: (connection) => connect(connection, parts, open),
    onSubscribe: async ({ extra, subscriptions }, _id, payload) => {
      try {
        const running = Object.keys(subscriptions).length;
        const passed = await admit(parts, extra, payload, running, documents);
        const contextFor = () => contextOf(parts, extra, passed.cost);
        const { document, operation } = passed.prepared;
        const operationName = operation.name?.value;
        const variableValues = payload.variables ?? {};
        return { schema: parts.schema, document, operationName, variableValues, contextValue: { passed, contextFor } };
      } catch (error) {
        return [error instanceof GraphQLError ? error : graphqlErrorOf(asRefusal(error, parts))];
      }
    },
    subscribe: (args) => startSubscription(args, parts),
    onError: (_connection, _id, _payload, errors) =>
      errors.map((error) => formatRequestError(error, newId(), parts.rules)),
  };
}

/** A fault on the way to an operation: logged here, and told as INTERNAL. */
function asRefusal(error: unknown, parts: ServerParts): Refusal {
  if (error instanceof Refusal) return error;
  const requestId = newId();
  parts.log.error({ err: error, requestId }, 'request.fault');
  return new Refusal(ErrorCode.INTERNAL, 'Something went wrong on the server.', { details: { requestId } });
}

function contextOf({ log }: ServerParts, { viewer }: SocketExtra, cost: number): RequestContext {
  if (viewer === null) throw new Error('The socket has no viewer.');
  const context = new RequestContext(viewer, newId(), log);
  context.cost = cost;
  return context;
}

async function connect(
  { extra, connectionParams = {} }: Connection,
  parts: ServerParts,
  open: ReadonlySet<LiveSocket>,
): Promise<boolean> {
  const { limits, authenticator } = parts;
  const { authorization, apiKey } = connectionParams;
  try {
    await limits.mayTryCredentials(extra.address);
    const viewer = await authenticator.viewerOf({ authorization, apiKey });
    const allowed = viewer.role === Role.MEMBER ? SOCKETS_PER_MEMBER : SOCKETS_PER_PRIVILEGED;
    if (viewer.role !== null && countOf(viewer, open) >= allowed) {
      extra.close(TOO_MANY, 'Too many sockets');
      return false;
    }
    extra.viewer = viewer;
    return true;
  } catch (error) {
    await refuseConnection(error, extra, parts);
    return false;
  }
}

function countOf(viewer: Viewer, open: ReadonlySet<LiveSocket>): number {
  let count = 0;
  for (const { extra } of open) if (extra.viewer?.actor === viewer.actor) count += 1;
  return count;
}

/** Close codes carry the reason, because a client has no answer yet to read an error from. */
async function refuseConnection(error: unknown, extra: SocketExtra, parts: ServerParts): Promise<void> {
  const { code } = asRefusal(error, parts);
  if (code === ErrorCode.UNAUTHENTICATED) {
    await parts.limits.countFailure(extra.address);
    extra.close(FORBIDDEN, 'The credential is not valid');
  } else if (code === ErrorCode.RATE_LIMITED) extra.close(TOO_MANY, 'Too many attempts');
  else extra.close(1013, 'Try again later');
}

/** Lets an operation pass or throws; the same gate and limits as for HTTP. */
async function admit(
  { gate, limits }: ServerParts,
  extra: SocketExtra,
  payload: SubscribePayload,
  running: number,
  documents: Lru<string, ReturnType<typeof parse>>,
): Promise<Passed> {
  const { viewer, address, bytes } = extra;
  if (viewer === null) throw new Refusal(ErrorCode.UNAUTHENTICATED, 'Send `connection_init` first.');
  // graphql-ws has noted this operation already, so 20 running ones and this one make 21.
  if (running > SUBSCRIPTIONS_PER_SOCKET) {
    throw new Refusal(ErrorCode.RATE_LIMITED, `A socket carries at most ${SUBSCRIPTIONS_PER_SOCKET} subscriptions.`);
  }
  const { query, operationName } = payload;
  if (typeof query !== 'string') throw new Refusal(ErrorCode.BAD_USER_INPUT, '`query` must be text.');
  const document = documents.get(query) ?? parse(query, { maxTokens: LIMITS.tokens });
  const variables = payload.variables ?? undefined;
  const passed = gate.check({
    document,
    operationName,
    variables,
    viewer,
    allowed: ['subscription'],
    bodyBytes: bytes,
  });
  documents.set(query, document);
  await limits.take(viewer, address, passed.cost);
  return passed;
}
