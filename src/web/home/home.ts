const health = document.getElementById('health');
const example = document.querySelector('[data-origin]');

if (example) example.textContent = location.origin;
if (health) void tellHealth(health);

/** Says in the page whether the server can take requests, and colours the dot beside it. */
async function tellHealth(text: HTMLElement): Promise<void> {
  const ready = await fetch('/readyz').then(
    (response) => response.ok,
    () => false,
  );
  text.textContent = ready ? 'Ready' : 'Not ready to take requests';
  document.documentElement.dataset.health = ready ? 'good' : 'bad';
}
