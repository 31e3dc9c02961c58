import type { Core } from '../core.ts';
import { toCommand } from '../features/activities/activities.input.ts';
import { type Interest, interests } from './catalogue.ts';
import { Trickle } from './club.ts';
import type { DemoRegular } from './members.ts';
import { Random } from './random.ts';
import { isRefundSlot, refundLately } from './refunds.ts';
import { DEMO_SOURCE } from './seed.ts';

/** One activity (or, rarely, a refund) in each slot of four seconds: enough that a board moves while one looks. */
const SLOT_MS = 4_000;
/** The activity comes somewhere in the first part of its slot, so that it does not tick like a clock. */
const SPREAD = 0.7;
/** Who is seen moving must be near the top: the busiest members of the demo do it all. */
const REGULARS = 120;

export interface RunningTrickle {
  /** Ends it; resolves when nothing of it is under way. */
  stop(): Promise<void>;
}

type TrickleTarget = Pick<Core, 'batcher' | 'reader' | 'reversals' | 'clock' | 'log'>;

/**
 * Keeps a seeded demo alive, one activity per slot whatever the number of nodes: its key and everything in it follow from
 * the slot alone, so the node that comes first records it and the others find it recorded. Does nothing without a demo.
 * @param slotMs the length of a slot, in milliseconds; four seconds unless told.
 */
export function startTrickle(target: TrickleTarget, slotMs: number = SLOT_MS): RunningTrickle {
  const stopped = new AbortController();
  const running = run(target, slotMs, stopped.signal).catch((error: unknown) => {
    target.log.error({ err: error }, 'demo.trickle-ended');
  });
  return {
    stop: () => {
      stopped.abort();
      return running;
    },
  };
}

async function run(target: TrickleTarget, slotMs: number, signal: AbortSignal): Promise<void> {
  let people: readonly DemoRegular[] = [];
  for (let slot = Math.ceil(target.clock.now() / slotMs); !signal.aborted; slot += 1) {
    await pauseUntil(target, slot * slotMs, signal);
    try {
      if (people.length === 0) people = await regulars(target);
      if (people.length === 0) return;
      await playSlot(target, people, slot * slotMs, slotMs, signal);
    } catch (error) {
      // The database may be away for a moment; the next slot tries again.
      target.log.debug({ err: error }, 'demo.trickle-failed');
    }
    // A node that slept or waited goes on with the present; what was due meanwhile has not happened.
    slot = Math.max(slot, Math.floor(target.clock.now() / slotMs));
  }
}

async function playSlot(
  target: TrickleTarget,
  people: readonly DemoRegular[],
  slotStart: number,
  slotMs: number,
  signal: AbortSignal,
): Promise<void> {
  const name = `live-${slotStart}`;
  const at = slotStart + Math.floor(new Random(name).fraction() * SPREAD * slotMs);
  await pauseUntil(target, at, signal);
  if (signal.aborted) return;
  if (isRefundSlot({ name })) return refundLately(target, { name, people, source: DEMO_SOURCE, at });
  const { occurredAt, ...drawn } = new Trickle(name, people).next(at);
  const input = { ...drawn, enrollIfUnknown: false, occurredAt: new Date(occurredAt) };
  await target.batcher.record(toCommand(input, { memberId: null, actor: DEMO_SOURCE }));
}

/** The demo's busiest members, in an order that every node finds; none where no demo was seeded. */
async function regulars({ reader }: TrickleTarget): Promise<DemoRegular[]> {
  const rows = await reader.query<{ externalId: string; interests: string[]; town: string; activities: number }>(
    `select members.external_id as "externalId", members.interests, count(*)::int as activities,
            coalesce(members.attributes ->> 'town', 'Stockholm') as town
       from activities join members on members.id = activities.member_id
      where activities.source = $1 and activities.idempotency_key like 'demo-%'
        and members.status = 'ACTIVE' and members.external_id is not null
      group by members.id order by activities desc, members.external_id limit $2`,
    [DEMO_SOURCE, REGULARS],
  );
  return rows.map((row) => ({
    member: {
      externalId: row.externalId,
      interests: interestsOf(row.interests),
      attributes: { town: row.town },
    },
    // Squared, so that a handful of keen members meet each other again and again.
    zeal: row.activities ** 2,
  }));
}

function interestsOf(stored: readonly string[]): Interest[] {
  const known = interests.filter((interest) => stored.includes(interest));
  return known.length > 0 ? known : [...interests];
}

/** Resolves when the programme's clock shows that time, or when the signal comes. */
async function pauseUntil({ clock }: TrickleTarget, time: number, signal: AbortSignal): Promise<void> {
  const waitMs = time - clock.now();
  if (waitMs <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, waitMs);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
