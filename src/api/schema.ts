import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ContainerType, type NonEmptyArray } from 'type-graphql';
import { checkAuthorisation } from './authorisation.ts';

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
}

/** Builds the schema. Throws when a resolver has no instance, or when the types contradict one another. */
export function createSchema({ resolvers, instances, orphanedTypes = [] }: SchemaParts): GraphQLSchema {
  const container: ContainerType = {
    get(resolver: unknown) {
      const instance = instances.get(resolver);
      if (instance === undefined)
        throw new Error(`No instance of ${String((resolver as { name?: string }).name)} was given.`);
      return instance;
    },
  };
  for (const resolver of resolvers) container.get(resolver, undefined as never);
  return buildSchemaSync({
    resolvers: resolvers as unknown as NonEmptyArray<ResolverClass>,
    orphanedTypes: [...orphanedTypes],
    container,
    authChecker: checkAuthorisation,
    validate: false,
  });
}
