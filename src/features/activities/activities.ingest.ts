import type { IngestOptions, IngestResult } from '../../api/ingest.ts';
import { userErrorOf } from '../../api/payload.types.ts';
import type { RecordOutcome } from '../../recording/commands.ts';
import type { ActivitiesService } from './activities.service.ts';

/** `POST /v1/activities`: the door for shops that do not speak GraphQL. Same rules, same results, in plain JSON. */
export function activitiesIngest(service: ActivitiesService): IngestOptions {
  return {
    path: '/v1/activities',
    grants: ['activities:write'],
    handle: async (items, { viewer }) => (await service.ingest(items, viewer)).map(resultOf),
    refuse: (refusal) => resultOf({ kind: 'refused', refusal }),
  };
}

function resultOf(outcome: RecordOutcome): IngestResult {
  if (outcome.kind === 'refused') {
    const { code, message, path, retryable, details } = userErrorOf(outcome.refusal);
    return { activity: null, effects: [], replayed: false, userErrors: [{ code, message, path, retryable, details }] };
  }
  const { facts, memberId, effects } = outcome.activity;
  const occurredAt = new Date(facts.occurredAt).toISOString();
  return {
    activity: { id: facts.id, memberId, occurredAt, idempotencyKey: outcome.activity.idempotencyKey },
    effects: effects.map(({ type, id, cursor, payload }) => ({ type, id, cursor, ...payload })),
    replayed: outcome.kind === 'replayed',
    userErrors: [],
  };
}
