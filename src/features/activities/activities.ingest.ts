import type { IngestOptions, IngestResult } from '../../api/ingest.ts';
import { userErrorOf } from '../../api/payload.types.ts';
import type { RecordOutcome } from '../../recording/commands.ts';
import { type ActivitiesService, MOST_ACTIVITIES } from './activities.service.ts';

/** They are recorded together, so a hundred of them cost about as much as one mutation. */
const ITEM_COST = 0.1;

/** Gives the payload of an event, by its type, in words for readers of plain JSON. */
export type PlainPayload = (type: string, payload: Record<string, unknown>) => Record<string, unknown>;

/** `POST /v1/activities`: the door for shops that do not speak GraphQL. Same rules, same results, in plain JSON. */
export function activitiesIngest(service: ActivitiesService, plain: PlainPayload): IngestOptions {
  const resultOf = (outcome: RecordOutcome) => resultIn(outcome, plain);
  return {
    path: '/v1/activities',
    grants: ['activities:write'],
    mostItems: MOST_ACTIVITIES,
    itemCost: ITEM_COST,
    handle: async (items, { viewer }) => (await service.ingest(items, viewer)).map(resultOf),
    refuse: (refusal) => resultOf({ kind: 'refused', refusal }),
  };
}

function resultIn(outcome: RecordOutcome, plain: PlainPayload): IngestResult {
  if (outcome.kind === 'refused') {
    const { code, message, path, retryable, details } = userErrorOf(outcome.refusal);
    return { activity: null, effects: [], replayed: false, userErrors: [{ code, message, path, retryable, details }] };
  }
  const { facts, memberId, effects } = outcome.activity;
  const occurredAt = new Date(facts.occurredAt).toISOString();
  return {
    activity: { id: facts.id, memberId, occurredAt, idempotencyKey: outcome.activity.idempotencyKey },
    effects: effects.map(({ type, id, cursor, payload }) => ({ type, id, cursor, ...plain(type, payload) })),
    replayed: outcome.kind === 'replayed',
    userErrors: [],
  };
}
