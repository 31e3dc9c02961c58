/** Sets parameters of the page's address without loading it anew, or removes those that are null. */
export function change(parameters: Record<string, string | null>): void {
  const wishes = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) wishes.delete(name);
    else wishes.set(name, value);
  }
  const text = wishes.toString().replace(/=(?=&|$)/g, '');
  const search = text === '' ? '' : `?${text}`;
  if (search !== location.search) history.replaceState(null, '', location.pathname + search);
}
