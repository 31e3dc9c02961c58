import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { isId } from '../platform/ids.ts';
import type { Context } from './context.ts';
import { Node } from './types.ts';

/**
 * Finds one kind of node: an instance of its class, or null when there is none with this id or the viewer may not see it.
 * Never throws for a viewer without rights, because that would tell that the id exists.
 */
export type FindNode = (id: string, context: Context) => Promise<Node | null>;

/** Knows how to find every kind of node. Ids carry no kind, so the kinds are asked in the order of their registration. */
export class NodeRegistry {
  readonly #finders: FindNode[] = [];

  /** Adds a kind; the most frequently asked first. */
  register(find: FindNode): void {
    this.#finders.push(find);
  }

  /** The node with this id, or null. */
  async find(id: string, context: Context): Promise<Node | null> {
    if (!isId(id)) return null;
    for (const find of this.#finders) {
      const node = await find(id, context);
      if (node !== null) return node;
    }
    return null;
  }
}

@Resolver()
export class NodeResolver {
  readonly #nodes: NodeRegistry;

  constructor(nodes: NodeRegistry) {
    this.#nodes = nodes;
  }

  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its id alone. Null when there is no such thing, or when it is not yours to see.',
  })
  node(
    @Arg('id', () => ID, { description: 'The id as any other query gave it.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Node | null> {
    return this.#nodes.find(id.toLowerCase(), context);
  }
}
