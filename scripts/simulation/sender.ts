import type { Again } from './commands.ts';
import { agree } from './difference.ts';
import { type MutationName, mutationText } from './documents.ts';
import type { Outcome } from './model/model.ts';
import type { SimulatedServer } from './server.ts';

/** What mutations of the simulation answer, each some of it. */
export interface Payload {
  activity?: { id: string } | null;
  member?: { id: string; referralCode?: string; wallet?: object } | null;
  redemption?: { id: string; voucherCode: string } | null;
  effects?: { __typename?: string; points?: number }[];
  /** What a reversal took back, and what the member has afterwards. */
  fraction?: string | null;
  reversedFraction?: string | null;
  returned?: object[];
  results?: Payload[];
  replayed?: boolean;
  userErrors: { code: string; details: Record<string, unknown> | null }[];
}

/** The input of a mutation. */
export type Input = Record<string, unknown>;

export interface Sending {
  again?: Again;
  speaker?: string;
  /** The input with something else in it, for a second request under the same key. */
  other?: Input;
}

/** What the server calls what the history has names for. */
export interface Ids {
  people: Map<string, { id: string; code: string }>;
  activities: Map<string, { id: string }>;
  redemptions: Map<string, { id: string; voucherCode: string }>;
}

/** Sends the mutations of a history, and knows what the server calls what came of them. */
export class Sender {
  readonly ids: Ids = { people: new Map(), activities: new Map(), redemptions: new Map() };
  /** How often what came up: `redeemReward OUT_OF_STOCK` as an answer, `seen: points are owed` in a comparison. */
  readonly tally = new Map<string, number>();
  readonly #server: SimulatedServer;

  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** The id of a member; empty for somebody who was never enrolled. */
  idOf(member: string): string {
    return this.ids.people.get(member)?.id ?? '';
  }

  /** Sends a mutation, and perhaps once more under the same key. @throws Difference when the second answer is another one. */
  async mutate(name: MutationName, input: Input, { again = null, speaker, other }: Sending = {}): Promise<Payload> {
    const send = async (sent: Input) => {
      const data = await this.#server.send<Record<string, Payload>>(mutationText(name), { input: sent }, speaker);
      const payload = data[name] ?? { userErrors: [] };
      for (const part of payload.results ?? [payload]) this.#count(name, part);
      return payload;
    };
    const first = await send(input);
    const isDone = first.userErrors.length === 0;
    if (again === 'SAME') {
      const second = await send(input);
      // The member is shown as it is now, and a welcome may have come meanwhile.
      const shown = ({ member, ...payload }: Payload) => ({ ...payload, id: member?.id });
      agree(`the second answer of ${name}`, shown(second), { ...shown(first), replayed: isDone });
    } else if (again === 'OTHER' && other !== undefined && isDone) {
      const second = await send({ ...input, ...other });
      agree(`${name} with another input`, verdictOf(second).code, 'IDEMPOTENCY_KEY_REUSED');
    }
    return first;
  }

  /** Notes that something came up. */
  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  #count(name: string, payload: Payload): void {
    const { code, replayed } = verdictOf(payload);
    const reason = payload.userErrors[0]?.details?.reason;
    const said =
      code === null ? (replayed ? 'replayed' : 'done') : `${code}${reason === undefined ? '' : ` ${reason}`}`;
    this.count(`${name} ${said}`);
  }
}

/** What an answer comes to. */
export interface Verdict {
  code: string | null;
  replayed: boolean;
}

/** What the server said. */
export function verdictOf({ userErrors, replayed = false }: Payload): Verdict {
  return { code: userErrors[0]?.code ?? null, replayed };
}

/** What the model says the server should say. */
export function expected({ code, replayed = false }: Outcome): Verdict {
  return { code, replayed };
}
