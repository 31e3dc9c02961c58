/** The bound of pushing: `ws` sends one ready buffer to every socket, and nothing else happens. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { given, ready } from '../support/parent.ts';
import { takeLiveOrders } from './live-orders.ts';

const payload = Buffer.from(given('BENCH_PAYLOAD'));
const ACK = '{"type":"connection_ack"}';

const http = createServer();
const server = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    if (String(data).includes('connection_init')) socket.send(ACK);
    else socket.send(payload, { binary: false });
  });
});
http.listen(0, '127.0.0.1', () => {
  process.once('SIGTERM', () => process.exit(0));
  takeLiveOrders({
    board: () => {
      for (const socket of server.clients) socket.send(payload, { binary: false });
    },
  });
  ready(`http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`);
});
