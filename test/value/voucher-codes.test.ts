import { describe, expect, test } from '@jest/globals';
import { drawVoucherCode } from '../../src/features/rewards/voucher-codes.ts';
import { voucherQr } from '../../src/features/rewards/voucher-qr.ts';
import { readVoucherCode } from '../../src/rules/codes.ts';

const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const codes = Array.from({ length: 40 }, drawVoucherCode);

describe('a voucher code', () => {
  test('has three groups of four characters of which none is mistaken for another, and no two are alike', () => {
    for (const code of codes) expect(code).toMatch(/^([A-HJKMNP-Z2-9]{4}-){2}[A-HJKMNP-Z2-9]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('is read however it is typed', () => {
    for (const code of codes) {
      expect(readVoucherCode(code)).toBe(code);
      expect(readVoucherCode(` ${code.replaceAll('-', ' ').toLowerCase()} `)).toBe(code);
    }
    for (const typed of ['', 'ABCD', `${codes[0]}A`, 'O0O0-I1I1-LLLL', '\u0000', 'Ä'.repeat(12)]) {
      expect(readVoucherCode(typed)).toBeNull();
    }
  });

  test('notices every single wrong character and every swap of two', () => {
    for (const code of codes.slice(0, 5)) {
      const plain = [...code.replaceAll('-', '')];
      for (const [at, right] of plain.entries()) {
        for (const wrong of ALPHABET.replace(right, '')) {
          expect(readVoucherCode(plain.with(at, wrong).join(''))).toBeNull();
        }
        for (const [other, character] of plain.entries()) {
          if (character === right) continue;
          expect(readVoucherCode(plain.with(at, character).with(other, right).join(''))).toBeNull();
        }
      }
    }
  });

  test('is drawn as a QR code by the standard: finders in three corners, and nothing in it that could run', () => {
    const svg = voucherQr(codes[0] ?? '');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 (\d+) \1"/);
    expect(svg).not.toMatch(/script|href|style|foreignObject|on\w+=/i);
    const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
    const isDark = (x: number, y: number) => svg.includes(`M${x} ${y}h1v1h-1z`);
    const corners = [
      [4, 4],
      [size - 11, 4],
      [4, size - 11],
    ] as const;
    for (const [left, top] of corners) {
      const rows = Array.from({ length: 7 }, (_, y) =>
        Array.from({ length: 7 }, (_, x) => (isDark(left + x, top + y) ? '#' : '.')).join(''),
      );
      expect(rows).toEqual(['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######']);
    }
  });
});
