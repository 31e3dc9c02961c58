import { type GraphQLSchema, isObjectType } from 'graphql';
import { Extensions } from 'type-graphql';

const NAME = 'mayRefuse';

/**
 * Marks a field whose plain property may throw when it is read, because it is not everybody's to see. Compiled operations
 * read plain properties unguarded: one that throws behind a promise would leave the request without an answer and end the
 * process.
 */
export function MayRefuse(): PropertyDecorator {
  return Extensions({ [NAME]: true });
}

/** Has marked fields read by a resolver, which every executor guards. */
export function guardRefusingProperties(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[NAME] === true) field.resolve ??= (source) => source[field.name];
    }
  }
}
