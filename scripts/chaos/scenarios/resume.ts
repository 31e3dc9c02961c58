import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Findings } from '../support/findings.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, type Site } from '../support/site.ts';
import type { Subscriber } from '../support/subscriber.ts';

const KILLS_PER_ROUND = 10;
/** All follow the one member to whom everything happens; a member may have twenty connections to a server. */
const FOLLOWERS = 10;
/** A connection is killed after so many events at most, long before a client has caught up with what it missed. */
const MOST_EVENTS = 9;
const LONGEST_WAIT_MS = 30_000;
/** Only activities are recorded together; all else that happens to one member waits for what came before. */
const FEWER_OPERATIONS = 2;

/** Two servers; sockets are killed again and again, and resume at the other server after the last cursor they saw. */
export async function resume(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'resume'));
  try {
    return await besiege({
      options: {
        ...options,
        subscribers: Math.min(options.subscribers, FOLLOWERS),
        rate: Math.ceil(options.rate / FEWER_OPERATIONS),
      },
      nodes: 2,
      members: 1,
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 1, serversMayGo: false },
      databaseUrl: async () => postgres.url,
      faults: cutAll,
    });
  } finally {
    await postgres.dispose();
  }
}

async function cutAll(site: Site): Promise<void> {
  const { subscribers, findings } = site;
  const startedAt = performance.now();
  const kills = await Promise.all(subscribers.map((subscriber) => cutAgainAndAgain(site, subscriber)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const [received = 0] = subscribers.map((subscriber) => subscriber.received.length);
  for (const count of kills) findings.count('kills of a socket', count);
  findings.count('events a second in its stream', received / seconds);
}

/** Kills the subscriber's connection each time it has heard something on it. Gives how often that was done. */
async function cutAgainAndAgain({ options, random, findings }: Site, subscriber: Subscriber): Promise<number> {
  for (let kills = 0; kills < options.rounds * KILLS_PER_ROUND; kills += 1) {
    const enough = subscriber.received.length + random.whole(1, MOST_EVENTS);
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while (subscriber.received.length < enough || !subscriber.cut()) {
      if (performance.now() > deadline) {
        findings.violate(`A subscriber that resumed heard nothing more after ${kills} kills.`);
        return kills;
      }
      await pause(1);
    }
  }
  return options.rounds * KILLS_PER_ROUND;
}
