import { hash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical.ts';
import { requireKey } from '../../platform/idempotency.ts';
import { isId } from '../../platform/ids.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { isStorableJson, requireLine } from '../../platform/text.ts';
import type { RecordCommand } from '../../recording/commands.ts';
import type { ActivityItemFacts, Money } from '../../rules/types.ts';

/** An activity as a client sends it, its scalars already parsed. Money and quantities are decimal text. */
export interface ActivityInput {
  idempotencyKey: string;
  type: string;
  memberId?: string | null | undefined;
  memberExternalId?: string | null | undefined;
  enrollIfUnknown: boolean;
  occurredAt?: Date | null | undefined;
  channel?: string | null | undefined;
  source?: string | null | undefined;
  value?: Money | null | undefined;
  items?: readonly ActivityItemInput[] | null | undefined;
  attributes?: Record<string, unknown> | null | undefined;
}

export interface ActivityItemInput {
  sku: string;
  name?: string | null | undefined;
  category?: string | null | undefined;
  quantity: string;
  unitPrice: Money;
}

/** Who sends an activity: what decides about its source and about whom it may speak for. */
export interface Sender {
  /** Set when a member's own token speaks. */
  memberId: string | null;
  /** The default source: the same key from two senders names two activities. */
  actor: string;
}

/** Rules can walk lists of at most this length. */
const MOST_ITEMS = 200;
const MOST_ATTRIBUTE_BYTES = 8_192;
/** Older than any club; and PostgreSQL and JavaScript write years before 1 differently. */
const EARLIEST = Date.UTC(1900, 0, 1);

/**
 * Turns an activity as a client sent it into a command.
 * @throws Refusal BAD_USER_INPUT, NOT_FOUND or FORBIDDEN with a path relative to the activity.
 */
export function toCommand(input: ActivityInput, sender: Sender): RecordCommand {
  requireKey(input.idempotencyKey, ['idempotencyKey']);
  const command = {
    ...whoOf(input, sender),
    key: input.idempotencyKey,
    type: input.type,
    source: sourceOf(input, sender),
    occurredAt: timeOf(input.occurredAt),
    channel: lineOf(input.channel, 'channel', 60),
    value: moneyOf(input.value),
    items: itemsOf(input.items),
    attributes: attributesOf(input.attributes),
    byMember: sender.memberId !== null,
  };
  return { ...command, inputHash: hashOfCommand(command) };
}

/**
 * What makes two inputs the same input. Fixed places instead of sorted keys, except in `attributes`: building the text
 * is then one JSON.stringify, 3 µs instead of 11.
 */
function hashOfCommand(command: Omit<RecordCommand, 'inputHash'>): string {
  const { type, memberId, externalId, occurredAt, channel, value, items, attributes } = command;
  const places = [type, memberId, externalId, occurredAt, channel, value?.amount, value?.currencyCode, items];
  return hash('sha256', JSON.stringify(places) + canonicalJson(attributes), 'base64url');
}

function whoOf(
  input: ActivityInput,
  sender: Sender,
): Pick<RecordCommand, 'memberId' | 'externalId' | 'enrollIfUnknown'> {
  const memberId = input.memberId ?? null;
  const externalId = input.memberExternalId ?? null;
  if (sender.memberId !== null) {
    if (externalId === null && (memberId ?? sender.memberId) === sender.memberId && !input.enrollIfUnknown) {
      return { memberId: sender.memberId, externalId: null, enrollIfUnknown: false };
    }
    const message =
      "A member's token records the member's own activities only. Leave memberId, memberExternalId and enrollIfUnknown out.";
    throw new Refusal(ErrorCode.FORBIDDEN, message, { path: ['memberId'] });
  }
  if ((memberId === null) === (externalId === null)) {
    throw badInput('Give exactly one of memberId and memberExternalId.', 'memberId');
  }
  if (memberId !== null && !isId(memberId)) {
    throw new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', { path: ['memberId'] });
  }
  const external = externalId === null ? null : requireLine(externalId, { path: ['memberExternalId'], longest: 255 });
  return { memberId, externalId: external, enrollIfUnknown: input.enrollIfUnknown };
}

function sourceOf(input: ActivityInput, sender: Sender): string {
  const source = lineOf(input.source, 'source', 100);
  if (source === null) return sender.actor;
  if (sender.memberId === null) return source;
  throw new Refusal(ErrorCode.FORBIDDEN, "A member's token cannot name a source. Leave source out.", {
    path: ['source'],
  });
}

function timeOf(occurredAt: Date | null | undefined): number | null {
  if (occurredAt === null || occurredAt === undefined) return null;
  const time = occurredAt.getTime();
  if (time >= EARLIEST) return time;
  throw badInput('occurredAt lies before the year 1900. Check the time sent.', 'occurredAt');
}

function moneyOf(value: Money | null | undefined): Money | null {
  if (value === null || value === undefined) return null;
  if (!value.amount.startsWith('-')) return { amount: value.amount, currencyCode: value.currencyCode };
  const message =
    'An activity has no negative value. Take a purchase back with reverseActivity, as a whole or in part.';
  throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['value', 'amount'] });
}

function itemsOf(items: readonly ActivityItemInput[] | null | undefined): ActivityItemFacts[] {
  if (items === null || items === undefined) return [];
  if (items.length > MOST_ITEMS) throw badInput(`An activity has at most ${MOST_ITEMS} items.`, 'items');
  return items.map((item, index) => {
    const path = ['items', String(index)];
    if (item.quantity.startsWith('-')) throw badInput('A quantity is not negative.', ...path, 'quantity');
    return {
      sku: requireLine(item.sku, { path: [...path, 'sku'], longest: 100 }),
      name: item.name == null ? null : requireLine(item.name, { path: [...path, 'name'], longest: 200 }),
      category:
        item.category == null ? null : requireLine(item.category, { path: [...path, 'category'], longest: 100 }),
      quantity: item.quantity,
      unitPrice: { amount: item.unitPrice.amount, currencyCode: item.unitPrice.currencyCode },
    };
  });
}

function attributesOf(attributes: Record<string, unknown> | null | undefined): Record<string, unknown> {
  if (attributes === null || attributes === undefined) return {};
  const json = JSON.stringify(attributes);
  if (Buffer.byteLength(json) > MOST_ATTRIBUTE_BYTES) {
    throw badInput(`attributes take at most ${MOST_ATTRIBUTE_BYTES} bytes of JSON.`, 'attributes');
  }
  if (!isStorableJson(json)) throw badInput('attributes hold a NUL character or half a character.', 'attributes');
  return attributes;
}

function lineOf(text: string | null | undefined, name: string, longest: number): string | null {
  return text === null || text === undefined ? null : requireLine(text, { path: [name], longest });
}

function badInput(message: string, ...path: string[]): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path });
}
