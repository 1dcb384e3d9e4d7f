import { expect, test } from 'vitest';
import { ruleByWords } from '../../../traffic/deidentify/field-words.ts';

test.each([
  ['visitor_passport_no', 'passport'],
  ['guestPassport', 'passport'],
  ['passport_id', 'passport'],
  ['aadhaarId', 'national'],
  ['client-tax-id', 'national'],
  ['NHS_NO', 'national'],
  ['billingEmailAddress', 'email'],
  ['alt_phone_2', 'phone'],
  ['guestName', 'name'],
  ['legal_name', 'name'],
  ['applicant_full_name', 'name'],
  ['spouseDateOfBirth', 'birth'],
  ['oldPassword', 'token'],
  ['shipping_postal_code', 'address'],
  ['site_latitude', 'coordinate'],
])('%s is a %s', (name, rule) => expect(ruleByWords(name)).toBe(rule));

const others =
  'product_name itemName fileName hostname passportExpiry phone_model emailVerified email_id user_id unit_price birth_place_country addressType name note ___ 2';
test.each(['', ...others.split(' ')])('%s follows no rule by its words', (name) => expect(ruleByWords(name)).toBeNull());
