import {
  ArgsType,
  type ClassType,
  Field,
  ID,
  InputType,
  Int,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { CurrencyCode, Decimal } from './scalars.ts';

/** What has an id of its own and can be asked for by it. */
@InterfaceType('Node', {
  description: 'Anything with an id of its own: `node(id:)` finds it again, and client caches key it by `id`.',
})
export abstract class Node {
  @Field(() => ID, { description: 'A UUIDv7, unique over everything in the programme.' })
  id!: string;
}

/** An amount of money: decimal text and the three letters of its currency. */
@ObjectType('Money', {
  description: 'An amount of money in one currency, exact to the last digit.',
  simpleResolvers: true,
})
export class Money {
  @Field(() => Decimal, { description: 'The amount in whole units, for example `"11.77"`.' })
  amount!: string;

  @Field(() => CurrencyCode, { description: 'The currency of the amount.' })
  currencyCode!: string;
}

/** An amount of money as a client sends it. */
@InputType('MoneyInput', { description: 'An amount of money in one currency.' })
export class MoneyInput {
  @Field(() => Decimal, { description: 'The amount in whole units, as text: `"11.77"`.' })
  amount!: string;

  @Field(() => CurrencyCode, { description: "The currency; activities must use the programme's own." })
  currencyCode!: string;
}

/** How far a piece of configuration is in its life. */
export enum ConfigStatus {
  DRAFT = 'DRAFT',
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  ARCHIVED = 'ARCHIVED',
}

registerEnumType(ConfigStatus, {
  name: 'ConfigStatus',
  description: 'How far a piece of configuration is in its life. Only what is ACTIVE has any effect.',
  valuesConfig: {
    DRAFT: { description: 'Being prepared; has no effect yet.' },
    ACTIVE: { description: 'In force, within its own start and end times.' },
    PAUSED: { description: 'Out of force for a while; meant to come back.' },
    ARCHIVED: { description: 'Out of force for good; kept so that old receipts can be read.' },
  },
});

/** Relay's page info. */
@ObjectType('PageInfo', { description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when there is more after this page; ask with `after: endCursor`.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'True when there is more before this page; ask with `before: startCursor`.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

/** A page as GraphQL shows it; `Page` of platform/pages.ts fits. */
export interface Connection<NodeType> {
  edges: { cursor: string; node: NodeType }[];
  pageInfo: PageInfo;
  totalCount(): Promise<number>;
}

/**
 * Makes the Relay types `<name>Connection` and `<name>Edge`.
 * @param name the node's GraphQL name, for example `Member`.
 * @param node the node's class, as a thunk.
 * @param what the nodes in a description, in the plural: `members`.
 */
export function connectionOf<NodeType extends object>(
  name: string,
  node: () => ClassType<NodeType> | (abstract new () => NodeType),
  what: string,
): ClassType<Connection<NodeType>> {
  @ObjectType(`${name}Edge`, { description: `One of the ${what} in a page.`, simpleResolvers: true })
  class EdgeType {
    @Field(() => String, { description: 'The opaque place of this edge in the list, for `after` and `before`.' })
    cursor!: string;

    @Field(() => node(), { description: `What the edge leads to, one of the ${what}.` })
    node!: NodeType;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${what}.`, simpleResolvers: true })
  class ConnectionType implements Connection<NodeType> {
    @Field(() => [EdgeType], { description: `The ${what} of this page, in the order of the list.` })
    edges!: EdgeType[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;

    // A page brings its own totalCount, which hides this one: it counts only when a client selects the field.
    @Field(() => Int, {
      description: `How many ${what} the whole list has. Costs a count of its own; ask once, not per page.`,
    })
    totalCount(): Promise<number> {
      return Promise.resolve(this.edges.length);
    }
  }
  return ConnectionType;
}

/** The arguments of every connection; read them with `pageOf`, which checks them. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many to give from the start, or after `after`: 1 to 100. Without `first` and `last`, 20.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Give only what comes after this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many to give from the end, or before `before`: 1 to 100. Not together with `first`.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Give only what comes before this cursor.' })
  before?: string | null;
}
