import {
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { ErrorCode } from '../platform/refusal.ts';
import { type CompiledOperation, compileOperation, type Variables } from './compiled-operation.ts';
import type { Context } from './context.ts';
import type { PreparedOperation } from './document-gate.ts';
import { type ErrorRules, formatExecutionError, formatMistake } from './errors.ts';

/** What an operation came to, ready to be sent. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
}

/** Compiling takes milliseconds, which only an operation that comes again is worth; nobody can buy it with one request. */
const COMPILED_FROM_USE = 3;

interface Usage {
  uses: number;
  /** Undefined before it was tried; null when the operation cannot be compiled. */
  compiled: CompiledOperation | null | undefined;
}

/**
 * Executes prepared operations: the first times with graphql-js, then compiled, which is 2 to 3 times as fast on lists.
 * What it knows of an operation lives exactly as long as the operation is remembered.
 */
export class Executor {
  private readonly usages = new WeakMap<PreparedOperation, Usage>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rules: ErrorRules,
  ) {}

  /** Runs the operation once. Never throws: errors are formatted, and faults logged. */
  async execute(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    rootValue?: unknown,
  ): Promise<Answer> {
    const compiled = this.compiledFor(prepared);
    const result =
      compiled === null
        ? await this.interpret(prepared, variables, context, rootValue)
        : await compiled(rootValue, context, variables);
    return this.answerOf(result, prepared, variables, context);
  }

  /** Turns a result into what is sent: errors are formatted, and faults logged. */
  answerOf(
    result: ExecutionResult,
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Answer {
    if (result.errors === undefined) return { data: result.data ?? null };
    return this.withErrors(result, prepared, variables, context);
  }

  private compiledFor(prepared: PreparedOperation): CompiledOperation | null {
    let usage = this.usages.get(prepared);
    if (usage === undefined) {
      usage = { uses: 0, compiled: undefined };
      this.usages.set(prepared, usage);
    }
    if (usage.compiled !== undefined) return usage.compiled;
    usage.uses += 1;
    if (usage.uses < COMPILED_FROM_USE) return null;
    // Introspection is rare and large: compiling it costs more than it ever gives back.
    const { document, operation, shape } = prepared;
    usage.compiled = shape.introspects ? null : compileOperation(this.schema, document, operation);
    return usage.compiled;
  }

  private interpret(
    { document, operation }: PreparedOperation,
    variableValues: Variables | undefined,
    contextValue: Context,
    rootValue: unknown,
  ): ExecutionResult | Promise<ExecutionResult> {
    const operationName = operation.name?.value;
    return execute({ schema: this.schema, document, operationName, variableValues, contextValue, rootValue });
  }

  private withErrors(
    result: ExecutionResult,
    { operation }: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Answer {
    const errors = result.errors ?? [];
    if (result.data === undefined) {
      // Mostly variables that do not fit their types. graphql-js says more precisely than compiled code what is wrong with them.
      const coerced = getVariableValues(this.schema, operation.variableDefinitions ?? [], variables ?? {}, {
        maxErrors: 5,
      });
      if (coerced.errors !== undefined) {
        return { errors: coerced.errors.map((error) => formatMistake(error, ErrorCode.BAD_USER_INPUT, this.rules)) };
      }
      return { errors: errors.map((error) => this.format(error, context)) };
    }
    return { errors: errors.map((error) => this.format(error, context)), data: result.data };
  }

  private format(error: GraphQLError, context: Context): GraphQLFormattedError {
    // A nullable variable with null in a non-null argument is found during execution, but is the client's mistake.
    if (error.originalError === undefined && error.message.startsWith('Argument "')) {
      return formatMistake(error, ErrorCode.BAD_USER_INPUT, this.rules);
    }
    return formatExecutionError(error, context.requestId, this.rules);
  }
}
