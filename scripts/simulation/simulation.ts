import { Random } from '../../src/demo/random.ts';
import { Author } from './author.ts';
import type { Command } from './commands.ts';
import { audit } from './compare.ts';
import { CURRENCY, configurationOf, type Saving } from './configuration.ts';
import { Difference } from './difference.ts';
import { savingText, UPDATE_PROGRAM } from './documents.ts';
import { Player } from './player.ts';
import { drawProgramme, type Programme } from './programme.ts';
import { SimulatedServer } from './server.ts';

/** A programme and what happens to it. The same seed makes the same. */
export interface History {
  seed: string;
  /** What the model plays by. */
  programme: Programme;
  /** What the server is told of it. */
  settings: Saving[];
  commands: Command[];
}

/** Where the server and the model first disagreed. */
export interface Failure {
  /** How many commands were played until then, the one at fault included; those after it do not matter. */
  step: number;
  message: string;
}

/** How many commands lie between two comparisons of everything. */
const COMPARED_EVERY = 15;

/** Writes the history of a seed. */
export function historyOf(seed: string, length: number): History {
  const programme = drawProgramme(new Random(`${seed} programme`));
  return { seed, programme, settings: configurationOf(programme), commands: new Author(seed, programme).write(length) };
}

/** What became of a history. */
export interface Played {
  /** Null when the server and the model agree all along, and every audit finds nothing. */
  failure: Failure | null;
  /** How often the server answered what. */
  tally: Map<string, number>;
}

/** Plays a history on an empty database. */
export async function playHistory({ programme, settings, commands }: History, databaseUrl: string): Promise<Played> {
  const server = new SimulatedServer(databaseUrl);
  const player = new Player(server, programme);
  const { tally } = player.sender;
  let step = 0;
  try {
    server.moveTo(programme.startsAt);
    await server.start();
    await configure(server, programme.zone, settings);
    for (const command of commands) {
      step += 1;
      await player.play(command);
      if (step % COMPARED_EVERY === 0 || step === commands.length) await player.compare();
    }
    await audit(server);
    return { failure: null, tally };
  } catch (error) {
    // Whatever else goes wrong is a finding too: nothing in a history may fail a request.
    return { failure: { step, message: error instanceof Difference ? error.message : String(error) }, tally };
  } finally {
    await server.close();
  }
}

async function configure(server: SimulatedServer, timeZone: string, settings: readonly Saving[]): Promise<void> {
  await save(server, UPDATE_PROGRAM, { timeZone, currencyCode: CURRENCY });
  for (const { kind, input } of settings) await save(server, savingText(kind), input);
  await server.untilNone('goals are counted', 'select from goal_fills where finished_at is null');
  await server.untilNone(
    'tiers are filled',
    "select from pgboss.job where name like 'tiers.%' and state in ('created', 'retry', 'active')",
  );
}

async function save(server: SimulatedServer, document: string, input: object): Promise<void> {
  const answer = await server.send<Record<string, { userErrors: object[] }>>(document, { input });
  const errors = Object.values(answer).flatMap(({ userErrors }) => userErrors);
  if (errors.length > 0) throw new Error(`The programme was refused: ${JSON.stringify(errors)}`);
}
