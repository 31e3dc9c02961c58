import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { type ErrorRules, formatFault, formatRefusal, refusalIn, statusOf } from './errors.ts';

/** Fastify's own complaints about a request, and what they are called here. */
const KNOWN: Record<string, { code: ErrorCode; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: ErrorCode.QUERY_TOO_COMPLEX, message: 'The request body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: ErrorCode.BAD_USER_INPUT,
    message: 'This content type is not accepted: send application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: ErrorCode.BAD_USER_INPUT,
    message: 'The content-length header does not fit the body.',
  },
};

/** A body over the limit, thrown by our own content parser with the status Fastify uses for it. */
export function tooLarge(limitBytes: number): Refusal & { statusCode: number } {
  const refusal = new Refusal(ErrorCode.QUERY_TOO_COMPLEX, `The request body is larger than ${limitBytes} bytes.`);
  return Object.assign(refusal, { statusCode: 413 });
}

function describe(error: unknown, requestId: string, rules: ErrorRules) {
  const { code: name, statusCode } = error as { code?: string; statusCode?: number };
  const refusal = refusalIn(error);
  if (refusal !== null) {
    const { code, details } = refusal;
    return { status: statusCode ?? statusOf(code), error: formatRefusal(refusal, error), details };
  }
  const known = name === undefined ? undefined : KNOWN[name];
  if (known !== undefined || (statusCode !== undefined && statusCode >= 400 && statusCode < 500)) {
    const code = known?.code ?? ErrorCode.BAD_USER_INPUT;
    const message = known?.message ?? 'The request is malformed.';
    return { status: statusCode ?? 400, error: { message, extensions: { code } }, details: null };
  }
  return { status: 500, error: formatFault(error, requestId, rules), details: null };
}

/** Answers every error that no route has answered, in the shape of a GraphQL error. */
export function errorHandler(rules: ErrorRules) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const requestId = request.id;
    const described = describe(error, requestId, rules);
    const retryAfter = described.details?.retryAfterSeconds;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply.code(described.status).type('application/json; charset=utf-8');
    return reply.send({ errors: [described.error], extensions: { cost: 0, requestId } });
  };
}

/** Answers unknown paths. */
export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = 'There is nothing at this path. GraphQL is served at /graphql.';
  const errors = [{ message, extensions: { code: ErrorCode.NOT_FOUND } }];
  return reply.code(404).send({ errors, extensions: { cost: 0, requestId: request.id } });
}
