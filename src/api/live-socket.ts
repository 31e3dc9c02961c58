import type { Server } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { SocketExtra } from './socket-operations.ts';

export const LIVE_SETTINGS = Object.freeze({
  messagesPerMinute: 100,
  pingEveryMs: 30_000,
});

const FORBIDDEN = 4403;
const TOO_MANY = 4429;
const INTERNAL = 4500;
/** A client that has not answered the closing handshake by then is cut off. */
const CLOSE_WAIT_MS = 1_000;

/** One open WebSocket, with its limits. */
export interface LiveSocket {
  readonly extra: SocketExtra;
  /** Closes after a delay; resolves when the socket is closed, at the latest a second after. */
  closeIn(delayMs: number, code: number, reason: string): Promise<void>;
  terminate(): void;
  /** Called twice a second: closes an expired viewer's socket, pings, and cuts off a client that no longer answers. */
  look(nowMs: number, pingEveryMs: number): void;
}

/** Puts a fresh socket under the protocol. `onClosed` is called exactly once. */
export function openSocket(
  webSocket: WebSocket,
  address: string,
  protocol: Server<SocketExtra>,
  onClosed: () => void,
): LiveSocket {
  const extra: SocketExtra = {
    viewer: null,
    address,
    bytes: 0,
    close: (code, reason) => webSocket.close(code, reason),
  };
  const limit = new MessageLimit();
  const heartbeat = { pingedAt: Date.now(), answered: true };
  const closed = protocol.opened(
    {
      protocol: webSocket.protocol,
      send: (text) => send(webSocket, text),
      close: (code, reason) => webSocket.close(code, reason),
      onMessage: (handle) => {
        webSocket.on('message', (data, isBinary) => {
          if (isBinary || !limit.take(Date.now())) {
            webSocket.close(isBinary ? 1003 : TOO_MANY, isBinary ? 'Text only' : 'Too many messages');
            return;
          }
          const text = data.toString();
          // graphql-ws hands on the parsed message only, and the gate wants to know its size.
          extra.bytes = Buffer.byteLength(text);
          handle(text).catch(() => webSocket.close(INTERNAL, 'Internal server error'));
        });
      },
    },
    extra,
  );
  webSocket.on('pong', () => {
    heartbeat.answered = true;
  });
  // An oversized or malformed frame: ws closes the socket itself with the right code.
  webSocket.on('error', () => {});
  webSocket.once('close', (code, reason) => {
    onClosed();
    void closed(code, reason.toString());
  });
  return { extra, ...controls(webSocket, extra, heartbeat) };
}

function controls(
  webSocket: WebSocket,
  extra: SocketExtra,
  heartbeat: { pingedAt: number; answered: boolean },
): Omit<LiveSocket, 'extra'> {
  return {
    terminate: () => webSocket.terminate(),
    closeIn: (delayMs, code, reason) =>
      new Promise((resolve) => {
        if (webSocket.readyState === WebSocket.CLOSED) return resolve();
        const timers = [
          setTimeout(() => webSocket.close(code, reason), delayMs),
          setTimeout(() => webSocket.terminate(), delayMs + CLOSE_WAIT_MS),
        ];
        webSocket.once('close', () => {
          timers.forEach(clearTimeout);
          resolve();
        });
      }),
    look(nowMs, pingEveryMs) {
      const expiresAt = extra.viewer?.expiresAt ?? null;
      if (expiresAt !== null && expiresAt <= nowMs) return webSocket.close(FORBIDDEN, 'The credential has expired');
      if (nowMs - heartbeat.pingedAt < pingEveryMs) return;
      if (!heartbeat.answered) return webSocket.terminate();
      Object.assign(heartbeat, { pingedAt: nowMs, answered: false });
      if (webSocket.readyState === WebSocket.OPEN) webSocket.ping();
    },
  };
}

/** Waits until the frame is handed to the operating system, so that a stream is read no faster than its client. */
function send(webSocket: WebSocket, text: string): Promise<void> {
  if (webSocket.readyState !== WebSocket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    webSocket.send(text, () => resolve());
  });
}

/** A fixed window of a minute that begins with its first message. */
class MessageLimit {
  private since = 0;
  private taken = 0;

  take(nowMs: number): boolean {
    if (nowMs - this.since >= 60_000) {
      this.since = nowMs;
      this.taken = 0;
    }
    this.taken += 1;
    return this.taken <= LIVE_SETTINGS.messagesPerMinute;
  }
}
