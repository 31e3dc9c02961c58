/** Keeps the screen from going dark until the returned function is called. Browsers that cannot are left as they are. */
export function keepScreenOn(): () => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  const ask = async () => {
    if (!wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    // Refused on low battery, for example; the board is shown all the same.
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    if (!wanted) await lock?.release();
  };
  // The browser takes the lock back whenever the page is out of sight.
  document.addEventListener('visibilitychange', ask);
  void ask();
  return () => {
    wanted = false;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
