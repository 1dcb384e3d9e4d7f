import type { FieldRule } from '../../domain/manifest/schema.ts';

const byKind: Readonly<Record<string, string>> = {
  email: 'email emailaddress mail useremail contactemail',
  phone: 'phone phonenumber mobile mobilenumber cell tel telephone fax msisdn contactphone',
  card: 'card cardnumber creditcard creditcardnumber ccnumber pan',
  ip: 'ip ipaddress clientip remoteip remoteaddr xforwardedfor xrealip xclientip trueclientip forwardedfor',
  token:
    'token accesstoken refreshtoken idtoken authtoken apikey xapikey secret clientsecret password passwd pwd passphrase session ' +
    'sessionid sid auth authorization csrf csrftoken xcsrftoken signature sig otp pin cvv cvc ssn passport passportnumber nationalid taxid iban bearer jwt',
  name: 'name firstname lastname surname givenname familyname fullname middlename maidenname username login customername displayname nickname contactname street address addressline1 addressline2',
};

const defaults: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries(byKind).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as FieldRule] as const)),
);

/** Which rule a field follows. `explicit` rules are the manifest's and win over the detectors. */
export interface FieldDecision {
  readonly rule: FieldRule;
  readonly explicit: boolean;
}

export type FieldRules = (fields: readonly string[]) => FieldDecision | null;

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Rules by field name: the manifest's first, then Hone's own. Names are compared without case, hyphens and underscores; the
 * innermost name that has a rule decides, so that `name: { first, last }` follows `name`.
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
    const decision = rule === undefined ? null : { rule, explicit: explicit !== undefined };
    if (cache.size < 4096) cache.set(name, decision);
    return decision;
  };
  return (fields) => {
    for (const name of fields) {
      const decision = one(name);
      if (decision !== null) return decision;
    }
    return null;
  };
}
