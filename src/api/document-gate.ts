import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  type OperationTypeNode,
  validate,
} from 'graphql';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { Role, type Viewer } from './context.ts';
import { type Estimate, prepareEstimate } from './cost.ts';
import { FragmentCycle, holdsNul, measure, type Shape } from './document-shape.ts';
import { isPrivileged } from './rate-limits.ts';

/** What one request may ask for. The values are part of the documented contract, so they are not settings. */
export const LIMITS = Object.freeze({
  bodyBytes: 100_000,
  /** For ingestion, by those who may ingest: 1,000 activities of some 5 kB. */
  ingestBytes: 5_000_000,
  tokens: 1_000,
  depth: 12,
  aliases: 15,
  directives: 10,
  pageSize: 100,
  memberCost: 1_000,
  privilegedCost: 10_000,
});

export interface GateSettings {
  /** True lets everyone introspect; false only staff and administrators. */
  introspectionForAll: boolean;
  /** Mutations whose request may be as large as `ingestBytes`. */
  largeBodyFields: readonly string[];
}

/** What comes to the gate, the same for HTTP and WebSocket. */
export interface GateRequest {
  document: DocumentNode;
  operationName: string | null | undefined;
  variables: Record<string, unknown> | undefined;
  viewer: Viewer;
  /** The kinds of operation the transport carries. */
  allowed: readonly `${OperationTypeNode}`[];
  /** The size of the request as it came in. */
  bodyBytes: number;
}

/** An operation that passed. The same object for every request with the same document and operation name. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly shape: Shape;
  readonly estimate: (variables: Record<string, unknown> | undefined) => Estimate;
}

export interface Passed {
  prepared: PreparedOperation;
  cost: number;
}

interface PreparedDocument {
  operations: Map<string, PreparedOperation>;
  /** What validation found; undefined before it has run. Invalid documents are answered from here, too. */
  error: GraphQLError | null | undefined;
}

function tooMuch(message: string): Refusal {
  return new Refusal(ErrorCode.QUERY_TOO_COMPLEX, message);
}

function malformed(message: string): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message);
}

/**
 * The one gate before execution. It looks at the cheap limits first and stops at the first that is broken, so that
 * validation, whose time can grow with the square of a document, only sees documents within them.
 */
export class DocumentGate {
  private readonly documents = new WeakMap<DocumentNode, PreparedDocument>();
  private readonly largeBodyFields: ReadonlySet<string>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly settings: GateSettings,
  ) {
    this.largeBodyFields = new Set(settings.largeBodyFields);
  }

  /** Lets the request pass or throws a Refusal or GraphQLError: QUERY_TOO_COMPLEX, FORBIDDEN or BAD_USER_INPUT. */
  check(request: GateRequest): Passed {
    const prepared = this.prepare(request);
    const { viewer, allowed, bodyBytes, variables } = request;
    const { operation, shape } = prepared;
    if (!allowed.includes(operation.operation)) {
      throw malformed(`A ${operation.operation} cannot be sent this way; ${wayOf(operation.operation)}.`);
    }
    if (shape.introspects && !this.mayIntrospect(viewer)) {
      throw new Refusal(ErrorCode.FORBIDDEN, 'Only staff and administrators may introspect the schema of this server.');
    }
    if (bodyBytes > LIMITS.bodyBytes && !this.mayBeLarge(shape)) {
      throw tooMuch(`The request is larger than ${LIMITS.bodyBytes} bytes.`);
    }
    const { cost, largestPage } = prepared.estimate(variables);
    if (largestPage > LIMITS.pageSize) throw tooMuch(`\`first\` and \`last\` may be at most ${LIMITS.pageSize}.`);
    const limit = isPrivileged(viewer) ? LIMITS.privilegedCost : LIMITS.memberCost;
    if (cost > limit) throw tooMuch(`The operation costs ${cost}, and ${limit} is the most you may ask for at once.`);
    return { prepared, cost };
  }

  private mayIntrospect(viewer: Viewer): boolean {
    return this.settings.introspectionForAll || viewer.role === Role.STAFF || viewer.role === Role.ADMIN;
  }

  private mayBeLarge(shape: Shape): boolean {
    for (const field of shape.rootFields) {
      if (!this.largeBodyFields.has(field) && field !== '__typename') return false;
    }
    return true;
  }

  private prepare({ document, operationName }: GateRequest): PreparedOperation {
    const known = this.documents.get(document) ?? { operations: new Map(), error: undefined };
    const name = operationName ?? '';
    const prepared = known.operations.get(name);
    if (prepared !== undefined) return prepared;
    this.documents.set(document, known);
    if (known.error) throw known.error;
    const operation = getOperationAST(document, operationName);
    if (!operation) throw malformed(unknownOperation(operationName));
    const shape = shapeWithin(document, operation);
    if (known.error === undefined) known.error = this.firstMistake(document, shape);
    if (known.error !== null) throw known.error;
    const fresh = { document, operation, shape, estimate: prepareEstimate(this.schema, document, operation) };
    known.operations.set(name, fresh);
    return fresh;
  }

  private firstMistake(document: DocumentNode, shape: Shape): GraphQLError | null {
    if (holdsNul(document)) return new GraphQLError('Text may not hold the character U+0000.');
    const [mistake] = validate(this.schema, document, undefined, {
      maxErrors: 1,
      // Whoever may not introspect shall not guess names either.
      hideSuggestions: !this.settings.introspectionForAll,
    });
    return mistake ?? (shape.depth === 0 ? new GraphQLError('The operation selects nothing.') : null);
  }
}

function shapeWithin(document: DocumentNode, operation: OperationDefinitionNode): Shape {
  try {
    const shape = measure(document, operation);
    if (shape.depth > LIMITS.depth)
      throw tooMuch(`The operation is ${shape.depth} levels deep; ${LIMITS.depth} are allowed.`);
    if (shape.aliases > LIMITS.aliases) {
      throw tooMuch(`The operation uses ${shape.aliases} aliases; ${LIMITS.aliases} are allowed.`);
    }
    if (shape.directives > LIMITS.directives) {
      throw tooMuch(`The operation uses ${shape.directives} directives; ${LIMITS.directives} are allowed.`);
    }
    return shape;
  } catch (error) {
    if (error instanceof FragmentCycle) throw malformed(error.message);
    throw error;
  }
}

function unknownOperation(operationName: string | null | undefined): string {
  return operationName
    ? 'The document has no operation of that `operationName`.'
    : 'The document has no operation, or several and no `operationName` that chooses one.';
}

function wayOf(kind: `${OperationTypeNode}`): string {
  return kind === 'subscription' ? 'open a WebSocket with the graphql-transport-ws protocol' : 'send an HTTP POST';
}
