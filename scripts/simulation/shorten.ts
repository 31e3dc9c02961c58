import type { Failure, History, Played } from './simulation.ts';

/** How many shorter histories are tried at most. */
const MOST_TRIES = 60;

export interface Shortened {
  history: History;
  failure: Failure;
}

/**
 * Leaves out what the failure does not need: first what comes after it, then pieces of what comes before, large ones first.
 * Whatever a command names that is no longer there makes it do nothing, so every part of a history is a history.
 */
export async function shorten(
  history: History,
  failure: Failure,
  play: (history: History) => Promise<Played>,
): Promise<Shortened> {
  let best: Shortened = { history: { ...history, commands: history.commands.slice(0, failure.step) }, failure };
  let tries = 0;
  for (let size = Math.ceil(best.history.commands.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.history.commands.length && tries < MOST_TRIES; ) {
      const commands = best.history.commands.toSpliced(at, size);
      tries += 1;
      const { failure: found } = await play({ ...history, commands });
      if (found === null || kindOf(found) !== kindOf(failure)) at += size;
      else best = { history: { ...history, commands: commands.slice(0, found.step) }, failure: found };
    }
  }
  return best;
}

/** What a message is about; the figures in it differ from history to history. */
function kindOf({ message }: Failure): string {
  return message.split(':')[0]?.replaceAll(/\b[a-z]?\d+\b/g, '') ?? '';
}
