/** What the operations beside this file give. A test compares these shapes with those generated from the schema. */

export type Role = 'MEMBER' | 'STAFF' | 'ADMIN' | 'SERVICE';
export type MemberStatus = 'ACTIVE' | 'SUSPENDED' | 'MERGED' | 'ERASED';
export type LadderUnit = 'POINTS' | 'MONEY' | 'ACTIVITIES';
export type Measure = 'COUNT' | 'SUM_VALUE' | 'SUM' | 'DISTINCT';
export type RedemptionStatus = 'ISSUED' | 'FULFILLED' | 'CANCELLED' | 'EXPIRED' | 'PENDING';
export type Fulfilment = 'INSTANT' | 'MANUAL';
export type RewardKind =
  | 'COUPON'
  | 'VOUCHER'
  | 'OFFER'
  | 'PRODUCT'
  | 'EXPERIENCE'
  | 'ADVICE'
  | 'ACCESS'
  | 'MERCHANDISE'
  | 'PARTNER_OFFER'
  | 'DONATION';

export interface Edges<Node> {
  edges: { node: Node }[];
}

export interface ActivityType {
  code: string;
  name: string;
  builtIn: boolean;
  attributesSchema: Record<string, unknown> | null;
}

/** The programme and what can be done in it. */
export interface Shop {
  program: { name: string; timeZone: string; currencyCode: string };
  activityTypes: ActivityType[];
}

export interface ShopData extends Shop {
  viewer: { role: Role | null };
}

/** Somebody as a list of matches names them. */
export interface Match {
  id: string;
  displayName: string;
  memberNumber: string;
  email: string | null;
  status: MemberStatus;
  tier?: { tier: { name: string } | null };
}

export interface FindData {
  exact: Match | null;
  members: Edges<Match> & { pageInfo: { hasNextPage: boolean } };
}

/** Of an amount of money only the amount: there is one currency. */
export interface Amount {
  amount: string;
}

export interface LadderStep {
  kind: 'TIER' | 'REWARD';
  code: string;
  name: string;
  reached: boolean;
  remaining: string;
  percent: number;
  unit: LadderUnit;
}

export interface ChallengeProgress {
  challenge: {
    code: string;
    name: string;
    points: number | null;
    mode: 'INDIVIDUAL' | 'COMMUNITY';
    goal: { measure: Measure };
    streak: { length: number } | null;
  };
  progress: string;
  target: string;
  percent: number;
}

export interface Redemption {
  id: string;
  name: string;
  kind: RewardKind;
  status: RedemptionStatus;
  cost: number;
  voucherCode: string;
  createdAt: string;
  expiresAt: string | null;
  fulfilledAt: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
  reward: { description: string | null; terms: string | null; fulfilment: Fulfilment; value: Amount | null };
  member: { id: string; displayName: string; memberNumber: string; status: MemberStatus };
  /** The picture to scan, an SVG; asked for right after redeeming only. */
  voucherQrSvg?: string | null;
}

/** Something that happened to the member; what it carries depends on its type. */
export interface Effect {
  __typename: string;
  points?: number;
  occurredAt?: string;
  entry?: { activeAt: string };
  progress?: { challenge: { name: string } };
  award?: { badge: { name: string } };
  direction?: 'UP' | 'DOWN';
  to?: { name: string } | null;
}

export interface Activity {
  id: string;
  type: { code: string; name: string };
  value: Amount | null;
  occurredAt: string;
  reversedAt: string | null;
  effects: { __typename: string; cursor: string; points?: number }[];
}

export interface Member {
  id: string;
  displayName: string;
  memberNumber: string;
  status: MemberStatus;
  joinedAt: string;
  wallet: { active: number; pending: number; deficit: number; expiring: { points: number; expiresAt: string }[] };
  tier: {
    tier: { code: string; name: string } | null;
    next: { code: string; name: string } | null;
    keepUntil: string | null;
  };
  ladder: { steps: LadderStep[] };
  challenges: ChallengeProgress[];
  redemptions: Edges<Redemption>;
  activities: Edges<Activity>;
}

export interface Reward {
  code: string;
  name: string;
  kind: RewardKind;
  cost: number;
  description: string | null;
  terms: string | null;
  fulfilment: Fulfilment;
  perMember: number | null;
  minimumTier: { name: string } | null;
  value: Amount | null;
  availability: {
    available: boolean;
    code: string | null;
    missingPoints: number | null;
    nextPossibleAt: string | null;
  };
}

/** Everything that is shown of a member. */
export interface MemberData {
  member: Member | null;
  rewards: Edges<Reward>;
}

export interface UserError {
  code: string;
  message: string;
  details: Record<string, unknown> | null;
}

/** What redeeming, using and cancelling answer. */
export interface RedemptionAnswer {
  redemption: Redemption | null;
  userErrors: UserError[];
}

export interface RecordAnswer {
  effects: Effect[];
  replayed: boolean;
  userErrors: UserError[];
}

export interface PreviewData {
  simulateActivity: { effects: Effect[]; wallet: { active: number } };
}
