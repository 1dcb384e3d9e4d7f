import type { Faker } from '@faker-js/faker';
import * as national from './national.ts';
import type { Compare } from './truth.ts';

/** Makes values of a kind of identifier. */
export interface IdentifierMaker {
  readonly kind: string;
  readonly compare: Compare;
  /** Fields that such a value stands in; the first half is for the part `tuning`, the rest for `tuning-second`. */
  readonly fields: readonly [tuning: readonly string[], second: readonly string[]];
  /** Whether it shows itself by its form, so that it must go from free text and from fields of any name. */
  readonly byForm: boolean;
  readonly make: (faker: Faker) => string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const random = (faker: Faker, count: number, from: string = letters) => faker.string.fromCharacters(from, count);
const numeric = (faker: Faker, count: number) => faker.string.numeric({ length: count, allowLeadingZeros: true });

/** Ranges that libphonenumber's metadata call valid, as people of the country write them; `#` is a digit. */
const phoneShapes = [
  '+49 1512 #######',
  '+49 170 #######',
  '+49 30 2#######',
  '+1 202-555-01##',
  '+1 (415) 555-26##',
  '+44 7400 ######',
  '+44 20 7946 0###',
  '+33 6 12 ## ## ##',
  '+34 612 ### ###',
  '+39 347 ### ####',
  '+55 11 9#### 7###',
  '+91 98### #####',
  '+86 138 #### ####',
];

const apiKeys: readonly ((faker: Faker) => string)[] = [
  (faker) => `AKIA${random(faker, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  (faker) => `ghp_${random(faker, 36)}`,
  (faker) => `xoxb-${numeric(faker, 12)}-${numeric(faker, 12)}-${random(faker, 24)}`,
  (faker) => `sk_live_${random(faker, 24)}`,
  (faker) => `AIza${random(faker, 35)}`,
  (faker) => `npm_${random(faker, 36)}`,
  (faker) => `glpat-${random(faker, 20)}`,
  (faker) => `SG.${random(faker, 22)}.${random(faker, 43)}`,
  (faker) => `SK${random(faker, 32, '0123456789abcdef')}`,
];

/** An address of the open internet: no private, loopback, link-local or documentation range. */
function publicIpv4(faker: Faker): string {
  const first = faker.helpers.arrayElement([17, 23, 31, 46, 52, 62, 77, 81, 91, 104, 131, 146, 151, 178, 185, 188, 193, 212, 217]);
  return `${first}.${faker.number.int({ min: 1, max: 254 })}.${faker.number.int({ min: 0, max: 255 })}.${faker.number.int({ min: 1, max: 254 })}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const kind = (
  name: string,
  compare: Compare,
  byForm: boolean,
  tuning: string,
  second: string,
  make: (faker: Faker) => string,
): IdentifierMaker => ({ kind: name, compare, byForm, fields: [tuning.split(' '), second.split(' ')], make });

/** A name of at least one word that can be looked for. */
function fullName(faker: Faker): string {
  for (;;) {
    const name = `${faker.person.firstName()} ${faker.person.lastName()}`;
    if (/^[\p{L}\p{M}' -]{5,}$/u.test(name)) return name;
  }
}

export const identifiers: readonly IdentifierMaker[] = [
  kind('email', 'text', true, 'email contact', 'email_address replyTo value', (faker) => faker.internet.email().toLowerCase()),
  kind('email-international', 'text', true, 'email contact', 'mail value', (faker) =>
    faker.helpers
      .arrayElement(['jörg', 'zoë', 'łukasz', 'andré', 'мария', '王芳'])
      .concat(
        `.${faker.string.alpha({ length: 5, casing: 'lower' })}@`,
        faker.helpers.arrayElement(['müller-bau.de', 'café-paris.fr', 'пример.рф', 'xn--mller-kva.de']),
      ),
  ),
  kind('phone', 'national', true, 'phone contact', 'mobile_number callback', (faker) =>
    faker.helpers.replaceSymbols(faker.helpers.arrayElement(phoneShapes)),
  ),
  kind('card', 'compact', true, 'cardNumber ref', 'pan instrument', (faker) =>
    faker.finance.creditCardNumber(
      faker.helpers.arrayElement(['4###-####-####-###L', '5[1-5]##-####-####-###L', '37##-######-####L', '4##############L']),
    ),
  ),
  kind('iban', 'compact', true, 'iban account', 'payTo beneficiaryAccount', (faker) =>
    faker.finance.iban({
      formatted: faker.datatype.boolean(),
      countryCode: faker.helpers.arrayElement(['DE', 'GB', 'FR', 'ES', 'IT', 'NL', 'PL']),
    }),
  ),
  kind('ipv4', 'text', true, 'ip source', 'remote_addr origin', publicIpv4),
  kind('ipv6', 'text', true, 'ip source', 'remote_addr origin', (faker) => `2a02${faker.internet.ipv6().slice(4)}`),
  kind('mac', 'compact', true, 'mac device', 'hwaddr adapter', (faker) => faker.internet.mac()),
  kind('us-ssn', 'compact', true, 'ssn taxNumber', 'social_security_number idNumber', national.usSsn),
  kind('uk-nino', 'compact', true, 'nino idNumber', 'national_insurance_number docNo', national.ukNino),
  kind('uk-nhs', 'compact', false, 'nhsNumber nhs nhs_no', 'memberNhsNumber nhs_num', national.ukNhs),
  kind('de-tax-id', 'compact', false, 'taxId steuerId tax_id', 'payerTaxId steuer_id_nr', national.deTaxId),
  kind('fr-nir', 'compact', true, 'nir idNumber', 'numero_secu docNo', national.frNir),
  kind('es-dni', 'compact', true, 'dni idNumber', 'documento docNo', national.esDni),
  kind('es-nie', 'compact', true, 'nie idNumber', 'documento docNo', national.esNie),
  kind('it-codice-fiscale', 'compact', true, 'codiceFiscale idNumber', 'cod_fiscale docNo', national.itCodiceFiscale),
  kind('in-aadhaar', 'compact', true, 'aadhaar aadhaar_no', 'aadhaarNum customer_aadhaar_number', national.inAadhaar),
  kind('br-cpf', 'compact', true, 'cpf idNumber', 'cpf_cliente docNo', national.brCpf),
  kind('cn-resident-id', 'compact', true, 'residentId idNumber', 'id_card docNo', national.cnResidentId),
  kind('passport', 'compact', false, 'passportNumber passport passport_no', 'travellerPassport passport_nr', (faker) =>
    faker.helpers.arrayElement([`C${random(faker, 8, 'CFGHJKLMNPRTVWXYZ0123456789')}`, numeric(faker, 9), `YA${numeric(faker, 7)}`]),
  ),
  kind('birth', 'text', false, 'dateOfBirth birthday dob', 'holder_birth_date studentDob', (faker) =>
    faker.date.birthdate().toISOString().slice(0, 10),
  ),
  kind(
    'coordinates',
    'text',
    true,
    'location position',
    'geo at',
    (faker) => `${faker.location.latitude({ precision: 6 }).toFixed(6)}, ${faker.location.longitude({ precision: 6 }).toFixed(6)}`,
  ),
  kind(
    'url-credentials',
    'text',
    true,
    'callbackUrl webhook',
    'endpoint target_url',
    (faker) => `https://${faker.string.alpha({ length: 7, casing: 'lower' })}:${random(faker, 12)}@hooks.example.com/in`,
  ),
  kind('jwt', 'text', true, 'jwt assertion', 'id_token proof', (faker) =>
    [
      base64url({ alg: 'HS256', typ: 'JWT' }),
      base64url({ sub: faker.string.uuid(), name: faker.person.fullName() }),
      random(faker, 43),
    ].join('.'),
  ),
  kind('api-key', 'text', true, 'apiKey config', 'integration_key credential', (faker) => faker.helpers.arrayElement(apiKeys)(faker)),
  kind('secret', 'text', true, 'sessionToken nonce', 'refresh_token state', (faker) => `a9Z${random(faker, 37)}`),
  kind('uuid', 'text', true, 'customerId uuid', 'account_ref device_id', (faker) => faker.string.uuid()),
  kind(
    'name',
    'words',
    false,
    'fullName customerName full_name card_holder recipientName',
    'payeeName guest_full_name studentName',
    fullName,
  ),
  kind(
    'username',
    'text',
    false,
    'username login user_name',
    'accountUsername handle_nickname',
    (faker) => `${faker.string.alpha({ length: 9, casing: 'lower' })}${numeric(faker, 2)}`,
  ),
  kind(
    'password',
    'text',
    false,
    'password passwd',
    'newPassword login_password',
    (faker) => `${faker.string.alpha(6)}!${numeric(faker, 3)}#${faker.string.alpha(4)}`,
  ),
  kind('address', 'street', false, 'street address address_line_1', 'homeStreetAddress delivery_address_line', (faker) =>
    faker.location.streetAddress(),
  ),
  kind('postcode', 'text', false, 'postalCode zip postcode', 'billing_postcode homeZipCode', (faker) => numeric(faker, 5)),
];

export function identifier(name: string): IdentifierMaker {
  const found = identifiers.find((maker) => maker.kind === name);
  if (found === undefined) throw new RangeError(`No kind ${name}.`);
  return found;
}
