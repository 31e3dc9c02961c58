/** What the pages say of their connection. */
export interface StatusWords {
  status: { connecting: string; live: string; reconnecting: string };
  lastSeen: (time: string) => string;
}

/** What the form for an access token says. */
export interface TokenWords {
  token: string;
  submit: string;
  refused: string;
}
