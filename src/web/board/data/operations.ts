import awards from './operations/board-awards.graphql?raw';
import final from './operations/board-final.graphql?raw';
import live from './operations/board-live.graphql?raw';
import liveMine from './operations/board-live-mine.graphql?raw';
import me from './operations/board-me.graphql?raw';
import overview from './operations/board-overview.graphql?raw';
import seasons from './operations/board-seasons.graphql?raw';
import type { BoardInfo, Entry, Me, Program, Season } from './types.ts';

export const operations = { awards, final, live, liveMine, me, overview, seasons };

export interface OverviewData {
  program: Program;
  leaderboards: BoardInfo[];
}

export interface MeData {
  me: Me | null;
}

interface Edges<Node> {
  edges: { node: Node }[];
}

export interface SeasonsData {
  leaderboard: { season: Season; seasons: Edges<Season> } | null;
}

export interface FinalData {
  node: { id: string; closedAt: string | null; entries: Edges<Entry> } | null;
}
