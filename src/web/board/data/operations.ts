/** What the board asks, as text; a test checks each against the schema. */
import awards from './documents/board-awards.graphql?raw';
import final from './documents/board-final.graphql?raw';
import live from './documents/board-live.graphql?raw';
import liveMine from './documents/board-live-mine.graphql?raw';
import me from './documents/board-me.graphql?raw';
import overview from './documents/board-overview.graphql?raw';
import seasons from './documents/board-seasons.graphql?raw';

export const operations = { awards, final, live, liveMine, me, overview, seasons };
