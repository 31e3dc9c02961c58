import { type Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import type { Link } from '../../shared/connection/link.ts';
import { Keys } from '../../shared/keys.ts';
import { Asked } from './asked.ts';
import { operations } from './operations.ts';
import type { Edges } from './types.ts';
import type {
  CancelData,
  CardData,
  ChainUpdate,
  FriendsData,
  RedeemData,
  Redemption,
  Refusal,
  RewardsData,
  VouchersData,
} from './value-types.ts';

/** What rewards, vouchers and friends add to the state of the page. */
export interface ValueState {
  /** Null until the server has told. */
  rewards: RewardsData | null;
  /** Null until the server has told. */
  friends: FriendsData | null;
  /** The QR codes of vouchers by their redemption's id, whole SVGs; they stay when the network goes. */
  qrCodes: ReadonlyMap<string, string>;
  /** The latest of what happened in the chain below. */
  chainNews: ChainUpdate | null;
  /** The QR code of the member's card, a whole SVG; null until the server has told. */
  cardQr: string | null;
}

/** What came of trying to redeem or cancel. */
export type Outcome = { redemption: Redemption } | { refusal: Refusal };

interface ValueEvents {
  changed(change: Partial<ValueState>): void;
  /** The token is no longer accepted. */
  unauthenticated(): void;
  /** Points were spent or came back. */
  spent(): void;
}

/** A full catalogue is dear to ask for, and what it shows changes with points. */
const AT_MOST_EVERY_MS = 3_000;

/** Keeps a member's rewards, vouchers and friends in step with the server, and redeems and cancels. */
export class Value {
  readonly #endpoint: Endpoint;
  readonly #events: ValueEvents;
  readonly keys = new Keys('me');
  readonly #rewards: Asked<RewardsData>;
  readonly #friends: Asked<FriendsData>;
  #data: RewardsData | null = null;
  #qrCodes: ReadonlyMap<string, string> = new Map();
  #isAskingCodes = false;
  #isCardKnown = false;
  #unfollow: (() => void) | null = null;

  constructor(endpoint: Endpoint, events: ValueEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    const refused = (error: unknown) => this.#refused(error);
    this.#rewards = new Asked<RewardsData>(endpoint, operations.rewards, AT_MOST_EVERY_MS, {
      answered: (rewards) => this.#answered(rewards),
      refused,
    });
    this.#friends = new Asked<FriendsData>(endpoint, operations.friends, AT_MOST_EVERY_MS, {
      answered: (friends) => this.#events.changed({ friends }),
      refused,
    });
  }

  /** Keeps what is looked at fresh, and nothing else: each is dear. */
  watch(view: string | null, link: Link | null): void {
    if (view === 'rewards') this.#rewards.open();
    else this.#rewards.close();
    if (view === 'friends') {
      this.#friends.open();
      if (link !== null) this.#unfollow ??= this.#follow(link);
    } else {
      this.#friends.close();
      this.#unfollow?.();
      this.#unfollow = null;
    }
  }

  /** Something happened to the member. */
  refresh(): void {
    this.#rewards.refresh();
    this.#friends.refresh();
  }

  /** Forgets everything, for another member. */
  clear(): void {
    this.watch(null, null);
    this.#isCardKnown = false;
    this.keys.clear();
    this.#data = null;
    this.#qrCodes = new Map();
  }

  /** Asks for the card, once: it never changes, and is then there where there is no network, as in a cellar shop. */
  async askCard(): Promise<void> {
    if (this.#isCardKnown) return;
    this.#isCardKnown = true;
    const { token } = this.#endpoint;
    const data = await this.#endpoint.query<CardData>(operations.card).catch(() => null);
    if (token !== this.#endpoint.token) return;
    const cardQr = data?.me?.cardQr ?? null;
    this.#isCardKnown = cardQr !== null;
    if (cardQr !== null) this.#events.changed({ cardQr });
  }

  /** Redeems a reward, once for each key of `keys`. @throws RequestError when it is not known what came of it. */
  async redeem(reward: string, what: string): Promise<Outcome> {
    const { redeemReward } = await this.#send<RedeemData>(operations.redeem, what, { reward });
    return this.#outcome(redeemReward);
  }

  /** Cancels what was not used yet, once for each key. @throws RequestError when it is not known what came of it. */
  async cancel(redemptionId: string, what: string): Promise<Outcome> {
    const { cancelRedemption } = await this.#send<CancelData>(operations.cancel, what, { redemptionId });
    return this.#outcome(cancelRedemption);
  }

  async #send<Data>(document: string, what: string, input: object): Promise<Data> {
    const idempotencyKey = this.keys.keyOf(what);
    this.keys.sent(what);
    try {
      const data = await this.#endpoint.query<Data>(document, { input: { idempotencyKey, ...input } });
      this.keys.answered(what);
      return data;
    } catch (error) {
      this.#refused(error);
      throw error;
    }
  }

  #outcome({ redemption, userErrors }: RedeemData['redeemReward'] | CancelData['cancelRedemption']): Outcome {
    this.refresh();
    const [refusal] = userErrors;
    if (refusal !== undefined) return { refusal };
    if (redemption === null) throw new RequestError('INTERNAL', 'The answer is empty.');
    this.#keepCodes([{ id: redemption.id, voucherQrSvg: redemption.voucherQrSvg }]);
    if (this.#data !== null) this.#answered(withRedemption(this.#data, redemption));
    this.#events.spent();
    return { redemption };
  }

  #answered(rewards: RewardsData): void {
    this.#data = rewards;
    this.#events.changed({ rewards });
    const open = rewards.me?.open.edges ?? [];
    if (open.some(({ node }) => !this.#qrCodes.has(node.id))) void this.#askCodes();
  }

  /** A voucher's QR code never changes, so it is asked for once; drawing them is dear. */
  async #askCodes(): Promise<void> {
    if (this.#isAskingCodes) return;
    this.#isAskingCodes = true;
    const { token } = this.#endpoint;
    // Without an answer they are asked for again with the next look at the rewards.
    const data = await this.#endpoint.query<VouchersData>(operations.vouchers).catch(() => null);
    this.#isAskingCodes = false;
    if (token === this.#endpoint.token) this.#keepCodes(data?.me?.redemptions.edges.map(({ node }) => node) ?? []);
  }

  #keepCodes(codes: readonly { id: string; voucherQrSvg: string | null }[]): void {
    const fresh = codes.flatMap(({ id, voucherQrSvg }) => (voucherQrSvg === null ? [] : [[id, voucherQrSvg] as const]));
    if (fresh.length === 0) return;
    this.#qrCodes = new Map([...this.#qrCodes, ...fresh]);
    this.#events.changed({ qrCodes: this.#qrCodes });
  }

  #follow(link: Link): () => void {
    return link.follow({
      query: operations.chain,
      variables: () => ({}),
      next: (data) => {
        this.#events.changed({ chainNews: (data as { referralChainUpdated: ChainUpdate }).referralChainUpdated });
        this.#friends.refresh();
      },
      refused: () => false,
    });
  }

  #refused(error: unknown): void {
    if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.#events.unauthenticated();
  }
}

/** What is shown with something that has just become of a redemption, before everything is asked for again. */
function withRedemption(data: RewardsData, redemption: Redemption): RewardsData {
  if (data.me === null) return data;
  const isOpen = redemption.status === 'ISSUED' || redemption.status === 'PENDING';
  const without = ({ edges }: Edges<Redemption>) => edges.filter(({ node }) => node.id !== redemption.id);
  const [open, earlier] = [without(data.me.open), without(data.me.earlier)];
  (isOpen ? open : earlier).unshift({ node: redemption });
  return { ...data, me: { open: { edges: open }, earlier: { edges: earlier } } };
}
