/** Pokal itself as a program of the benchmark: the very app of `npm start`, which only says differently where it listens. */
import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config.ts';
import { ready } from '../support/parent.ts';
import { takeLiveOrders } from './live-orders.ts';

const app = await createApp(loadConfig(process.env));
process.once('SIGTERM', () => void app.stop().finally(() => process.exit(0)));
takeLiveOrders({});
ready(`${app.url}/graphql`);
