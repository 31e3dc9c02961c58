/**
 * What PostGraphile needs to show a board: boards are kept as JSON, and a rank is no column. The rank counts on along the
 * index of the board's order and stops with the page; the running season is looked up once. Comments give it the keys that
 * views have not.
 */
export const BOARD_VIEWS: readonly string[] = [
  `create view boards as select code, definition ->> 'name' as name from configurations
     where kind = 'leaderboard' and status = 'ACTIVE' and (definition -> 'public')::boolean`,
  `create view places as select season_id, member_id, score::float8 as score, reached_at,
     rank() over (partition by season_id order by (-score))::int as rank from scores
     order by season_id, (-score), reached_at, member_id`,
  `comment on view boards is '@primaryKey code'`,
  `comment on view places is E'@primaryKey season_id,member_id\\n@foreignKey (member_id) references members (id)'`,
  `create function boards_entries(board boards) returns setof places language sql stable as $$
     select * from places where season_id = (select id from seasons where leaderboard_code = board.code and closed_at is null)
   $$`,
  'grant select on boards, places to public',
];
