import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { createClient } from 'graphql-ws';

type Fetcher = GraphiQLProps['fetcher'];
/** What the editor takes from a subscription; its own name for the type differs only in how errors are written. */
type Stream = Extract<ReturnType<Fetcher>, AsyncIterable<unknown>>;

/**
 * Sends the editor's operations to this server with the given access token (null: anonymous): queries and mutations
 * by POST, subscriptions over one WebSocket that opens when first needed. Headers typed into the editor win over the token.
 */
export function createFetcher(token: string | null): { fetcher: Fetcher; close: () => void } {
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  const socket = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: authorization,
    lazy: true,
    shouldRetry: () => true,
  });
  const fetcher: Fetcher = (parameters, options) => {
    const operation = wantedOperation(parameters.query, parameters.operationName ?? null);
    const request = { ...parameters, operationName: operation?.name?.value ?? parameters.operationName ?? null };
    if (operation?.operation === 'subscription') return socket.iterate(request) as Stream;
    return post(request, { ...authorization, ...options?.headers });
  };
  return { fetcher, close: () => void socket.dispose() };
}

/**
 * The operation that the text asks for. The editor works names out a moment after the text has changed, so right after
 * a change of tab it still names the old tab's operation; the only operation of the text is meant then.
 */
function wantedOperation(query: string, operationName: string | null): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    // The server explains syntax errors better than a failed request would.
    return null;
  }
}

async function post(request: object, headers: Record<string, string>): Promise<object> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as object;
  } catch {
    throw new Error(
      `The server answered ${response.status} ${response.statusText} without JSON: ${text.slice(0, 200)}`,
    );
  }
}
