/**
 * What PostGraphile needs to show a board: boards are kept as JSON, and a rank is no column. The rank counts on along the
 * index of the board's order and stops with the page. Members stand beside their places, which spares PostGraphile a second
 * statement and a fifth of the page. Comments give the keys that views have not.
 */
export const BOARD_VIEWS: readonly string[] = [
  `create view boards as select code, definition ->> 'name' as name from configurations
     where kind = 'leaderboard' and status = 'ACTIVE' and (definition -> 'public')::boolean`,
  `create view places as select s.season_id, s.member_id, s.score, s.reached_at, s.rank, m.display_name, m.status, m.joined_at
     from (select season_id, member_id, score::float8 as score, reached_at, (-score) as place,
         rank() over (partition by season_id order by (-score))::int as rank
       from scores order by season_id, (-score), reached_at, member_id) s
     join members m on m.id = s.member_id order by s.season_id, s.place, s.reached_at, s.member_id`,
  `comment on view boards is '@primaryKey code'`,
  `comment on view places is '@primaryKey season_id,member_id'`,
  `create function boards_entries(board boards) returns setof places language sql stable as $$
     select * from places where season_id = (select id from seasons where leaderboard_code = board.code and closed_at is null)
   $$`,
];
