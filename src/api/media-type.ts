import { Lru } from './lru.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

/** Clients send a handful of different Accept headers, and weighing one takes microseconds. */
const weighed = new Lru<string, string>(100);
const NEITHER = '';

/** The media type to answer a GraphQL request with; null when the client accepts neither. */
export function answerType(accept: string | undefined): string | null {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return JSON_TYPE;
  let type = weighed.get(accept);
  if (type === undefined) {
    type = weigh(accept);
    weighed.set(accept, type);
  }
  return type === NEITHER ? null : type;
}

function weigh(accept: string): string {
  let best = { type: NEITHER, weight: 0 };
  for (const part of accept.slice(0, 1_000).split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2)) || 0;
    const type = typeOf(name);
    // The first of equals wins, as in every common negotiation.
    if (type !== null && weight > best.weight) best = { type, weight };
  }
  return best.type;
}

function typeOf(name: string): string | null {
  if (name === 'application/graphql-response+json') return GRAPHQL_TYPE;
  return name === 'application/json' || name === 'application/*' || name === '*/*' ? JSON_TYPE : null;
}
