import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { LIVE_SETTINGS, type LiveSocket, openSocket } from './live-socket.ts';
import type { ServerParts } from './server-parts.ts';
import { type SocketExtra, type SocketParams, socketOptions } from './socket-operations.ts';

const PATH = '/graphql';
const MESSAGE_BYTES = 64_000;
/** One timer looks after all sockets: expiry within a second, and a ping for each every half minute. */
const SWEEP_MS = 500;
const GOING_AWAY = 1001;

/**
 * The WebSocket side of `/graphql`: graphql-transport-ws, subscriptions only, with the same gate and the same
 * authentication as HTTP. graphql-ws speaks the protocol; the limits are ours.
 */
export class Sockets {
  private readonly open = new Set<LiveSocket>();
  private readonly byAddress = new Map<string, number>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    // Compression would cost 300 kB for each socket, and frames are small.
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  private readonly protocol;
  private readonly sweeper: NodeJS.Timeout;
  private origins: ReadonlySet<string> = new Set();
  private draining = false;

  constructor(private readonly parts: ServerParts) {
    this.protocol = makeServer<SocketParams, SocketExtra>(socketOptions(parts, this.open));
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.sweeper.unref();
  }

  get count(): number {
    return this.open.size;
  }

  /** Takes upgrades from that HTTP server, which listens on `port`. */
  attach(http: HttpServer, port: number): void {
    this.origins = allowedOrigins(this.parts, port);
    http.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Closes all sockets with 1001, spread over the time, and takes no new ones. */
  async drain(overMs: number): Promise<void> {
    this.draining = true;
    const sockets = [...this.open];
    const stepMs = Math.min(5, overMs / Math.max(1, sockets.length));
    await Promise.all(
      sockets.map((socket, place) => socket.closeIn(place * stepMs, GOING_AWAY, 'The server is restarting')),
    );
    clearInterval(this.sweeper);
  }

  /** Ends what is still open without waiting for anyone. */
  terminate(): void {
    clearInterval(this.sweeper);
    for (const socket of this.open) socket.terminate();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a reset by the client before the handshake would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const refused = this.refusalOf(request);
    if (refused !== null) {
      socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => this.opened(webSocket, request));
  }

  private refusalOf(request: IncomingMessage): string | null {
    const { origin } = request.headers;
    if (request.url?.split('?')[0] !== PATH) return '404 Not Found';
    if (this.draining) return '503 Service Unavailable';
    // Programs send no Origin; a browser always does, and cannot lie about it.
    if (origin !== undefined && !this.origins.has(origin)) return '403 Forbidden';
    const open = this.byAddress.get(addressOf(request)) ?? 0;
    return open >= this.parts.settings.socketsPerAddress ? '429 Too Many Requests' : null;
  }

  private opened(webSocket: WebSocket, request: IncomingMessage): void {
    const address = addressOf(request);
    this.byAddress.set(address, (this.byAddress.get(address) ?? 0) + 1);
    const live = openSocket(webSocket, address, this.protocol, () => {
      this.open.delete(live);
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.byAddress.delete(address);
      else this.byAddress.set(address, left);
      this.parts.metrics.sockets(this.open.size);
    });
    this.open.add(live);
    this.parts.metrics.sockets(this.open.size);
  }

  private sweep(): void {
    const now = Date.now();
    for (const socket of this.open) socket.look(now, LIVE_SETTINGS.pingEveryMs);
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}

/** The configured origins, the public address, and outside production this machine's own names. */
function allowedOrigins({ settings }: ServerParts, port: number): ReadonlySet<string> {
  const origins = new Set(settings.allowedOrigins);
  if (settings.publicUrl !== null) origins.add(new URL(settings.publicUrl).origin);
  if (settings.environment !== 'production') {
    for (const name of ['localhost', '127.0.0.1', '[::1]']) origins.add(`http://${name}:${port}`);
  }
  return origins;
}
