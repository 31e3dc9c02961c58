/** What the member page asks, as text; a test checks each against the schema. */
import cancel from './documents/me-cancel.graphql?raw';
import card from './documents/me-card.graphql?raw';
import chain from './documents/me-chain.graphql?raw';
import community from './documents/me-community.graphql?raw';
import events from './documents/me-events.graphql?raw';
import friends from './documents/me-friends.graphql?raw';
import page from './documents/me-page.graphql?raw';
import redeem from './documents/me-redeem.graphql?raw';
import rewards from './documents/me-rewards.graphql?raw';
import shares from './documents/me-shares.graphql?raw';
import vouchers from './documents/me-vouchers.graphql?raw';

export const operations = { cancel, card, chain, community, events, friends, page, redeem, rewards, shares, vouchers };
