import type { FieldRule } from '../../domain/model/identifier-kinds.ts';

/** Words at the end of a field's name that say what it holds, whatever stands before them. */
const tails: Readonly<Partial<Record<FieldRule, string>>> = {
  email: 'email emailaddress',
  phone: 'phone telephone phonenumber mobilenumber mobilephone cellphone faxnumber msisdn',
  iban: 'iban',
  national:
    'ssn nino nhs taxid steuerid nir insee dni nie nif codicefiscale aadhaar aadhar cpf nationalid nationalinsurance socialsecurity',
  passport: 'passport',
  birth: 'dob birth birthdate birthday dateofbirth',
  token: 'password passwd passphrase apikey accesstoken refreshtoken authtoken sessiontoken clientsecret',
  coordinate: 'latitude longitude',
  name: 'firstname lastname fullname givenname familyname middlename maidenname surname username nickname',
  address: 'streetaddress addressline postcode postalcode zipcode',
};

/** Before `name` they say that somebody is meant; a `product_name` is nobody's. */
const people = new Set(
  (
    'customer client contact guest visitor recipient receiver sender passenger traveller traveler holder owner patient user buyer seller billing ' +
    'shipping delivery beneficiary payer payee employee author student pupil member driver applicant tenant subscriber signer spouse mother father ' +
    'child parent partner doctor teacher candidate person legal real maiden emergency invitee host attendee'
  ).split(' '),
);

/** Words that add nothing to the one before them. */
const fillers = new Set('no nr num number value text digits 1 2 3'.split(' '));

const rules: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries(tails).flatMap(([rule, words]) => words.split(' ').map((word) => [word, rule as FieldRule] as const)),
);

/** The words of `billing_fullName2`: `billing`, `full`, `name`, `2`. */
function wordsIn(name: string): string[] {
  return name
    .replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/**
 * The rule of a field whose name is not known as a whole, by the words at its end: `visitor_passport_no` is a passport, `guestName` a name. What
 * ends in another word (`passportExpiry`, `phone_model`, `emailVerified`) follows none.
 */
export function ruleByWords(name: string): FieldRule | null {
  const words = wordsIn(name.slice(0, 100));
  while (words.length > 1 && fillers.has(words.at(-1) ?? '')) words.pop();
  const isId = words.length > 1 && words.at(-1) === 'id';
  if (words.length > 1 && words.at(-1) === 'name' && people.has(words.at(-2) ?? '')) return 'name';
  for (const end of isId ? [words.length, words.length - 1] : [words.length]) {
    for (const count of [3, 2, 1]) {
      if (count > end) continue;
      const rule = rules.get(words.slice(end - count, end).join(''));
      // An id of somebody's address or name counts records; one of a passport is the passport's.
      if (rule !== undefined && (end === words.length || rule === 'passport' || rule === 'national')) return rule;
    }
  }
  return null;
}
