import { Decimal, readDecimal } from './decimals.ts';
import type { ActivityFacts, ActivityItemFacts, MemberFacts, Money, ProgramFacts } from './types.ts';

/**
 * What expressions see. The views convert a fact the first time an expression asks for it and then keep it, so that
 * twenty rules on one activity parse its amount once and rules that look only at the type parse nothing.
 */

/** An amount of money; one that is missing has neither amount nor currency, so that reading them is a fault. */
export class MoneyView {
  #amount: Decimal | undefined;
  readonly currencyCode: string | undefined;

  constructor(private readonly money: Money | null) {
    this.currencyCode = money?.currencyCode;
  }

  get isMissing(): boolean {
    return this.money === null;
  }

  get amount(): Decimal | undefined {
    if (this.#amount === undefined && this.money !== null) {
      this.#amount = readDecimal(this.money.amount) ?? undefined;
    }
    return this.#amount;
  }
}

export class ItemView {
  #quantity: Decimal | undefined;
  #unitPrice: MoneyView | undefined;

  constructor(private readonly item: ActivityItemFacts) {}

  get sku(): string {
    return this.item.sku;
  }

  get name(): string | null {
    return this.item.name;
  }

  get category(): string | null {
    return this.item.category;
  }

  get quantity(): Decimal | undefined {
    this.#quantity ??= readDecimal(this.item.quantity) ?? undefined;
    return this.#quantity;
  }

  get unitPrice(): MoneyView {
    this.#unitPrice ??= new MoneyView(this.item.unitPrice);
    return this.#unitPrice;
  }
}

export class ActivityView {
  #occurredAt: Date | undefined;
  #value: MoneyView | undefined;
  #items: ItemView[] | undefined;
  #attributes: Map<string, unknown> | undefined;

  constructor(private readonly activity: ActivityFacts) {}

  get id(): string {
    return this.activity.id;
  }

  get type(): string {
    return this.activity.type;
  }

  get channel(): string | null {
    return this.activity.channel;
  }

  get source(): string {
    return this.activity.source;
  }

  get occurredAt(): Date {
    this.#occurredAt ??= new Date(this.activity.occurredAt);
    return this.#occurredAt;
  }

  get value(): MoneyView {
    this.#value ??= new MoneyView(this.activity.value);
    return this.#value;
  }

  get items(): ItemView[] {
    this.#items ??= this.activity.items.map((item) => new ItemView(item));
    return this.#items;
  }

  get attributes(): Map<string, unknown> {
    this.#attributes ??= convertAttributes(this.activity.attributes);
    return this.#attributes;
  }
}

export class MemberView {
  #joinedAt: Date | undefined;
  #attributes: Map<string, unknown> | undefined;

  constructor(private readonly member: MemberFacts) {}

  get id(): string {
    return this.member.id;
  }

  get externalId(): string | null {
    return this.member.externalId;
  }

  get joinedAt(): Date {
    this.#joinedAt ??= new Date(this.member.joinedAt);
    return this.#joinedAt;
  }

  get timeZone(): string | null {
    return this.member.timeZone;
  }

  get locale(): string | null {
    return this.member.locale;
  }

  get interests(): readonly string[] {
    return this.member.interests;
  }

  get attributes(): Map<string, unknown> {
    this.#attributes ??= convertAttributes(this.member.attributes);
    return this.#attributes;
  }
}

export class ProgramView {
  readonly name: string;
  readonly timeZone: string;
  readonly currencyCode: string;
  readonly locale: string;

  constructor(program: ProgramFacts) {
    this.name = program.name;
    this.timeZone = program.timeZone;
    this.currencyCode = program.currencyCode;
    this.locale = program.locale;
  }
}

/** The three words of every expression, for one activity of one member. Opaque to callers. */
export interface Facts {
  readonly activity: ActivityView;
  readonly member: MemberView;
  readonly program: ProgramView;
}

/** Wraps the facts of one activity; nothing is converted before an expression asks. */
export function createFacts(program: ProgramFacts | ProgramView, member: MemberFacts, activity: ActivityFacts): Facts {
  return {
    activity: new ActivityView(activity),
    member: new MemberView(member),
    program: program instanceof ProgramView ? program : new ProgramView(program),
  };
}

/** Deeper levels read as null: no rule looks there, and data must not be able to exhaust the stack. */
const DEEPEST = 20;

/** JSON objects become maps, so that "constructor" or "__proto__" in the data are names like any other. */
function convertAttributes(attributes: Record<string, unknown>, depth = 0): Map<string, unknown> {
  return new Map(Object.entries(attributes).map(([name, value]) => [name, convert(value, depth + 1)]));
}

/** Whole numbers become int, all others decimals of the digits that were sent; what JSON does not know becomes null. */
function convert(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isSafeInteger(value)) return BigInt(value);
      return Number.isFinite(value) ? new Decimal(value) : null;
    case 'object':
      if (value === null || depth > DEEPEST) return null;
      if (Array.isArray(value)) return value.map((element) => convert(element, depth + 1));
      return convertAttributes(value as Record<string, unknown>, depth);
    default:
      return null;
  }
}
