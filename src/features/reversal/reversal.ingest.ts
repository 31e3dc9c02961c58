import type { Context } from '../../api/context.ts';
import type { IngestOptions, IngestResult } from '../../api/ingest.ts';
import { userErrorOf } from '../../api/payload.types.ts';
import { badInput, objectOf, optional, type Path, scalarOf, textOf } from '../../api/plain-json.ts';
import { Decimal } from '../../api/scalars.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { PlainPayload } from '../activities/activities.ingest.ts';
import type { ActivitiesService, ActivityKey } from '../activities/activities.service.ts';
import { authorOf } from '../audit/index.ts';
import type { RememberedReversal, ReversalInput, ReversalService } from './reversal.service.ts';
import { toReturnedUsage } from './reversal.types.ts';

/** They are done one after the other, so this bounds how long a request takes. */
const MOST_REVERSALS = 100;
/** Each is a transaction of its own, as a mutation is. */
const ITEM_COST = 10;

const FIELDS = new Set(['idempotencyKey', 'activityId', 'activity', 'fraction', 'reason']);
const KEY_FIELDS = new Set(['source', 'idempotencyKey']);

/** What the door is made of. */
export interface ReversalsIngestServices {
  reversals: ReversalService;
  activities: ActivitiesService;
}

/** A reversal as it was sent: it names the activity by its id, or as the shop calls it. */
interface Wish extends Omit<ReversalInput, 'activityId'> {
  activity: string | ActivityKey;
}

/** `POST /v1/reversals`: `reverseActivity` for shops that do not speak GraphQL, in plain JSON, one after the other. */
export function reversalsIngest(services: ReversalsIngestServices, plain: PlainPayload): IngestOptions {
  return {
    path: '/v1/reversals',
    grants: ['activities:reverse'],
    mostItems: MOST_REVERSALS,
    itemCost: ITEM_COST,
    handle: async (items, context) => {
      const results: IngestResult[] = [];
      let away: Refusal | null = null;
      for (const item of items) {
        // While the database is away each item would wait for seconds, and the sender with them: it sends all again anyway.
        const outcome: IngestResult | Refusal = away ?? (await reverseOne(services, item, context, plain));
        if (outcome instanceof Refusal && outcome.code === ErrorCode.SERVICE_UNAVAILABLE) away = outcome;
        results.push(outcome instanceof Refusal ? refused(outcome) : outcome);
      }
      return results;
    },
    refuse: refused,
  };
}

async function reverseOne(
  { reversals, activities }: ReversalsIngestServices,
  item: unknown,
  context: Context,
  plain: PlainPayload,
): Promise<IngestResult | Refusal> {
  try {
    const { activity, ...input } = readWish(item);
    const activityId = typeof activity === 'string' ? activity : await idOf(activities, activity, context);
    const { replayed, ...reversal } = await reversals.reverse({ ...input, activityId }, authorOf(context));
    return resultOf(reversal, replayed, plain);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function idOf(activities: ActivitiesService, key: ActivityKey, { viewer }: Context): Promise<string> {
  const found = await activities.findByKey(key, viewer);
  if (found !== null) return found.facts.id;
  const message =
    'There is no activity under this key. Check activity, and give the source when somebody else recorded it.';
  throw new Refusal(ErrorCode.NOT_FOUND, message, { path: ['activity'] });
}

function readWish(json: unknown): Wish {
  const wish = objectOf(json, [], FIELDS);
  const id = optional(wish.activityId, ['activityId'], textOf);
  const key = optional(wish.activity, ['activity'], keyOf);
  const activity = id ?? key;
  if (activity === null || (id !== null && key !== null)) {
    throw badInput(['activityId'], 'or "activity" must be there, and not both');
  }
  return {
    activity,
    idempotencyKey: textOf(wish.idempotencyKey, ['idempotencyKey']),
    fraction: scalarOf(Decimal)(wish.fraction ?? '1', ['fraction']),
    reason: textOf(wish.reason, ['reason']),
  };
}

function keyOf(json: unknown, path: Path): ActivityKey {
  const { source, idempotencyKey } = objectOf(json, path, KEY_FIELDS);
  return {
    source: optional(source, [...path, 'source'], textOf),
    idempotencyKey: textOf(idempotencyKey, [...path, 'idempotencyKey']),
  };
}

function resultOf(reversal: RememberedReversal, replayed: boolean, plain: PlainPayload): IngestResult {
  const { activityId, memberId, fraction, reversedFraction, effects, returned } = reversal;
  return {
    reversal: { activityId, memberId, fraction, reversedFraction, returned: returned.map(toReturnedUsage) },
    effects: effects.map((one) => {
      const { type, id, cursor, payload } = one;
      return { type, id, cursor, memberId: one.memberId, ...plain(type, payload) };
    }),
    replayed,
    userErrors: [],
  };
}

/** The same refusal for somebody who sent no `input`. */
function refused(refusal: Refusal): IngestResult {
  const { code, message, path, retryable, details } = userErrorOf(refusal);
  const below = path?.[0] === 'input' ? path.slice(1) : path;
  return {
    reversal: null,
    effects: [],
    replayed: false,
    userErrors: [{ code, message, path: below, retryable, details }],
  };
}
