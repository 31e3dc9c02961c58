import DataLoader from 'dataloader';
import { isGranted } from '../../api/authorisation.ts';
import { type Context, Role, type Viewer } from '../../api/context.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Batcher } from '../../recording/batcher.ts';
import type { RecordCommand, RecordedActivity, RecordOutcome } from '../../recording/commands.ts';
import type { Recorder } from '../../recording/recorder.ts';
import type { OpenSlice } from '../../recording/slice.ts';
import { type ActivityInput, toCommand } from './activities.input.ts';
import { readActivity } from './activities.reading.ts';
import {
  ACTIVITY_COLUMNS,
  readActivities,
  readActivityByKey,
  type StoredActivity,
  toRecordedActivity,
} from './activities.store.ts';
import { type Activity, toActivity } from './activities.types.ts';

/** A batch has at most this many activities: a bound on memory, on the time locks are held, and on the reply. */
export const MOST_ACTIVITIES = 1_000;

/** What a shop calls an activity. `source` is null for whoever asks, as in recording. */
export interface ActivityKey {
  source: string | null;
  idempotencyKey: string;
}

/** Recording, simulating and reading activities. */
export class ActivitiesService {
  readonly #batcher: Batcher;
  readonly #recorder: Recorder;
  readonly #reader: Reader;

  constructor(batcher: Batcher, recorder: Recorder, reader: Reader) {
    this.#batcher = batcher;
    this.#recorder = recorder;
    this.#reader = reader;
  }

  /** Records one activity. @throws Refusal with a path below `input`. */
  async record(input: ActivityInput, viewer: Viewer): Promise<{ activity: RecordedActivity; replayed: boolean }> {
    const outcome = await this.#batcher.record(commandAt(['input'], () => input, viewer));
    if (outcome.kind === 'refused') throw below(['input'], outcome.refusal);
    return { activity: outcome.activity, replayed: outcome.kind === 'replayed' };
  }

  /**
   * Records up to 1,000 activities, each by itself; outcomes come in the order of the inputs.
   * @throws Refusal BAD_USER_INPUT for an empty or too long list; refusals of single activities are outcomes.
   */
  async recordMany(
    inputs: readonly ActivityInput[],
    viewer: Viewer,
    base: readonly string[],
  ): Promise<RecordOutcome[]> {
    if (inputs.length < 1 || inputs.length > MOST_ACTIVITIES) {
      const message = `Send 1 to ${MOST_ACTIVITIES} activities at a time, not ${inputs.length}.`;
      throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: [...base] });
    }
    return this.#recordEach(
      inputs,
      (index) => [...base, String(index)],
      (input) => input,
      viewer,
    );
  }

  /** Records activities that came as plain JSON, each by itself: the same rules and the same outcomes as `recordMany`. */
  ingest(items: readonly unknown[], viewer: Viewer): Promise<RecordOutcome[]> {
    return this.#recordEach(items, () => [], readActivity, viewer);
  }

  /** Evaluates without writing. @throws Refusal exactly where recording would. */
  simulate<Result>(
    input: ActivityInput,
    viewer: Viewer,
    inspect: (activity: RecordedActivity, slices: readonly OpenSlice[]) => Result,
  ): Promise<Result> {
    const command = commandAt(['input'], () => input, viewer);
    return this.#recorder.simulate(command, inspect).catch((error: unknown) => {
      throw error instanceof Refusal ? below(['input'], error) : error;
    });
  }

  /** One activity by its id, or null. */
  async find(id: string): Promise<RecordedActivity | null> {
    const [found] = await readActivities(this.#reader, [id]);
    return found ?? null;
  }

  /** The activity recorded under a key, or null; without a source, the one that this viewer recorded. */
  findByKey({ source, idempotencyKey }: ActivityKey, viewer: Viewer): Promise<RecordedActivity | null> {
    return readActivityByKey(this.#reader, source ?? viewer.actor, idempotencyKey);
  }

  /** The request's loader of activities by id: one statement for all that a page names. */
  loader(context: Context): DataLoader<string, Activity> {
    return context.loader('activities.byId', () => {
      return new DataLoader<string, Activity>(async (ids) => {
        const found = new Map((await readActivities(this.#reader, ids)).map((one) => [one.facts.id, toActivity(one)]));
        return ids.map((id) => found.get(id) ?? new Error(`There is no activity ${id}.`));
      });
    });
  }

  /** A member's activities, the latest first. */
  ofMember(memberId: string, page: PageArguments, types: readonly string[] | null): Promise<Page<RecordedActivity>> {
    return pageOf<StoredActivity, RecordedActivity>(this.#reader, page, {
      select: ACTIVITY_COLUMNS,
      from: 'activities a',
      where: 'a.member_id = $1 and ($2::text[] is null or a.type_code = any ($2))',
      parameters: [memberId, types],
      order: [
        { expression: 'a.occurred_at', type: 'timestamptz' },
        { expression: 'a.id', type: 'uuid' },
      ],
      direction: 'desc',
      toNode: toRecordedActivity,
    });
  }

  /** What cannot become a command is refused by itself; the rest is recorded together. */
  async #recordEach<Item>(
    items: readonly Item[],
    pathOf: (index: number) => readonly string[],
    read: (item: Item) => ActivityInput,
    viewer: Viewer,
  ): Promise<RecordOutcome[]> {
    const commands: RecordCommand[] = [];
    const outcomes = items.map((item, index): RecordOutcome | null => {
      try {
        commands.push(commandAt(pathOf(index), () => read(item), viewer));
        return null;
      } catch (error) {
        if (error instanceof Refusal) return { kind: 'refused', refusal: error };
        throw error;
      }
    });
    const recorded = (await this.#batcher.recordAll(commands)).values();
    return outcomes.map((outcome, index) => outcome ?? placed(recorded.next().value, pathOf(index)));
  }
}

/** The recorder's answer for one of many, its refusal placed where the activity stands. */
function placed(outcome: RecordOutcome | undefined, path: readonly string[]): RecordOutcome {
  if (outcome === undefined) throw new Error('The recorder answered fewer outcomes than it was asked for.');
  return outcome.kind === 'refused' ? { kind: 'refused', refusal: below(path, outcome.refusal) } : outcome;
}

function commandAt(path: readonly string[], read: () => ActivityInput, viewer: Viewer): RecordCommand {
  const sender = { memberId: viewer.role === Role.MEMBER ? viewer.memberId : null, actor: viewer.actor };
  try {
    return toCommand(read(), sender);
  } catch (error) {
    throw error instanceof Refusal ? below(path, error) : error;
  }
}

/** The same refusal with its path begun at the request's arguments. */
function below(base: readonly string[], refusal: Refusal): Refusal {
  const { code, message, retryable, details } = refusal;
  const path = [...base, ...(refusal.inputPath ?? [])];
  return new Refusal(code, message, details === null ? { path, retryable } : { path, retryable, details });
}

/** Who may read one member's activities and receipts. */
export function mayReadActivities(viewer: Viewer, memberId: string): boolean {
  return viewer.memberId === memberId || isGranted(viewer, [Role.STAFF, 'members:read']);
}
