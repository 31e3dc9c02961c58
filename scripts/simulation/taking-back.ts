import type { Command } from './commands.ts';
import { agree } from './difference.ts';
import { PREVIEW } from './documents.ts';
import type { Model } from './model/model.ts';
import type { Programme } from './programme.ts';
import { expected, type Payload, type Sender, verdictOf } from './sender.ts';
import type { SimulatedServer } from './server.ts';

interface Preview {
  previewReversal: Payload & { wallet: object };
}

/** Daily periods of the challenge are closed after forty days, and what lies in one that is nearly closed is left alone. */
const OPEN_MS = 35 * 86_400_000;
const WHOLE = 1_000_000;

/** Takes activities back, having asked what that would do: it must do just that. */
export class TakingBack {
  readonly #server: SimulatedServer;
  readonly #programme: Programme;
  readonly #model: Model;
  readonly #sender: Sender;

  constructor(server: SimulatedServer, programme: Programme, model: Model, sender: Sender) {
    this.#server = server;
    this.#programme = programme;
    this.#model = model;
    this.#sender = sender;
  }

  async reverse({ name, key, fraction, again }: Command & { do: 'reverse' }): Promise<void> {
    const activityId = this.#idOf(key);
    if (activityId === null) return;
    const variables = { activityId, fraction };
    const preview = await this.#server.ask<Preview>(PREVIEW, variables);
    const input = { idempotencyKey: name, ...variables, reason: 'The history says so.' };
    const other = { reason: 'Another reason' };
    const answer = await this.#sender.mutate('reverseActivity', input, { again, other });
    const outcome = this.#model.reverse(key, Math.round(Number(fraction) * WHOLE));
    agree(`reversing ${fraction} of ${key}`, verdictOf(answer), expected(outcome));
    agree(`previewing ${fraction} of ${key}`, preview.errors?.[0]?.extensions?.code ?? null, outcome.code);
    if (outcome.code !== null) return;
    const left = this.#model.activities.get(key)?.left ?? WHOLE;
    agree(`what is reversed of ${key}`, Number(answer.reversedFraction), (WHOLE - left) / WHOLE);
    if (again === null) this.#comparePreview(key, preview.data?.previewReversal ?? null, answer);
  }

  /** The same part of an activity is taken back several times at once: as often as it is left. */
  async regret({ name, key, fraction, count }: Command & { do: 'regret' }): Promise<void> {
    const activityId = this.#idOf(key);
    if (activityId === null) return;
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const input = { idempotencyKey: `${name} ${index}`, activityId, fraction, reason: 'All at once.' };
        return this.#sender.mutate('reverseActivity', input);
      }),
    );
    const codes = answers.map(() => this.#model.reverse(key, Math.round(Number(fraction) * WHOLE)).code);
    const said = answers.map((answer) => verdictOf(answer).code);
    agree(`reversing ${fraction} of ${key} at once`, said.sort(), codes.sort());
  }

  /** The id of an activity that may be taken back; null for one that is not there or is left alone. */
  #idOf(key: string): string | null {
    const recorded = this.#model.activities.get(key);
    if (recorded === undefined) return null;
    const isClosed = this.#model.now - recorded.occurredAt > OPEN_MS;
    if (isClosed && this.#programme.challenge.recurrence === 'DAY') return null;
    return this.#sender.ids.activities.get(key)?.id ?? null;
  }

  #comparePreview(key: string, preview: Preview['previewReversal'] | null, answer: Payload): void {
    const { effects, fraction, returned, reversedFraction } = answer;
    const done = { effects, fraction, returned, reversedFraction, wallet: answer.member?.wallet };
    const told = preview && {
      ...{ effects: preview.effects, fraction: preview.fraction, returned: preview.returned },
      ...{ reversedFraction: preview.reversedFraction, wallet: preview.wallet },
    };
    agree(`the preview of reversing ${key} and what was done`, told, done);
  }
}
