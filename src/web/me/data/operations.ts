/** What the member page asks, as text; a test checks each against the schema. */
import community from './documents/me-community.graphql?raw';
import events from './documents/me-events.graphql?raw';
import page from './documents/me-page.graphql?raw';
import shares from './documents/me-shares.graphql?raw';

export const operations = { community, events, page, shares };
