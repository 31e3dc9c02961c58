import { drawQr } from '../../platform/qr-code.ts';

/** Draws a voucher code as a QR code that holds the code alone: an SVG that any page may show. */
export function voucherQr(code: string): string {
  return drawQr(code, 'Alphanumeric', 'QR code of the voucher');
}
