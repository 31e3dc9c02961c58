import { type GraphQLSchema, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';

/**
 * Puts the schema's types and fields into an order of their own, in place. They come in the order in which modules
 * happened to load, which differs between the server, a script and a test; the printed schema must not.
 * The root types come first and the others by name; in every type `id` comes first and the other fields by name.
 * Arguments, input fields and enum values stay as they are written, because one declaration holds all of them.
 */
export function orderSchema(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const rank = (name: string) => {
    const place = roots.findIndex((root) => root?.name === name);
    return place === -1 ? roots.length : place;
  };
  const types = schema.getTypeMap();
  reorder(types, (left, right) => rank(left) - rank(right));
  for (const type of Object.values(types)) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    reorder(type.getFields(), (left, right) => Number(right === 'id') - Number(left === 'id'));
  }
}

/** Sorts the keys of a record by `compare`, and by name where that sees no difference. */
function reorder<Value>(record: Record<string, Value>, compare: (left: string, right: string) => number): void {
  const byName = (left: string, right: string) => (left < right ? -1 : 1);
  const entries = Object.entries(record).sort(([left], [right]) => compare(left, right) || byName(left, right));
  for (const [key, value] of entries) {
    delete record[key];
    record[key] = value;
  }
}
