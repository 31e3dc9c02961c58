/** What the counter asks, as text; a test checks each against the schema. */
import cancel from './documents/counter-cancel.graphql?raw';
import events from './documents/counter-events.graphql?raw';
import find from './documents/counter-find.graphql?raw';
import fulfil from './documents/counter-fulfil.graphql?raw';
import member from './documents/counter-member.graphql?raw';
import preview from './documents/counter-preview.graphql?raw';
import record from './documents/counter-record.graphql?raw';
import redeem from './documents/counter-redeem.graphql?raw';
import shop from './documents/counter-shop.graphql?raw';
import voucher from './documents/counter-voucher.graphql?raw';

export const operations = { cancel, events, find, fulfil, member, preview, record, redeem, shop, voucher };
