import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Lines } from './lines.ts';
import { LiveSocket } from './live-socket.ts';
import type { Origins } from './origins.ts';
import type { ServerParts } from './server-parts.ts';
import type { SocketOwner } from './socket-operation.ts';

const PATH = '/graphql';
const PROTOCOL = 'graphql-transport-ws';
const MESSAGE_BYTES = 64_000;

/** The WebSocket side of `/graphql`: takes upgrades, and refuses what must not become a socket. */
export class Sockets {
  readonly #parts: ServerParts;
  readonly #owner: SocketOwner;
  readonly #lines: Lines;
  readonly #origins: Origins;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    // Compression would cost 300 kB for each socket, and frames are small.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });

  constructor(parts: ServerParts, owner: SocketOwner, lines: Lines, origins: Origins) {
    this.#parts = parts;
    this.#owner = owner;
    this.#lines = lines;
    this.#origins = origins;
  }

  /** Takes upgrades from that HTTP server. */
  attach(http: HttpServer): void {
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a reset by the client before the handshake would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const address = request.socket.remoteAddress ?? 'unknown';
    const refused = this.#refusalOf(request, address);
    if (refused !== null) {
      socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const live = new LiveSocket(this.#owner, webSocket, socket, address);
      this.#lines.open(live, address);
      this.#parts.metrics.sockets(this.#lines.count);
      webSocket.once('close', () => {
        this.#lines.closed(live, address);
        this.#parts.metrics.sockets(this.#lines.count);
      });
    });
  }

  #refusalOf({ headers, url }: IncomingMessage, address: string): string | null {
    if (url?.split('?')[0] !== PATH) return '404 Not Found';
    if (this.#lines.draining) return '503 Service Unavailable';
    if (!this.#origins.allows(headers.origin)) return '403 Forbidden';
    return this.#lines.hasRoom(address) ? null : '429 Too Many Requests';
  }
}
