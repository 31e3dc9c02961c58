import {
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';

/** Starts the stream of one subscription; it checks for itself that the viewer may follow it, by throwing a Refusal. */
export type StartStream = (
  args: Record<string, unknown>,
  context: Context,
  selection: Selection,
) => AsyncIterable<unknown>;

/** What of the subscription's type the client asks for, so that nothing else is worked out. */
export interface Selection {
  /** @param path a field of the type, or one below it: `community.contributions`. */
  has(path: string): boolean;
}

/** Says how those who ask the same can be served by one stream. */
export type Sharing =
  /** Every event must reach every follower. `when` tells from the arguments whether they all want the same events. */
  | { kind: 'events'; when(args: Record<string, unknown>): boolean }
  /**
   * Only the newest state counts. `asFirst` makes of a state what somebody gets who has seen none before it: whoever joins
   * late, and whoever reads too slowly and has missed some.
   */
  | { kind: 'states'; asFirst(state: unknown): unknown };

/** A stream that may be shared. */
export interface SharedStart {
  start: StartStream;
  sharing: Sharing;
  /**
   * Fields whose values are the same for every viewer of one role and the same scopes, as in `LeaderboardEntry.rank`; with
   * only such fields selected, all of a role share one execution. A field that is not named here counts as dependent on
   * who looks: forgetting one makes it slow, and never lets somebody see what was made for another.
   */
  sameForAll: readonly string[];
}

/** A resolver with subscriptions gives the stream of each by its field's name. */
export interface Streaming {
  streams(): Record<string, StartStream | SharedStart>;
}

/** What `subscribe` says in decorators: TypeGraphQL's own hook cannot reach the resolver's instance, so it is bound later. */
export const boundLater = (): AsyncIterable<never> => {
  throw new Error('This subscription has no stream: name it in `streams()` of its resolver.');
};

/** Gives the subscriptions of these resolvers their streams. @throws Error when one names a subscription that does not exist. */
export function bindStreams(schema: GraphQLSchema, resolvers: Iterable<object>): void {
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  for (const resolver of resolvers) {
    if (!isStreaming(resolver)) continue;
    for (const [name, stream] of Object.entries(resolver.streams())) {
      const field = fields[name];
      if (field === undefined) throw new Error(`There is no subscription ${name} to give a stream to.`);
      const { start, sharing, sameForAll } = typeof stream === 'function' ? alone(stream) : stream;
      field.subscribe = (_root, args: Record<string, unknown>, context: Context, info) =>
        start(args, context, selectionOf(info));
      field.extensions = { ...field.extensions, sharing };
      markSameForAll(schema, sameForAll);
    }
  }
}

function selectionOf({ fieldNodes, fragments }: GraphQLResolveInfo): Selection {
  const paths = new Set<string>();
  const walk = (set: SelectionSetNode | undefined, above: string): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const path = above + selection.name.value;
        paths.add(path);
        walk(selection.selectionSet, `${path}.`);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, above);
      else walk(fragments[selection.name.value]?.selectionSet, above);
    }
  };
  for (const node of fieldNodes) walk(node.selectionSet, '');
  return paths;
}

function alone(start: StartStream) {
  return { start, sharing: null, sameForAll: [] };
}

/** @throws Error for a name that the schema does not have. */
function markSameForAll(schema: GraphQLSchema, names: readonly string[]): void {
  for (const name of names) {
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
    if (field === undefined) throw new Error(`The schema has no field ${name} to be marked.`);
    field.extensions = { ...field.extensions, sameForAll: true };
  }
}

function isStreaming(resolver: object): resolver is Streaming {
  return 'streams' in resolver && typeof resolver.streams === 'function';
}
