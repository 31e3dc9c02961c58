/**
 * Gives every `<style>` element that a library makes the page's nonce. The code editor writes its theme and font rules
 * into such elements while it runs, and the page's Content-Security-Policy accepts none without the nonce.
 * Must run before the editor is loaded.
 */
export function giveStylesTheNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const createElement = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = createElement(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
