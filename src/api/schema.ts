import 'reflect-metadata';
import { type GraphQLSchema, isAbstractType } from 'graphql';
import { buildSchemaSync, type ContainerType, type NonEmptyArray, type PubSub } from 'type-graphql';
import { checkAuthorisation, type Grant } from './authorisation.ts';
import type { Context } from './context.ts';
import { withPlainArguments } from './plain-arguments.ts';
import { guardRefusingProperties } from './refusing-properties.ts';
import { orderSchema } from './schema-order.ts';
import { bindStreams } from './streams.ts';

export type ResolverClass = new (...dependencies: never[]) => object;

export interface SchemaParts {
  /** The resolver classes; each must have an instance in `instances`. */
  resolvers: readonly ResolverClass[];
  /** The resolvers' instances, built by the composition root. */
  instances: ReadonlyMap<unknown, object>;
  /** Classes that are reachable only through an interface. */
  orphanedTypes?: readonly (new (
    ...dependencies: never[]
  ) => object)[];
  /**
   * For interfaces whose values are plain objects: how to tell the name of a value's type. TypeGraphQL's own `resolveType`
   * answers with a promise, which compiled operations do not wait for.
   */
  typeNames?: Readonly<Record<string, (value: never) => string>>;
}

/** Builds the schema. Throws when a resolver has no instance, or when the types contradict one another. */
export function createSchema({ resolvers, instances, orphanedTypes = [], typeNames = {} }: SchemaParts): GraphQLSchema {
  const container: ContainerType = {
    get(resolver: unknown) {
      const instance = instances.get(resolver);
      if (instance === undefined)
        throw new Error(`No instance of ${String((resolver as { name?: string }).name)} was given.`);
      return instance;
    },
  };
  for (const resolver of resolvers) container.get(resolver, undefined as never);
  const schema = withPlainArguments(() =>
    buildSchemaSync({
      resolvers: resolvers as unknown as NonEmptyArray<ResolverClass>,
      orphanedTypes: [...orphanedTypes],
      container,
      // An arrow: TypeGraphQL takes anything with a prototype for a class to be asked from the container.
      authChecker: (data: { context: Context }, grants: Grant[]) => checkAuthorisation(data, grants),
      validate: false,
      pubSub: NO_PUB_SUB,
    }),
  );
  describeRoots(schema);
  guardRefusingProperties(schema);
  orderSchema(schema);
  for (const [name, typeNameOf] of Object.entries(typeNames)) {
    const type = schema.getType(name);
    if (!isAbstractType(type)) throw new Error(`${name} is no interface of the schema.`);
    type.resolveType = (value) => typeNameOf(value as never);
  }
  bindStreams(schema, instances.values());
  return schema;
}

/**
 * TypeGraphQL insists on one, but every subscription here names its own stream in `subscribe`. Its default engine shares a
 * buffer between subscribers and ends the process when one of them stalls, so using it is a mistake that shows at once.
 */
const NO_PUB_SUB: PubSub = {
  publish() {
    throw new Error('Events go through the outbox, not through a PubSub.');
  },
  subscribe() {
    throw new Error('Give the subscription a `subscribe` option; there is no PubSub.');
  },
};

/** TypeGraphQL has no place for the descriptions of the three root types. */
function describeRoots(schema: GraphQLSchema): void {
  const roots: [ReturnType<GraphQLSchema['getQueryType']>, string][] = [
    [schema.getQueryType(), 'Everything that can be read. Nothing here changes anything.'],
    [
      schema.getMutationType(),
      'Everything that can be done. Expected refusals come back as `userErrors` in the payload.',
    ],
    [schema.getSubscriptionType(), 'Everything that can be followed live, over a WebSocket with graphql-transport-ws.'],
  ];
  for (const [type, description] of roots) if (type) type.description = description;
}
