/**
 * Reads a phone number as people write it: with a country code, or as it is dialled at home where
 * the home is known. Pure.
 */
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import type { Judgement, RowProblemCode } from './row.js';

export type { CountryCode };

/** ISO 3166, in either case. Undefined for what is no country with numbers of its own. */
export function readCountry(text: string): CountryCode | undefined {
  const country = text.trim().toUpperCase();
  return isSupportedCountry(country) ? country : undefined;
}

/** Spaces of every kind, hyphens and dashes, dots, slashes, brackets. */
const PHONE_SEPARATORS = /[\s\p{Zs}\p{Pd}./()]/gu;
/** Address books wrap a number in marks that nobody sees, so that it stays in order in Arabic. */
const INVISIBLE = /\p{Cf}/gu;
/** A number kept as a number of a programme that has no others than those with a point. */
const DECIMAL = /^(\+?\d{7,})[.,]0+$/;
/** As a spreadsheet shows a long number: its last digits are gone. */
const ROUNDED = /^\+?\d+(?:[.,]\d+)?E\+?\d+$/i;
/** Shorter is an extension or a service number, which nobody can be called on from elsewhere. */
const PHONE_DIGITS_MIN = 7;
/** ITU-T E.164. */
const PHONE_DIGITS_MAX = 15;
/** All digits there may be, each between separators. */
const PHONE_CHARACTERS_MAX = 64;

/** In E.164, or what is wrong with it. */
export function readPhone(text: string, country: CountryCode | undefined): Judgement {
  const written = text.replace(INVISIBLE, '').replace(DECIMAL, '$1').trim();
  const number = written.replace(PHONE_SEPARATORS, '');
  if (number === '') return wrong('phone_missing', 'The phone number is missing.');
  if (written.length > PHONE_CHARACTERS_MAX) {
    return invalid(`The phone number has more than ${PHONE_CHARACTERS_MAX} characters.`);
  }
  if (ROUNDED.test(written)) return rounded(written);
  if (/[^+\d]/.test(number) || number.lastIndexOf('+') > 0) {
    return invalid('The phone number has more in it than digits: write it like +12025550117.');
  }
  if (!number.startsWith('+')) return readNational(number, country);
  if (/\(0\)/.test(written)) {
    return invalid('The phone number has a (0) that is dialled only at home: leave it out.');
  }
  return requireLength(number);
}

function readNational(number: string, country: CountryCode | undefined): Judgement {
  if (country === undefined) {
    return invalid(
      'The phone number has no country code: begin it with +, like +12025550117, or say the country of the list.',
    );
  }
  const parsed = parsePhoneNumberFromString(number, country);
  if (parsed === undefined || !parsed.isPossible()) {
    return invalid(
      `The phone number is none of ${country}: it has the wrong length. Begin one of another country with +.`,
    );
  }
  return requireLength(parsed.number);
}

function requireLength(number: string): Judgement {
  const digits = number.length - 1;
  if (digits < PHONE_DIGITS_MIN) {
    return invalid(
      `The phone number has too few digits: ${digits} of at least ${PHONE_DIGITS_MIN}.`,
    );
  }
  if (digits > PHONE_DIGITS_MAX) {
    return invalid(
      `The phone number has too many digits: ${digits} of at most ${PHONE_DIGITS_MAX}.`,
    );
  }
  if (number.startsWith('+0')) {
    return invalid('The phone number begins with +0, and no country code does.');
  }
  return { phone: number };
}

function rounded(written: string): Judgement {
  const message = `A spreadsheet has rounded the phone number to ${written}, and its last digits are lost: format the column as text there, enter the number again, and export the list anew.`;
  return wrong('phone_rounded', message);
}

function invalid(message: string): Judgement {
  return wrong('phone_invalid', message);
}

function wrong(code: RowProblemCode, message: string): Judgement {
  return { problem: { code, message, field: 'phone' } };
}
