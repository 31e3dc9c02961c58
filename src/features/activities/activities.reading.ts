import { badInput, objectOf, optional, type Path, scalarOf, textOf } from '../../api/plain-json.ts';
import { CurrencyCode, DateTime, Decimal, JSONObject } from '../../api/scalars.ts';
import type { Money } from '../../rules/types.ts';
import type { ActivityInput, ActivityItemInput } from './activities.input.ts';

const ACTIVITY_FIELDS = new Set([
  'idempotencyKey',
  'type',
  'memberId',
  'memberExternalId',
  'enrollIfUnknown',
  'occurredAt',
  'channel',
  'source',
  'value',
  'items',
  'attributes',
]);
const ITEM_FIELDS = new Set(['sku', 'name', 'category', 'quantity', 'unitPrice']);
const MONEY_FIELDS = new Set(['amount', 'currencyCode']);

/**
 * Reads an activity from plain JSON, where no GraphQL server has checked it: the bulk endpoint and file imports. The
 * fields and their meaning are those of `RecordActivityInput`; unknown ones are refused, because a misspelt field that is
 * passed over would lose points in silence.
 * @throws Refusal BAD_USER_INPUT with a path relative to the activity.
 */
export function readActivity(json: unknown): ActivityInput {
  const activity = objectOf(json, [], ACTIVITY_FIELDS);
  const enrollIfUnknown = activity.enrollIfUnknown ?? false;
  if (typeof enrollIfUnknown !== 'boolean') throw badInput(['enrollIfUnknown'], 'must be true or false');
  return {
    idempotencyKey: textOf(activity.idempotencyKey, ['idempotencyKey']),
    type: textOf(activity.type, ['type']),
    memberId: optional(activity.memberId, ['memberId'], textOf),
    memberExternalId: optional(activity.memberExternalId, ['memberExternalId'], textOf),
    enrollIfUnknown,
    occurredAt: optional(activity.occurredAt, ['occurredAt'], scalarOf(DateTime)),
    channel: optional(activity.channel, ['channel'], textOf),
    source: optional(activity.source, ['source'], textOf),
    value: optional(activity.value, ['value'], moneyOf),
    items: optional(activity.items, ['items'], itemsOf),
    attributes: optional(activity.attributes, ['attributes'], scalarOf(JSONObject)),
  };
}

function itemsOf(json: unknown, path: Path): ActivityItemInput[] {
  if (!Array.isArray(json)) throw badInput(path, 'must be a list');
  return json.map((item, index) => itemOf(item, [...path, String(index)]));
}

function itemOf(json: unknown, path: Path): ActivityItemInput {
  const item = objectOf(json, path, ITEM_FIELDS);
  return {
    sku: textOf(item.sku, [...path, 'sku']),
    name: optional(item.name, [...path, 'name'], textOf),
    category: optional(item.category, [...path, 'category'], textOf),
    quantity: scalarOf(Decimal)(item.quantity ?? '1', [...path, 'quantity']),
    unitPrice: moneyOf(item.unitPrice, [...path, 'unitPrice']),
  };
}

function moneyOf(json: unknown, path: Path): Money {
  const money = objectOf(json, path, MONEY_FIELDS);
  return {
    amount: scalarOf(Decimal)(money.amount, [...path, 'amount']),
    currencyCode: scalarOf(CurrencyCode)(money.currencyCode, [...path, 'currencyCode']),
  };
}
