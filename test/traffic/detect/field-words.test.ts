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
  ['email_id', 'email'],
  ['user_id', 'record'],
  ['numero_de_cliente', 'record'],
  ['kundennummer', 'record'],
  ['custid', 'record'],
  ['created_by', 'person'],
  ['contact', 'someone'],
  ['order', 'reference'],
])('%s is a %s', (name, rule) => expect(ruleByWords(name)).toBe(rule));

const plain =
  'hostname product_name itemName fileName passportExpiry phone_model birth_place_country addressType num_customers sort_order customer_count order_state last_login sorted_by';
test.each(plain.split(' '))('%s is nothing of anybody', (name) => expect(ruleByWords(name)).toBe('plain'));

test.each(['', ...'candidature name ___ 2'.split(' ')])('%s follows no rule by its words', (name) => expect(ruleByWords(name)).toBeNull());
