import type { DocumentNode } from 'graphql';
import { Lru } from './lru.ts';

/** A client sends the same few documents again and again. Each is at most 1,000 tokens, some 300 kB when parsed. */
const REMEMBERED_DOCUMENTS = 300;

/**
 * Parsed documents by the hash of their text. Only those that passed the gate are remembered, so that nobody can push the
 * useful ones out with rubbish. What the gate and the executor know of a document goes when it is forgotten.
 */
export class DocumentStore {
  private readonly documents = new Lru<string, DocumentNode>(REMEMBERED_DOCUMENTS);

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.documents.get(hashOf(key));
  }

  /** Apollo calls this before the gate has looked; `remember` is called after. */
  async set(): Promise<void> {}

  async delete(key: string): Promise<boolean> {
    this.documents.delete(hashOf(key));
    return true;
  }

  /** Keeps a document that passed, under the SHA-256 of its text in hex. */
  remember(hash: string, document: DocumentNode): void {
    if (this.documents.get(hash) !== document) this.documents.set(hash, document);
  }
}

/** Apollo puts a prefix for the schema before the hash. */
function hashOf(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}
