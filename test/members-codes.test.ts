import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawCodes } from '../src/features/members/members.codes.ts';
import { readMemberNumber, withCheckDigit } from '../src/rules/codes.ts';

const sevenDigits = fc.integer({ min: 1_000_000, max: 9_999_999 }).map(String);

describe('a member number', () => {
  test('is read back from what is typed, with spaces and hyphens or without', () => {
    fc.assert(
      fc.property(sevenDigits, (digits) => {
        const number = withCheckDigit(digits);
        expect(readMemberNumber(number)).toBe(number);
        expect(readMemberNumber(` ${number.slice(0, 4)}-${number.slice(4)} `)).toBe(number);
      }),
    );
  });

  test('is no number any more when one digit is wrong, whichever', () => {
    fc.assert(
      fc.property(sevenDigits, fc.nat(7), fc.integer({ min: 1, max: 9 }), (digits, place, shift) => {
        const typed = [...withCheckDigit(digits)];
        typed[place] = String((Number(typed[place]) + shift) % 10);
        expect(readMemberNumber(typed.join(''))).toBeNull();
      }),
    );
  });

  test('is no number any more when two neighbouring digits are swapped', () => {
    fc.assert(
      fc.property(sevenDigits, fc.nat(6), (digits, place) => {
        const typed = [...withCheckDigit(digits)];
        const [left = '', right = ''] = typed.slice(place, place + 2);
        fc.pre(left !== right);
        typed.splice(place, 2, right, left);
        expect(readMemberNumber(typed.join(''))).toBeNull();
      }),
    );
  });

  test('has eight digits and nothing else', () => {
    for (const typed of ['', '1234567', '123456789', '1234567a', '１２３４５６７８', '\0'.repeat(8)]) {
      expect(readMemberNumber(typed)).toBeNull();
    }
  });
});

test('drawn codes are a valid number and eight letters and digits that are not mistaken for one another', () => {
  for (let draws = 0; draws < 200; draws += 1) {
    const { memberNumber, referralCode } = drawCodes();
    expect(readMemberNumber(memberNumber)).toBe(memberNumber);
    expect(memberNumber).toMatch(/^[1-9]\d{7}$/);
    expect(referralCode).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
  }
});
