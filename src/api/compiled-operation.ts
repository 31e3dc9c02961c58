import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLInputType,
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  TypeInfo,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { type Variables, variableReader } from './input-reader.ts';

export type { Variables };

/** Runs the compiled operation. The result's `data` is left out when a variable does not fit its type. */
export type CompiledOperation = (
  rootValue: unknown,
  context: unknown,
  variables: Variables | undefined,
) => ExecutionResult | Promise<ExecutionResult>;

/** How the variables that stand for literals are named. */
const LITERAL = '__literal';

/** The type of the variables that stand for literals: their values have been coerced before. */
const COERCED = new GraphQLScalarType({ name: '__Coerced', parseValue: (value) => value });
const COERCED_TYPE: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } };

/**
 * Compiles one operation of a valid document to JavaScript, or gives null when it cannot be compiled faithfully.
 *
 * The compiler pastes literals into the code it makes, and it tells dates and numbers apart by marker texts: a client
 * that sends such a marker in a text literal would have its own code run. So no literal ever reaches the compiler. Each
 * argument written as a literal becomes a variable first, with a value coerced by graphql-js; the compiler, which also
 * forgets the defaults of input fields, is told that all variables have been read; and an operation that mixes literals
 * and variables in one argument is left to graphql-js.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation | null {
  const hoisted = hoistLiterals(schema, document, operation);
  if (hoisted === null) return null;
  const query = compiled(schemaWithCoerced(schema), hoisted.document, operation.name?.value);
  if (query === null) return null;
  const { constants } = hoisted;
  const read = variableReader(schema, operation.variableDefinitions ?? []);
  return (rootValue, context, variables) => {
    const { values, errors } = read(variables);
    if (values === undefined) return { errors };
    return query.query(rootValue, context, Object.assign(values, constants));
  };
}

function compiled(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledQuery | null {
  const query = compileQuery(schema, document, operationName, {
    disablingCapturingStackErrors: true,
    useExperimentalPathBasedSkipInclude: true,
  });
  return isCompiledQuery(query) ? query : null;
}

/** The same schema, in which the name `__Coerced` means the type above. No client can name it: it passed validation. */
function schemaWithCoerced(schema: GraphQLSchema): GraphQLSchema {
  return Object.create(schema, {
    getType: { value: (name: string) => (name === COERCED.name ? COERCED : schema.getType(name)) },
  });
}

interface Hoisted {
  document: DocumentNode;
  /** Values of the variables that replace literals. */
  constants: Variables;
}

function hoistLiterals(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Hoisted | null {
  const constants: Variables = Object.create(null);
  let faithful = true;
  const types = new TypeInfo(schema);
  const hoist = (argument: ArgumentNode, type: GraphQLInputType): ArgumentNode => {
    const value = valueFromAST(argument.value, type);
    if (value === undefined) faithful = false;
    const name = `${LITERAL}${Object.keys(constants).length}`;
    constants[name] = value;
    return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
  };
  const rewritten = visit(
    document,
    visitWithTypeInfo(types, {
      enter(node, _key, _parent, _path, ancestors) {
        if (node.kind === Kind.VARIABLE_DEFINITION) return false;
        if (node.kind !== Kind.ARGUMENT || node.value.kind === Kind.VARIABLE || !isOnField(ancestors)) return undefined;
        const type = types.getInputType();
        if (type && !holdsVariable(node.value)) return hoist(node, type);
        faithful = false;
        return false;
      },
    }),
  );
  const own = operation.variableDefinitions ?? [];
  const clashes = own.some(({ variable }) => variable.name.value.startsWith(LITERAL));
  if (!faithful || clashes) return null;
  return { document: withDefinitions(rewritten, operation, constants), constants };
}

/** True for a field's own argument: a directive's `if` is a Boolean, which is compiled safely. */
function isOnField(ancestors: readonly (ASTNode | readonly ASTNode[])[]): boolean {
  const owner = ancestors.at(-1);
  const node = Array.isArray(owner) ? ancestors.at(-2) : owner;
  return (node as FieldNode | undefined)?.kind === Kind.FIELD;
}

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => holdsVariable(field.value));
}

/** The document with a definition for each replaced literal, in which no variable has a type that would be read again. */
function withDefinitions(document: DocumentNode, chosen: OperationDefinitionNode, constants: Variables): DocumentNode {
  const own = (chosen.variableDefinitions ?? []).map(({ variable, type }) =>
    // @skip and @include insist on a Boolean, and reading one twice changes nothing.
    defined(variable.name.value, isBoolean(type) ? type : COERCED_TYPE),
  );
  const literals = Object.keys(constants).map((name) => defined(name, COERCED_TYPE));
  const variableDefinitions = [...own, ...literals];
  const definitions = document.definitions.map((definition) => {
    const isChosen = definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === chosen.name?.value;
    return isChosen ? { ...definition, variableDefinitions } : definition;
  });
  return { ...document, definitions };
}

function defined(name: string, type: TypeNode): VariableDefinitionNode {
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
  return { kind: Kind.VARIABLE_DEFINITION, variable, type };
}

function isBoolean(type: TypeNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean';
}
