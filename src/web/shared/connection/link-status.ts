/** `away` is reconnecting without success for a while: what the page shows is then no longer news. */
export type LinkStatus = 'connecting' | 'live' | 'reconnecting' | 'away';
