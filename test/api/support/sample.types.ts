import 'reflect-metadata';
import { Field, Float, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { Payload } from '../../../src/api/payload.types.ts';
import { MayRefuse } from '../../../src/api/refusing-properties.ts';
import { DateTime, Decimal, Duration, JSONObject, SafeInt, TimeZone } from '../../../src/api/scalars.ts';
import { ErrorCode, Refusal } from '../../../src/platform/refusal.ts';

@InterfaceType({ description: 'Something with a name.' })
export abstract class Named {
  @Field(() => String, { description: 'The name.' })
  name!: string;
}

@ObjectType({ implements: Named, description: 'A shop.', simpleResolvers: true })
export class Shop extends Named {
  @Field(() => Int, { description: 'Floor space in square metres.' })
  space!: number;
}

@ObjectType({ implements: Named, description: 'A person.', simpleResolvers: true })
export class Person extends Named {
  @Field(() => TimeZone, { nullable: true, description: 'Where they live.' })
  timeZone!: string | null;
}

@ObjectType({ description: 'A thing.', simpleResolvers: true })
export class Thing {
  @Field(() => ID, { description: 'The id.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The name.' })
  name!: string | null;

  @Field(() => Decimal, { description: 'The price.' })
  price!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  madeAt!: Date;

  @Field(() => SafeInt, { description: 'How often it was seen.' })
  seen!: number;

  @Field(() => [String], { description: 'Words about it.' })
  tags!: string[];

  @Field(() => JSONObject, { description: 'Anything.' })
  attributes!: Record<string, unknown>;

  @Field(() => Float, { nullable: true, description: 'A number that may be missing.' })
  rating!: number | null;

  @Field(() => String, { description: 'Breaks when it is null, although it must not be.' })
  fragile!: string;

  @MayRefuse()
  @Field(() => [String], { nullable: true, description: 'Refuses to be read, when it is somebody else’s.' })
  secrets!: string[] | null;
}

/** A thing that is somebody else's. */
export class VeiledThing extends Thing {}

Object.defineProperty(VeiledThing.prototype, 'secrets', {
  get: () => {
    throw new Refusal(ErrorCode.FORBIDDEN, 'It is not yours to see.');
  },
});

@ObjectType({ description: 'A place in a page.', simpleResolvers: true })
export class ThingEdge {
  @Field(() => Thing, { description: 'The thing.' })
  node!: Thing;

  @Field(() => String, { description: 'Its cursor.' })
  cursor!: string;
}

@ObjectType({ description: 'A page of things.', simpleResolvers: true })
export class ThingConnection {
  @Field(() => [ThingEdge], { description: 'The places.' })
  edges!: ThingEdge[];

  @Field(() => Int, { description: 'How many there are.' })
  totalCount!: number;
}

@InputType({ description: 'A part.' })
export class PartInput {
  @Field(() => String, { description: 'What it is.' })
  sku!: string;

  @Field(() => Decimal, { defaultValue: '1', description: 'How many.' })
  quantity!: string;
}

@InputType({ description: 'What to keep.' })
export class KeepInput {
  @Field(() => String, { description: 'The name.' })
  name!: string;

  @Field(() => DateTime, { nullable: true, description: 'When.' })
  at?: Date;

  @Field(() => Duration, { nullable: true, description: 'How long.' })
  lasts?: string;

  @Field(() => JSONObject, { nullable: true, description: 'Anything.' })
  attributes?: Record<string, unknown>;

  @Field(() => [PartInput], { nullable: true, description: 'Its parts.' })
  parts?: PartInput[];
}

@InputType({ description: 'Many activities.' })
export class RecordActivitiesInput {
  @Field(() => [KeepInput], { description: 'The activities.' })
  activities!: KeepInput[];
}

@ObjectType({ description: 'What was kept.', simpleResolvers: true })
export class KeepPayload extends Payload {
  @Field(() => Thing, { nullable: true, description: 'The thing.' })
  thing: Thing | null = null;

  @Field(() => [Named], { description: 'Who took part.' })
  effects: Named[] = [];

  @Field(() => Boolean, { description: 'True when it had been kept before.' })
  replayed = false;
}

@ObjectType({ description: 'What was recorded.', simpleResolvers: true })
export class RecordActivitiesPayload extends Payload {
  @Field(() => Int, { description: 'How many.' })
  recorded = 0;
}
