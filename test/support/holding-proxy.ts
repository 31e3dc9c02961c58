import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be held: connections stay open and are taken, but nothing gets through, as behind a dead network. */
export class HoldingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #held = false;

  private constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        if (this.#held) socket.pause();
        socket.on('data', (chunk) => void other.write(chunk));
        socket.on('error', () => socket.destroy());
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        // Listening to data has set it flowing.
        if (this.#held) socket.pause();
      }
    });
  }

  static async to(url: string): Promise<HoldingProxy> {
    const proxy = new HoldingProxy(new URL(url));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same address, by way of this. */
  through(url: string): string {
    const changed = new URL(url);
    changed.port = String((this.#server.address() as AddressInfo).port);
    return changed.href;
  }

  hold(): void {
    this.#held = true;
    for (const socket of this.#sockets) socket.pause();
  }

  letGo(): void {
    this.#held = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
