import { newId } from '../../src/platform/ids.ts';
import { type Activity, fromNow, type Shop } from './shop.ts';

/** What is refused, with which code, and where in the activity. */
export type Refused = [what: string, make: () => Activity | Promise<Activity>, code: string, path: string[]];

/** Activities that are refused whoever records them. */
export function refusalsIn(shop: () => Shop): Refused[] {
  return [
    ['an empty key', () => ({ idempotencyKey: '', ...stamp() }), 'BAD_USER_INPUT', ['idempotencyKey']],
    [
      'a key that is too long',
      () => ({ idempotencyKey: 'k'.repeat(256), ...stamp() }),
      'BAD_USER_INPUT',
      ['idempotencyKey'],
    ],
    ['an unknown type', () => ({ ...stamp(), type: 'no-such-type' }), 'UNKNOWN_ACTIVITY_TYPE', ['type']],
    ['no member', () => ({ type: 'stamp' }), 'BAD_USER_INPUT', ['memberId']],
    ['two names for one member', () => ({ ...stamp(), memberId: newId() }), 'BAD_USER_INPUT', ['memberId']],
    ['an unknown id', () => ({ type: 'stamp', memberId: newId() }), 'NOT_FOUND', ['memberId']],
    ['what is no id', () => ({ type: 'stamp', memberId: 'x' }), 'NOT_FOUND', ['memberId']],
    ['an unknown external id', () => ({ type: 'stamp', memberExternalId: newId() }), 'NOT_FOUND', ['memberExternalId']],
    ['an empty external id', () => ({ ...stamp(), memberExternalId: ' ' }), 'BAD_USER_INPUT', ['memberExternalId']],
    [
      'a suspended member',
      async () => ({ type: 'stamp', memberId: await suspended(shop()) }),
      'MEMBER_NOT_ACTIVE',
      ['memberId'],
    ],
    [
      'a time that is to come',
      () => ({ ...stamp(), occurredAt: fromNow(shop(), 360_000) }),
      'EVENT_IN_FUTURE',
      ['occurredAt'],
    ],
    ['a negative value', () => ({ ...stamp(), value: sek('-1') }), 'BAD_USER_INPUT', ['value', 'amount']],
    [
      'a negative quantity',
      () => ({ ...stamp(), items: [item(), item({ quantity: '-1' })] }),
      'BAD_USER_INPUT',
      ['items', '1', 'quantity'],
    ],
    [
      'an article without a number',
      () => ({ ...stamp(), items: [item({ sku: '' })] }),
      'BAD_USER_INPUT',
      ['items', '0', 'sku'],
    ],
    [
      '201 articles',
      () => ({ ...stamp(), items: Array.from({ length: 201 }, () => item()) }),
      'BAD_USER_INPUT',
      ['items'],
    ],
    [
      'attributes against the schema',
      () => ({ ...stamp(), type: 'rated', attributes: { rating: 6 } }),
      'BAD_USER_INPUT',
      ['attributes', 'rating'],
    ],
    [
      'attributes that take too much room',
      () => ({ ...stamp(), attributes: { text: 'x'.repeat(9_000) } }),
      'BAD_USER_INPUT',
      ['attributes'],
    ],
    ['a channel of two lines', () => ({ ...stamp(), channel: 'a\nb' }), 'BAD_USER_INPUT', ['channel']],
  ];
}

/** An activity of a type that earns nothing. */
export function stamp(): Activity {
  return { type: 'stamp', memberExternalId: 'C-1', enrollIfUnknown: true };
}

export function sek(amount: string) {
  return { amount, currencyCode: 'SEK' };
}

export function item(changes: object = {}) {
  return { sku: 'S-1', unitPrice: sek('10'), ...changes };
}

/** A member who may not be recorded for. */
export async function suspended(shop: Shop): Promise<string> {
  const memberId = await shop.enrol();
  const document =
    'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
  await shop.staff.data(document, { input: { memberId, status: 'SUSPENDED', reason: 'Resold vouchers' } });
  return memberId;
}
