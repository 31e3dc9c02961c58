/** What a client may say in graphql-transport-ws. */
export type ClientMessage =
  | { type: 'connection_init'; payload: Record<string, unknown> }
  | { type: 'ping' }
  | { type: 'pong' }
  | { type: 'subscribe'; id: string; payload: AskedOperation }
  | { type: 'complete'; id: string };

/** An operation as it was sent. */
export interface AskedOperation {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/** Clients make ids of up to 36 characters; ours to keep for as long as the operation runs. */
const LONGEST_ID = 128;

/** Reads a message; null for anything that is none. */
export function readMessage(text: string): ClientMessage | null {
  const message = objectIn(text);
  if (message === null) return null;
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
      return payload == null || isObject(payload) ? { type, payload: payload ?? {} } : null;
    case 'ping':
    case 'pong':
      return { type };
    case 'complete':
      return isId(id) ? { type, id } : null;
    case 'subscribe': {
      const read = readOperation(payload);
      return isId(id) && read !== null ? { type, id, payload: read } : null;
    }
    default:
      return null;
  }
}

/** Reads an operation; null for what is none. */
export function readOperation(value: unknown): AskedOperation | null {
  if (!isObject(value)) return null;
  const { query, operationName, variables } = value;
  if (typeof query !== 'string') return null;
  if (operationName != null && typeof operationName !== 'string') return null;
  if (variables != null && !isObject(variables)) return null;
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= LONGEST_ID;
}
