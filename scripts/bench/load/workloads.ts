import { memberId } from '../fill/identity.ts';
import { mixedActivities } from '../game/activities.ts';
import {
  AROUND,
  AWARD,
  BOARD_NODES_PAGE,
  BOARD_PAGE,
  MEMBERS_PAGE,
  NODES_PAGE,
  RECORD,
  RECORD_MANY,
  STANDING,
} from './documents.ts';

/** What a run sends: the bodies of its requests, and what a right answer is. */
export interface Workload {
  /** Operations that one request stands for. */
  operations: number;
  body(): string;
  /** Looks at an answer. `closely` for every hundredth: then it is parsed. @throws Error saying what is wrong. */
  check(answer: string, closely: boolean): void;
}

export interface WorkloadOptions {
  /** How many members there are. */
  members: number;
  /** Activities in one request of `record-many`. */
  batch: number;
  /** Makes keys unique between runs. */
  run: string;
  /** For `mixed`: how many lines a receipt has by activity type; none where nothing is said. */
  lines?: Readonly<Record<string, number>>;
  /** For `mixed` and `mixed-many`: over how many days before now the activities are spread. */
  historyDays?: number;
}

export type WorkloadName =
  | 'record'
  | 'record-many'
  | 'mixed'
  | 'mixed-many'
  | 'award'
  | 'members'
  | 'nodes'
  | 'board'
  | 'board-nodes'
  | 'standing'
  | 'around';

export const workloads: Record<WorkloadName, (options: WorkloadOptions) => Workload> = {
  record: (options) => {
    const next = activities(options);
    return {
      operations: 1,
      body: () => JSON.stringify({ query: RECORD, variables: { input: next() } }),
      check: (answer, closely) => {
        requireText(answer, '"userErrors":[]', '"replayed":false', '"PointsEarned"');
        if (!closely) return;
        const { activity, effects } = recordedIn(answer);
        requireThat(activity.trace.rules.length === 3, 'the trace does not show three rules');
        const points = activity.trace.rules.reduce((sum, rule) => sum + rule.points, 0);
        const earned = effects.reduce((sum, effect) => sum + (effect.points ?? 0), 0);
        requireThat(points === earned && earned > 0, 'trace and effects disagree');
      },
    };
  },
  'record-many': (options) => many(options, activities(options)),
  mixed: (options) => {
    const next = mixedActivities(options);
    const { lines = {} } = options;
    return {
      operations: 1,
      body: () => JSON.stringify({ query: RECORD, variables: { input: next() } }),
      check: (answer, closely) => {
        requireText(answer, '"userErrors":[]', '"replayed":false');
        if (!closely) return;
        const { activity, effects } = recordedIn(answer);
        const { rules } = activity.trace;
        requireThat(
          rules.length === 0 || Object.values(lines).includes(rules.length),
          `the trace has ${rules.length} lines`,
        );
        const points = rules.reduce((sum, rule) => sum + rule.points, 0);
        const earned = effects.reduce((sum, effect) => sum + (effect.points ?? 0), 0);
        requireThat(points === earned, `the trace says ${points} points, the effects ${earned}`);
      },
    };
  },
  'mixed-many': (options) => many(options, mixedActivities(options)),
  award: (options) => {
    const next = activities(options);
    return {
      operations: 1,
      body: () => {
        const { memberId, value } = next();
        const points = Math.floor(Number(value.amount) / 10);
        const input = { memberId, points, reason: 'One point per 10 kronor' };
        return JSON.stringify({ query: AWARD, variables: { input } });
      },
      check: (answer) => requireText(answer, '"award":{"id":', '"balance":'),
    };
  },
  members: () => page(MEMBERS_PAGE, {}, ['displayName', 'active']),
  nodes: () => page(NODES_PAGE, {}, ['displayName', 'active']),
  board: () => page(BOARD_PAGE, BOARD, ['rank', 'joinedAt']),
  'board-nodes': () => page(BOARD_NODES_PAGE, BOARD, ['rank', 'joinedAt']),
  standing: (options) => place(STANDING, options, 1),
  around: (options) => place(AROUND, options, 4),
};

/** Sends activities in batches. */
function many({ batch }: WorkloadOptions, next: () => object): Workload {
  return {
    operations: batch,
    body: () => {
      const activities = Array.from({ length: batch }, next);
      return JSON.stringify({ query: RECORD_MANY, variables: { input: { activities } } });
    },
    check: (answer) => requireText(answer, `"recorded":${batch},`, '"refused":0'),
  };
}

/** Asks for the place of a random member; at least so many entries come back. */
function place(query: string, { members }: WorkloadOptions, least: number): Workload {
  return {
    operations: 1,
    body: () => JSON.stringify({ query, variables: { id: memberId(1 + Math.floor(Math.random() * members)) } }),
    check: (answer, closely) => {
      requireText(answer, '"rank":');
      if (closely) requireThat(answer.split('"rank":').length > least, 'there are too few places');
    },
  };
}

const BOARD = { code: 'board' };

/** Asks for a page of 50, in which each of these fields has to come as often. */
function page(query: string, variables: object, fields: readonly string[]): Workload {
  const body = JSON.stringify({ query, variables: { ...variables, first: 50 } });
  let expected = 0;
  return {
    operations: 1,
    body: () => body,
    check: (answer, closely) => {
      if (closely) {
        requireThat(!answer.includes('"errors"'), `errors: ${answer.slice(0, 500)}`);
        for (const field of fields) {
          requireThat(answer.split(`"${field}"`).length === 51, `the page does not hold "${field}" 50 times`);
        }
        expected = dataLength(answer);
      }
      const length = dataLength(answer);
      requireThat(length === expected, `${length} characters instead of ${expected}: ${answer.slice(-300)}`);
    },
  };
}

/** Length of an answer without the extensions, in which request ids grow. */
function dataLength(answer: string): number {
  const extensions = answer.lastIndexOf('"extensions"');
  return extensions < 0 ? answer.length : extensions;
}

/** Purchases of random members: sums of 10 to 999 kronor, half of them in a store. */
function activities({ members, run }: WorkloadOptions) {
  let count = 0;
  return () => {
    count += 1;
    return {
      idempotencyKey: `${run}-${count}`,
      type: 'purchase',
      memberId: memberId(1 + Math.floor(Math.random() * members)),
      source: 'bench',
      channel: count % 2 === 0 ? 'store' : 'online',
      value: { amount: (10 + Math.random() * 989).toFixed(2), currencyCode: 'SEK' },
    };
  };
}

interface Recorded {
  activity: { trace: { rules: { points: number }[] } };
  effects: { points?: number }[];
}

function recordedIn(answer: string): Recorded {
  return (JSON.parse(answer) as { data: { recordActivity: Recorded } }).data.recordActivity;
}

function requireText(answer: string, ...texts: readonly string[]): void {
  for (const text of texts) requireThat(answer.includes(text), `${text} is missing in ${answer.slice(0, 500)}`);
}

function requireThat(holds: boolean, problem: string): void {
  if (!holds) throw new Error(`Wrong answer: ${problem}.`);
}
