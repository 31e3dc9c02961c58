import { newId } from '../../src/platform/ids.ts';
import { Shop } from '../recording/shop.ts';
import type { Client } from './client.ts';
import type { UserErrorData } from './members.ts';

/** A place as the tests ask for one. */
export interface EntryData {
  rank: number;
  score: number;
  displayName: string;
  member: { id: string } | null;
  reachedAt: string;
}

export interface SeasonData {
  id: string;
  startsAt: string;
  endsAt: string | null;
  closedAt: string | null;
}

export interface BoardData {
  code: string;
  version: number;
  season: SeasonData;
  size: number;
  entries: ConnectionData<EntryData>;
}

export interface ConnectionData<Node> {
  totalCount?: number;
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const ENTRY = 'rank score displayName reachedAt member { id }';
const SEASON = 'id startsAt endsAt closedAt';
export const BOARD = `query ($code: String!, $first: Int, $after: String) { leaderboard(code: $code) {
  code version size season { ${SEASON} }
  entries(first: $first, after: $after) { totalCount edges { cursor node { ${ENTRY} } } pageInfo { hasNextPage endCursor } }
} }`;
const SAVE = `mutation ($input: SaveLeaderboardInput!) { saveLeaderboard(input: $input) {
  leaderboard { code version } userErrors { code path message } } }`;
const CLOSE = `mutation ($input: CloseSeasonInput!) { closeSeason(input: $input) {
  season { ${SEASON} } replayed userErrors { code path } } }`;

/** Reads and keeps boards as a client does. */
export class Boards {
  constructor(readonly shop: Shop) {}

  /** Saves a board that counts reviews for all time, or whatever `input` says. */
  async save(input: Record<string, unknown> = {}) {
    const all = { code: 'reviewers', name: 'Reviewers', metric: 'ACTIVITY_COUNT', period: 'ALL_TIME', ...input };
    type Saved = { leaderboard: { code: string; version: number } | null; userErrors: UserErrorData[] };
    return (await this.shop.admin.data<{ saveLeaderboard: Saved }>(SAVE, { input: all })).saveLeaderboard;
  }

  /** Saves a board that must not be refused. */
  async offer(input: Record<string, unknown> = {}): Promise<void> {
    const { userErrors } = await this.save(input);
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  }

  async read(code = 'reviewers', page: object = {}, client: Client = this.shop.admin): Promise<BoardData> {
    return (await client.data<{ leaderboard: BoardData }>(BOARD, { code, first: 100, ...page })).leaderboard;
  }

  /** The places of the running season as `[rank, member's name, score]`. */
  async places(code = 'reviewers', client: Client = this.shop.admin): Promise<[number, string, number][]> {
    const { entries } = await this.read(code, {}, client);
    return entries.edges.map(({ node }) => [node.rank, node.displayName, node.score]);
  }

  /** The places of a closed season. */
  async standings(seasonId: string, client: Client = this.shop.admin): Promise<EntryData[]> {
    const document = `query ($id: ID!) { node(id: $id) { ... on Season { entries(first: 100) { edges { node { ${ENTRY} } } } } } }`;
    type Found = { node: { entries: ConnectionData<EntryData> } };
    const { node } = await client.data<Found>(document, { id: seasonId });
    return node.entries.edges.map((edge) => edge.node);
  }

  /** All seasons, the latest first. */
  async seasons(code = 'reviewers'): Promise<SeasonData[]> {
    const document = `query ($code: String!) { leaderboard(code: $code) { seasons(first: 100) { edges { node { ${SEASON} } } } } }`;
    type Found = { leaderboard: { seasons: ConnectionData<SeasonData> } };
    const { leaderboard } = await this.shop.admin.data<Found>(document, { code });
    return leaderboard.seasons.edges.map(({ node }) => node);
  }

  async around(
    memberId: string,
    radius = 3,
    client: Client = this.shop.admin,
    code = 'reviewers',
  ): Promise<EntryData[]> {
    const document = `query ($code: String!, $id: ID!, $radius: Int!) { leaderboard(code: $code) { around(memberId: $id, radius: $radius) { ${ENTRY} } } }`;
    type Found = { leaderboard: { around: EntryData[] } };
    return (await client.data<Found>(document, { code, id: memberId, radius })).leaderboard.around;
  }

  async entry(memberId: string, client: Client = this.shop.admin, code = 'reviewers'): Promise<EntryData | null> {
    const document = `query ($code: String!, $id: ID!) { leaderboard(code: $code) { entry(memberId: $id) { ${ENTRY} } } }`;
    type Found = { leaderboard: { entry: EntryData | null } };
    return (await client.data<Found>(document, { code, id: memberId })).leaderboard.entry;
  }

  async close(leaderboard = 'reviewers', idempotencyKey = newId(), client: Client = this.shop.admin) {
    type Closed = { season: SeasonData | null; replayed: boolean; userErrors: UserErrorData[] };
    return (await client.data<{ closeSeason: Closed }>(CLOSE, { input: { leaderboard, idempotencyKey } })).closeSeason;
  }

  /** Moves the clock so that the programme's present is this instant. */
  travelTo(instant: string): void {
    const { clock } = this.shop.app;
    clock.advance(Date.parse(instant) - clock.now());
  }
}

/** Opens a shop with reviews that earn 10 points each, and its boards. */
export async function openBoards(): Promise<{ shop: Shop; boards: Boards }> {
  const shop = await Shop.open();
  await shop.offer('review');
  return { shop, boards: new Boards(shop) };
}
