import { type Again, other, type PlannedActivity } from './commands.ts';
import { CURRENCY, money } from './configuration.ts';
import { agree, Difference } from './difference.ts';
import type { Happening } from './model/earning.ts';
import type { Model } from './model/model.ts';
import { expected, type Input, type Payload, type Sender, verdictOf } from './sender.ts';

/** Records activities, and repeats what was sent before. */
export class Recording {
  readonly #model: Model;
  readonly #sender: Sender;
  readonly #sent = new Map<string, { input: Input; planned: PlannedActivity }>();

  constructor(model: Model, sender: Sender) {
    this.#model = model;
    this.#sender = sender;
  }

  /** Records activities, in one request or each in its own at the same time. */
  async record(planned: readonly PlannedActivity[], inOne: boolean, again: Again = null): Promise<void> {
    const known = planned.filter(({ member }) => this.#model.people.has(member));
    const inputs = known.map((activity) => this.inputOf(activity));
    if (inputs.length === 0) return;
    const answers = inOne ? await this.#sendInOne(inputs) : await this.#sendEach(known, inputs, again);
    const parts = known.map((activity, index) => ({ happening: this.happening(activity), answer: answers[index] }));
    // Those that were recorded took effect in the order of their ids; what was refused or repeated did nothing.
    const placeOf = ({ answer }: (typeof parts)[number]) =>
      answer?.activity == null || answer.replayed === true ? 'last' : answer.activity.id;
    for (const { happening, answer } of parts.sort((one, two) => (placeOf(one) < placeOf(two) ? -1 : 1))) {
      this.compare(happening, answer);
    }
  }

  /** Sends an activity again that was sent at some time before. */
  async repeat(key: string, changed: boolean): Promise<void> {
    const sent = this.#sent.get(key);
    if (sent === undefined) return;
    const { input, planned } = sent;
    const channel = changed ? other(planned.channel) : planned.channel;
    const answer = await this.#sender.mutate('recordActivity', { ...input, channel });
    const occurredAt = input.occurredAt === undefined ? this.#model.now : Date.parse(String(input.occurredAt));
    this.compare({ ...planned, channel, occurredAt, recordedAt: this.#model.now }, answer);
  }

  /** What is sent for an activity now. */
  inputOf(planned: PlannedActivity): Input {
    const { key, member, type, channel, cents, agoMs } = planned;
    const input = {
      ...{ idempotencyKey: key, memberId: this.#sender.idOf(member), type, channel },
      ...(agoMs === null ? {} : { occurredAt: new Date(this.#model.now - agoMs).toISOString() }),
      ...(cents === null ? {} : { value: { amount: money(cents), currencyCode: CURRENCY } }),
    };
    if (!this.#sent.has(key)) this.#sent.set(key, { input, planned });
    return input;
  }

  happening({ agoMs, ...activity }: PlannedActivity): Happening {
    const { now } = this.#model;
    return { ...activity, occurredAt: now - (agoMs ?? 0), recordedAt: now };
  }

  /** Records with the model what the server has recorded. @throws Difference */
  compare(happening: Happening, answer: Payload | undefined): void {
    const { key } = happening;
    if (answer === undefined) throw new Difference(`The activity ${key} was not answered.`);
    if (answer.activity != null) this.#sender.ids.activities.set(key, { id: answer.activity.id });
    const outcome = this.#model.record(happening);
    agree(`recording ${key}`, verdictOf(answer), expected(outcome));
    if (outcome.code !== null || outcome.replayed === true) return;
    const points = (answer.effects ?? []).reduce((sum, effect) => sum + (effect.points ?? 0), 0);
    agree(`the points of ${key}`, points, outcome.points);
  }

  async #sendInOne(activities: readonly Input[]): Promise<Payload[]> {
    return (await this.#sender.mutate('recordActivities', { activities })).results ?? [];
  }

  #sendEach(planned: readonly PlannedActivity[], inputs: readonly Input[], again: Again): Promise<Payload[]> {
    return Promise.all(
      inputs.map((input, index) => {
        const channel = other(planned[index]?.channel ?? 'store');
        return this.#sender.mutate('recordActivity', input, { again, other: { channel } });
      }),
    );
  }
}
