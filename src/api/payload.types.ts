import 'reflect-metadata';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { describeError, ERROR_CODES } from './error-descriptions.ts';
import { JSONObject } from './scalars.ts';

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'Why something was refused or failed. The catalogue in schema/errors.md says for each code what to do.',
  valuesConfig: Object.fromEntries(ERROR_CODES.map((code) => [code, { description: describeError(code) }])),
});

/** One expected refusal, as a mutation's payload carries it. */
@ObjectType({
  description: 'Why a mutation did not do what was asked. Nothing was changed unless the payload says so.',
  simpleResolvers: true,
})
export class UserError {
  @Field(() => ErrorCode, { description: 'A stable code to branch on.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'A full sentence for developers: what is wrong and what to do next.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Where in the arguments the trouble lies, for example `["input", "points"]`.',
  })
  path!: readonly string[] | null;

  @Field(() => Boolean, { description: 'True when the same request may succeed later, unchanged.' })
  retryable!: boolean;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'Machine-readable facts, for example `{ "missingPoints": 12 }`.',
  })
  details!: Record<string, unknown> | null;
}

/** What every mutation's payload extends. Subclasses initialise each field to what a refused payload shall show. */
@ObjectType('Payload', { description: 'What every payload has.', simpleResolvers: true })
export abstract class Payload {
  @Field(() => [UserError], { description: 'Expected refusals; empty on success.' })
  userErrors: readonly UserError[] = [];
}

/** Codes that are never a payload's business: they become top-level errors. */
export const TOP_LEVEL: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.UNAUTHENTICATED,
  ErrorCode.FORBIDDEN,
  ErrorCode.RATE_LIMITED,
  ErrorCode.QUERY_TOO_COMPLEX,
  ErrorCode.SERVICE_UNAVAILABLE,
  ErrorCode.INTERNAL,
]);

/** The refusal as a payload shows it. */
export function userErrorOf(refusal: Refusal): UserError {
  const { code, message, inputPath: path, retryable, details } = refusal;
  return Object.assign(new UserError(), { code, message, path, retryable, details });
}

type PayloadClass<Shape extends Payload> = new () => Shape;

/** The payload that a refusal becomes; rethrows what must be a top-level error. */
export function refusedPayload<Shape extends Payload>(type: PayloadClass<Shape>, error: unknown): Shape {
  if (!(error instanceof Refusal) || TOP_LEVEL.has(error.code)) throw error;
  const refused = new type();
  refused.userErrors = [userErrorOf(error)];
  return refused;
}

/** Runs `work` and lays its fields over an empty payload; a Refusal becomes the payload's `userErrors`. */
export async function payload<Shape extends Payload>(
  type: PayloadClass<Shape>,
  work: () => Partial<Shape> | Promise<Partial<Shape>>,
): Promise<Shape> {
  try {
    return Object.assign(new type(), await work());
  } catch (error) {
    return refusedPayload(type, error);
  }
}

/**
 * Method decorator for mutations, written under `@Mutation`: the method returns the payload's fields (those left out keep
 * the payload's defaults) or throws a Refusal.
 */
export function UserErrors<Shape extends Payload>(type: PayloadClass<Shape>) {
  return <Arguments extends unknown[]>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<(...args: Arguments) => Promise<Partial<Shape>>>,
  ): void => {
    const method = descriptor.value;
    if (method === undefined) throw new TypeError('@UserErrors belongs on a method.');
    descriptor.value = function (this: unknown, ...args: Arguments) {
      return payload(type, () => method.apply(this, args));
    };
  };
}
