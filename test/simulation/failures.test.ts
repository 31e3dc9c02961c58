import { expect, test } from '@jest/globals';
import type { Command } from '../../scripts/simulation/commands.ts';
import { shorten } from '../../scripts/simulation/shorten.ts';
import { type History, historyOf, playHistory } from '../../scripts/simulation/simulation.ts';
import { createTestDatabase } from '../support/database.ts';

test('a seed is one history, word for word, and another seed is another', () => {
  const text = (seed: string) => JSON.stringify(historyOf(seed, 300));
  expect(text('17')).toBe(text('17'));
  expect(text('17')).not.toBe(text('18'));
});

test('a server that plays by another rule than the model is found out at the first activity that shows it', async () => {
  const { settings, commands, ...history } = historyOf('short 1', 40);
  const changed = settings.map(({ kind, input }) => {
    const isVisit = kind === 'EarningRule' && input.trigger === 'visited';
    return { kind, input: isVisit ? { ...input, points: { fixed: 6 } } : input };
  });
  const visit: Command = {
    do: 'record',
    activity: { key: 'seen', member: 'm1', type: 'visited', channel: 'store', cents: null, agoMs: null },
    again: null,
  };
  const played = { ...history, settings: changed, commands: [...commands.slice(0, 5), visit, ...commands.slice(5)] };
  const database = await createTestDatabase();
  try {
    const { failure } = await playHistory(played, database.url);
    expect(failure).toMatchObject({
      step: 6,
      message: expect.stringMatching(/^the points of seen: the server has 6,/),
    });
  } finally {
    await database.drop();
  }
}, 120_000);

test('a failing history is shortened to the commands that it needs', async () => {
  const history = historyOf('long', 200);
  const [first, second] = [history.commands[40], history.commands[133]];
  const fails = ({ commands }: History) => {
    const at = commands.indexOf(second as Command);
    const failure = commands.includes(first as Command) && at >= 0 ? { step: at + 1, message: 'it: 1 and 2' } : null;
    return Promise.resolve({ failure, tally: new Map<string, number>() });
  };
  const { failure } = await fails(history);
  if (failure === null) throw new Error('It must fail to be shortened.');
  const short = await shorten(history, failure, fails);
  expect(short.history.commands).toEqual([first, second]);
  expect(short.failure.step).toBe(2);
});
