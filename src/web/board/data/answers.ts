import type { BoardInfo, Entry, Me, Program, Season } from './types.ts';

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
