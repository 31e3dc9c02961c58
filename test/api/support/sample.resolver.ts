import {
  Arg,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Grant } from '../../../src/api/authorisation.ts';
import { type Context, Role } from '../../../src/api/context.ts';
import { UserErrors } from '../../../src/api/payload.types.ts';
import { DateTime, Decimal } from '../../../src/api/scalars.ts';
import { ErrorCode, Refusal } from '../../../src/platform/refusal.ts';
import {
  KeepInput,
  KeepPayload,
  Named,
  Person,
  RecordActivitiesInput,
  RecordActivitiesPayload,
  Shop,
  Thing,
  ThingConnection,
  VeiledThing,
} from './sample.types.ts';

function thing(place: number): Thing {
  return Object.assign(new Thing(), {
    id: `thing-${place}`,
    name: place % 3 === 0 ? null : `Thing ${place}`,
    price: '11.77',
    madeAt: new Date(Date.UTC(2026, 0, 1 + place)),
    seen: 2 ** 40 + place,
    tags: ['a', 'b'],
    attributes: { place },
    rating: null,
    fragile: 'whole',
  });
}

function page(size: number): ThingConnection {
  const edges = Array.from({ length: size }, (_, place) => ({ node: thing(place), cursor: String(place) }));
  return Object.assign(new ThingConnection(), { edges, totalCount: 1_000 });
}

function named(): Named[] {
  return [
    Object.assign(new Shop(), { name: 'Fjäll', space: 90 }),
    Object.assign(new Person(), { name: 'Åsa', timeZone: 'Europe/Stockholm' }),
  ];
}

/** Lets a test hold a request open, and see that subscriptions are let go. */
export class Gates {
  release: () => void = () => {};
  entered: () => void = () => {};
  openStreams = 0;
  readonly held = new Promise<void>((resolve) => {
    this.release = resolve;
  });
  readonly waiting = new Promise<void>((resolve) => {
    this.entered = resolve;
  });
}

async function* count(to: number): AsyncGenerator<number> {
  for (let number = 1; number <= to; number += 1) yield number;
}

function quiet(gates: Gates): AsyncIterableIterator<number> {
  gates.openStreams += 1;
  let finish: (end: IteratorResult<number>) => void = () => {};
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
    async return() {
      gates.openStreams -= 1;
      finish({ done: true, value: undefined });
      return { done: true, value: undefined };
    },
  };
}

@Resolver(() => Thing)
export class SampleResolver {
  constructor(readonly gates: Gates) {}

  @Query(() => ThingConnection, { description: 'A page.' })
  things(
    @Arg('first', () => Int, { nullable: true, description: 'How many.' }) first?: number,
    @Arg('last', () => Int, { nullable: true, description: 'How many from the end.' }) last?: number,
  ): ThingConnection {
    return page(Math.min(first ?? last ?? 20, 100));
  }

  @Query(() => Thing, { nullable: true, description: 'One thing.' })
  async thing(@Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Thing | null> {
    if (id === 'veiled') return Object.assign(new VeiledThing(), thing(1), { id });
    return id === 'none' ? null : Object.assign(thing(1), { id });
  }

  @Query(() => Thing, { nullable: true, description: 'A thing with a null where none may be.' })
  broken(): Thing {
    return Object.assign(thing(2), { fragile: null });
  }

  @Query(() => String, { nullable: true, description: 'Breaks.' })
  fault(): string {
    throw new Error('relation "members" does not exist, password hunter2');
  }

  @Query(() => String, { nullable: true, description: 'Refuses.' })
  async refusal(): Promise<string> {
    throw new Refusal(ErrorCode.NOT_FOUND, 'There is none.', { path: ['input', 'id'], details: { id: '7' } });
  }

  @Authorized<Grant>(Role.STAFF, 'members:read')
  @Query(() => String, { description: 'For staff.' })
  secret(): string {
    return 'for staff';
  }

  @Query(() => String, { description: 'Who asks.' })
  whoami(@Ctx() { viewer }: Context): string {
    return viewer.actor;
  }

  @Query(() => String, { description: 'Says what it got.' })
  echo(
    @Arg('at', () => DateTime, { nullable: true, description: 'A time.' }) at?: Date,
    @Arg('amount', () => Decimal, { nullable: true, description: 'An amount.' }) amount?: string,
    @Arg('text', () => String, { defaultValue: 'nothing', description: 'A text.' }) text?: string,
    @Arg('input', () => KeepInput, { nullable: true, description: 'An input.' }) input?: KeepInput,
  ): string {
    return JSON.stringify({ at, isDate: at instanceof Date, amount, text, input });
  }

  @Query(() => [Named], { description: 'Shops and people.' })
  named(): Named[] {
    return named();
  }

  @Query(() => String, { description: 'Waits until the test lets it go.' })
  async slow(): Promise<string> {
    this.gates.entered();
    await this.gates.held;
    return 'finished';
  }

  @FieldResolver(() => ThingConnection, { description: 'Things like it.' })
  similar(
    @Root() root: Thing,
    @Arg('first', () => Int, { defaultValue: 2, description: 'How many.' }) first: number,
  ): ThingConnection {
    return page(root.id === '' ? 0 : Math.min(first, 100));
  }

  @Mutation(() => KeepPayload, { description: 'Keeps a thing.' })
  @UserErrors(KeepPayload)
  async keep(@Arg('input', () => KeepInput, { description: 'What.' }) input: KeepInput): Promise<Partial<KeepPayload>> {
    if (input.name === 'taken')
      throw new Refusal(ErrorCode.CONFLICT, 'The name is taken.', { path: ['input', 'name'] });
    if (input.name === 'forbidden') throw new Refusal(ErrorCode.FORBIDDEN, 'Not for you.');
    if (input.name === 'fault') throw new Error('secret detail');
    return { thing: thing(1), effects: named() };
  }

  @Mutation(() => RecordActivitiesPayload, { description: 'Records.' })
  @UserErrors(RecordActivitiesPayload)
  async recordActivities(
    @Arg('input', () => RecordActivitiesInput, { description: 'What.' }) input: RecordActivitiesInput,
  ): Promise<Partial<RecordActivitiesPayload>> {
    return { recorded: input.activities.length };
  }

  @Subscription(() => Thing, { subscribe: ({ args }) => count(args.to), description: 'Counts.' })
  counted(@Root() number: number, @Arg('to', () => Int, { description: 'How far.' }) _to: number): Thing {
    return thing(number);
  }

  @Subscription(() => Int, {
    subscribe: ({ context }) => quiet((context as Context).loader('gates', () => sharedGates.current)),
    description: 'Says nothing.',
  })
  quiet(@Root() number: number): number {
    return number;
  }

  @Authorized<Grant>(Role.STAFF)
  @Subscription(() => Int, { subscribe: () => count(1), description: 'For staff.' })
  staffOnly(@Root() number: number): number {
    return number;
  }
}

/** The gates of the server under test; one server at a time. */
export const sharedGates = { current: new Gates() };
