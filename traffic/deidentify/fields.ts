import { rulePacks, rulePackNames, type RulePack } from '../../domain/privacy/packs.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import { makeOwnDetect, type OwnDetect } from './detect/own.ts';
import { isBareName, isIdName, isWeakName, ruleByWords, ruleOfShort, type NameRule } from './field-words.ts';
import { postcodes } from './path-rules.ts';
import { remembered } from './remembered.ts';

const byKind: Readonly<Partial<Record<NameRule, string>>> = {
  email: 'email emailaddress mail useremail contactemail workemail homeemail billingemail',
  phone:
    'phone phonenumber mobile mobilenumber mobilephone cell cellphone tel telephone fax faxnumber msisdn contactphone workphone homephone whatsapp telefon telefono telefone handy',
  card: 'card cardnumber creditcard creditcardnumber debitcard ccnumber pan primaryaccountnumber',
  iban: 'iban bankaccount accountiban',
  ip: 'ip ipaddress ipv4 ipv6 clientip remoteip remoteaddr sourceip xforwardedfor xrealip xclientip trueclientip forwardedfor',
  mac: 'mac macaddress hwaddr hardwareaddress bssid',
  national:
    'ssn socialsecuritynumber socialsecurity nino nationalinsurancenumber nhs nhsnumber taxid taxnumber taxpayerid tin itin steuerid steueridnr idnr ' +
    'nir insee numerosecu numerosecuritesociale dni nie nif codicefiscale aadhaar aadhar aadhaarnumber cpf nationalid nationalidnumber ' +
    'idcard idcardnumber identitynumber residentid citizenid personalid personalnumber',
  passport: 'passport passportnumber passportno traveldocument mrz',
  coordinate: 'lat latitude lon lng longitude coordinate coordinates latlng latlon lnglat geo geolocation gps',
  token:
    'token accesstoken refreshtoken idtoken authtoken apikey xapikey secret clientsecret password passwd pwd passphrase session ' +
    'sessionid jsessionid phpsessid sid auth authorization csrf csrftoken xcsrftoken signature sig otp pin cvv cvc bearer jwt',
  name:
    'firstname lastname surname givenname familyname fullname middlename maidenname username login customername displayname nickname contactname ' +
    'cardholder cardholdername accountholder vorname nachname prenom apellido apellidos cognome sobrenome',
  address:
    'street streetaddress streetname address addressline address1 address2 addressline1 addressline2 housenumber city town suburb placeofbirth birthplace ' +
    [...postcodes].join(' '),
  birth: 'dob dateofbirth birthdate birthday birth',
  person:
    'user users customer customers author authors owner owners member members person persons people employee employees patient patients ' +
    'student students guest guests subscriber subscribers recipient sender assignee assignedto createdby updatedby',
  plain: 'type kind status country countrycode currency locale language lang timezone version',
};

/** Which rule a field follows. `explicit` rules are the manifest's and win over the detectors. */
export interface FieldDecision {
  readonly rule: NameRule;
  readonly explicit: boolean;
  /** The name that decided, without case and separators. */
  readonly name: string;
}

export interface FieldRules {
  (fields: readonly string[]): FieldDecision | null;
  /** The detectors of the manifest; null without any. */
  readonly own: OwnDetect | null;
  /** Of telephone numbers without calling code; null where the manifest does not say. */
  readonly phoneRegion: string | null;
  /** What becomes of a header that is on no list. */
  readonly unknownHeaders: 'keep' | 'drop';
  /** True for a field whose dates and numbers keep their order. */
  readonly isOrdered: (fields: readonly string[]) => boolean;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** What Hone says of field names by itself: what no law need name, then what the chosen packs add. */
function defaultRules(packs: readonly RulePack[]): Map<string, NameRule> {
  const rules = new Map<string, NameRule>();
  const add = (byRule: Readonly<Partial<Record<NameRule, string>>>) => {
    for (const [rule, names] of Object.entries(byRule))
      for (const name of names.split(' ')) if (!rules.has(name)) rules.set(name, rule as NameRule);
  };
  add(byKind);
  for (const { fields } of packs) add(fields);
  return rules;
}

/** What the fields of such a field are not. */
const ofInnermost: ReadonlySet<NameRule> = new Set(['person', 'someone', 'reference', 'unknown-name', 'unknown-number']);

/** Envelopes of a value that say nothing of it. */
const wrappers = new Set(
  'othr other data attributes input payload body record records fields params request result results node edge nodes edges value values details info'.split(
    ' ',
  ),
);

/** A weak name after the one around it that is none, outermost first, a line each. */
function namesAround(fields: readonly string[], index: number): string {
  const names = [fields[index] ?? ''];
  for (let at = index + 1; at < fields.length && names.length < 3; at += 1) {
    const name = fields[at] ?? '';
    if (wrappers.has(name.toLowerCase())) continue;
    names.unshift(name);
    if (!isWeakName(name)) break;
  }
  return names.join('\n');
}

/**
 * Rules by field name: the manifest's first, then Hone's own. Names are compared without case, hyphens and underscores; the
 * innermost name that has a rule, as a whole or by the words at its end, decides, so that `name: { first, last }` follows `name`. A `person` is one by the innermost name
 * alone: the fields of `user: { theme }` are not all somebody's name. What is `plain` follows no rule of a name around it.
 */
export function makeFieldRules(settings: DeidentificationRules): FieldRules {
  const own = new Map(Object.entries(settings.fields ?? {}).map(([name, rule]) => [plain(name), rule]));
  const defaults = defaultRules((settings.packs ?? rulePackNames).map((name) => rulePacks[name]));
  const ordered = new Set((settings.ordered ?? []).map(plain));
  const one = remembered((name: string): FieldDecision | 'weak' | null => {
    const key = plain(name);
    const explicit = own.get(key);
    const rule = explicit ?? defaults.get(key) ?? (isWeakName(name) ? 'weak' : ruleByWords(name)) ?? undefined;
    return rule === undefined ? null : rule === 'weak' ? rule : { rule, explicit: explicit !== undefined, name: key };
  });
  /** A name that says nothing alone, by those around it: at most two of them. */
  const together = remembered((fields: string): FieldDecision | null => {
    const names = fields.split('\n');
    const said = names.length > 1 ? own.get(plain(names.join(''))) : undefined;
    if (said !== undefined) return { rule: said, explicit: true, name: plain(names.join('')) };
    const last = names.at(-1) ?? '';
    const found = defaults.get(plain(names.join(''))) ?? ruleByWords(names.join('_'));
    const rule = (found === 'unknown-name' ? null : found) ?? (isBareName(last) ? 'name' : null);
    const isOpen = rule === null || (rule === 'unknown-number' && isIdName(last));
    return isOpen ? null : { rule, explicit: false, name: plain(last) };
  });
  const decide = (fields: readonly string[]) => {
    const short = (fields[0] ?? '').length === 2 && fields.length > 1 ? ruleOfShort(fields) : null;
    if (short !== null && !own.has(plain(fields[0] ?? ''))) return { rule: short, explicit: false, name: plain(fields[0] ?? '') };
    for (let index = 0; index < fields.length; index += 1) {
      const found = one(fields[index] ?? '');
      const decision = found === 'weak' ? together(namesAround(fields, index)) : found;
      if (decision === null && found === 'weak' && index === 0 && isIdName(fields[0] ?? '')) return null;
      if (decision === null) continue;
      if (decision.rule === 'plain') return decision.explicit ? decision : null;
      if (index === 0 || !ofInnermost.has(decision.rule)) return decision;
    }
    return null;
  };
  return Object.assign(decide, {
    own: makeOwnDetect(settings.detectors ?? []),
    phoneRegion: settings.phoneRegion ?? null,
    unknownHeaders: settings.unknownHeaders ?? 'keep',
    isOrdered: (fields: readonly string[]) => ordered.size > 0 && fields.some((name) => ordered.has(plain(name))),
  });
}
