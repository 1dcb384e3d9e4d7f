import { postcodes } from './path-rules.ts';
import type { FieldRule } from '../../domain/model/identifier-kinds.ts';

/** A manifest's rule, or one of Hone's own: a day of birth, or whoever it is about (an id stays, a name is one). */
export type OwnRule = FieldRule | 'birth' | 'person';

const byKind: Readonly<Partial<Record<OwnRule, string>>> = {
  email: 'email emailaddress mail useremail contactemail',
  phone: 'phone phonenumber mobile mobilenumber cell tel telephone fax msisdn contactphone',
  card: 'card cardnumber creditcard creditcardnumber ccnumber pan',
  ip: 'ip ipaddress clientip remoteip remoteaddr xforwardedfor xrealip xclientip trueclientip forwardedfor',
  token:
    'token accesstoken refreshtoken idtoken authtoken apikey xapikey secret clientsecret password passwd pwd passphrase session ' +
    'sessionid jsessionid phpsessid sid auth authorization csrf csrftoken xcsrftoken signature sig otp pin cvv cvc ssn passport passportnumber nationalid taxid iban bearer jwt ' +
    [...postcodes].join(' '),
  name: 'name firstname lastname surname givenname familyname fullname middlename maidenname username login customername displayname nickname contactname street address addressline1 addressline2 city town',
  birth: 'dob dateofbirth birthdate birthday birth',
  person:
    'user users customer customers author authors owner owners member members person persons people employee employees patient patients ' +
    'student students guest guests subscriber subscribers recipient sender assignee assignedto createdby updatedby',
};

const defaults: ReadonlyMap<string, OwnRule> = new Map(
  Object.entries(byKind).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as OwnRule] as const)),
);

/** Which rule a field follows. `explicit` rules are the manifest's and win over the detectors. */
export interface FieldDecision {
  readonly rule: OwnRule;
  readonly explicit: boolean;
  /** The name that decided, without case and separators. */
  readonly name: string;
}

export type FieldRules = (fields: readonly string[]) => FieldDecision | null;

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Rules by field name: the manifest's first, then Hone's own. Names are compared without case, hyphens and underscores; the
 * innermost name that has a rule decides, so that `name: { first, last }` follows `name`. A `person` is one by the innermost name
 * alone: the fields of `user: { theme }` are not all somebody's name.
 */
export function makeFieldRules(manifestFields: Readonly<Record<string, FieldRule>>): FieldRules {
  const own = new Map(Object.entries(manifestFields).map(([name, rule]) => [plain(name), rule]));
  const cache = new Map<string, FieldDecision | null>();
  const one = (name: string): FieldDecision | null => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const key = plain(name);
    const explicit = own.get(key);
    const rule = explicit ?? defaults.get(key);
    const decision = rule === undefined ? null : { rule, explicit: explicit !== undefined, name: key };
    if (cache.size < 4096) cache.set(name, decision);
    return decision;
  };
  return (fields) => {
    for (const [index, name] of fields.entries()) {
      const decision = one(name);
      if (decision !== null && (index === 0 || decision.rule !== 'person')) return decision;
    }
    return null;
  };
}
