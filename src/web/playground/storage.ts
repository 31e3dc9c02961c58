/** Sizes for the first visit, as shares of the remaining width or height: a narrow guide, low variables. */
const FIRST_SIZES: Record<string, string> = {
  'graphiql:docExplorerFlex': '0.27',
  'graphiql:secondaryEditorFlex': '2.2',
};

/**
 * Keeps the editor's tabs, history and sizes in the browser's local storage, but never request headers: the editor
 * itself would store them with its history, and an access token typed there would outlive the session.
 */
export const storage = {
  get length(): number {
    return localStorage.length;
  },
  getItem: (key: string): string | null => localStorage.getItem(key) ?? FIRST_SIZES[key] ?? null,
  removeItem: (key: string): void => localStorage.removeItem(key),
  clear: (): void => localStorage.clear(),
  setItem(key: string, value: string): void {
    if (!key.endsWith(':headers')) localStorage.setItem(key, withoutHeaders(value));
  },
};

/** Empties every `headers` property in a JSON text; any other text is returned as it came. */
function withoutHeaders(text: string): string {
  if (!text.includes('"headers"')) return text;
  try {
    return JSON.stringify(JSON.parse(text, (name, value: unknown) => (name === 'headers' ? null : value)));
  } catch {
    return text;
  }
}
