import type { FieldRule } from '../model/identifier-kinds.ts';

/** What one jurisdiction's law asks of a corpus of de-identified requests. */
export interface RulePack {
  readonly law: string;
  /** The provision that the fields and places come from. */
  readonly source: string;
  /** Field names, without case and separators, that the law names beside the identifiers that Hone finds for every law. */
  readonly fields: Readonly<Partial<Record<FieldRule, string>>>;
  /** A corpus is removed after so many days. The laws say "no longer than necessary"; the figure is Hone's reading, and the strictest of the chosen packs holds. */
  readonly keepDays: number;
  /** Where corpora and keys may lie: ISO 3166 countries, or EEA; null where the law leaves it open. */
  readonly regions: readonly string[] | null;
}

const specialCategories =
  'religion religiousbelief ethnicity ethnicorigin race politicalopinion politicalparty tradeunion unionmembership sexualorientation ' +
  'sexlife diagnosis diagnoses disability healthstatus healthcondition bloodtype geneticdata biometric fingerprint faceid';

/** The rule packs by name. Every pack asks for every kind of identifier: each of the laws covers whatever singles a person out. */
export const rulePacks = {
  gdpr: {
    law: 'General Data Protection Regulation (EU) 2016/679',
    source: 'Articles 4(1), 5(1)(e), 9(1) and 44',
    fields: { mask: specialCategories },
    keepDays: 30,
    regions: ['EEA'],
  },
  hipaa: {
    law: 'Health Insurance Portability and Accountability Act, Privacy Rule',
    source: '45 CFR 164.514(b)(2)(i), Safe Harbor, items A to R',
    fields: {
      record:
        'mrn medicalrecordnumber recordnumber patientid healthplannumber healthplanid beneficiarynumber memberid policynumber ' +
        'accountnumber certificatenumber licensenumber licencenumber driverlicense driverslicense vin vehicleid licenseplate numberplate ' +
        'deviceserial serialnumber deviceid',
      birth: 'admissiondate dischargedate dateofdeath deathdate dateofservice servicedate',
      token: 'fingerprint voiceprint faceid biometric',
      address: 'county precinct',
      mask: 'diagnosis diagnoses',
    },
    keepDays: 30,
    regions: null,
  },
  ccpa: {
    law: 'California Consumer Privacy Act, as amended by the California Privacy Rights Act',
    source: 'California Civil Code 1798.100(a)(3), 1798.140(v) and (ae)',
    fields: {
      record: 'driverlicense driverslicense accountnumber deviceid advertisingid idfa gaid adid householdid',
      mask: 'race ethnicity ethnicorigin religion religiousbelief unionmembership geneticdata sexlife sexualorientation',
    },
    keepDays: 45,
    regions: null,
  },
  lgpd: {
    law: 'Lei Geral de Proteção de Dados, Lei 13.709/2018',
    source: 'Articles 5(I), 5(II), 15 and 33',
    fields: { mask: `${specialCategories} religiao raca etnia`, national: 'rg titulodeeleitor pispasep' },
    keepDays: 30,
    regions: ['BR', 'EEA'],
  },
  pipl: {
    law: 'Personal Information Protection Law of the People’s Republic of China',
    source: 'Articles 4, 19, 28, 38 and 40',
    fields: {
      mask: 'religion religiousbelief healthstatus healthcondition diagnosis',
      token: 'biometric faceid fingerprint',
      record: 'accountnumber wechatid openid unionid deviceid imei imsi oaid',
      coordinate: 'track trajectory whereabouts',
    },
    keepDays: 15,
    regions: ['CN'],
  },
} as const satisfies Readonly<Record<string, RulePack>>;

export type RulePackName = keyof typeof rulePacks;
export const rulePackNames = Object.keys(rulePacks) as [RulePackName, ...RulePackName[]];

/** The European Economic Area: the Union's countries, Iceland, Liechtenstein and Norway. */
const eea: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);

/** The packs that do not allow corpora and keys in a country (ISO 3166-1, two letters), each with where it does: `pipl (CN)`. */
export function packsAgainst(names: readonly RulePackName[], country: string): readonly string[] {
  return names.flatMap((name) => {
    const { regions }: RulePack = rulePacks[name];
    const isAllowed = regions?.some((region) => region === country || (region === 'EEA' && eea.has(country))) ?? true;
    return isAllowed ? [] : [`${name} (${regions?.join(', ') ?? ''})`];
  });
}

/** The packs that let a corpus stay for less than so many days, each with its days: `pipl (15)`. */
export function packsShorterThan(names: readonly RulePackName[], days: number): readonly string[] {
  return names.flatMap((name) => (rulePacks[name].keepDays < days ? [`${name} (${rulePacks[name].keepDays})`] : []));
}

/** What several packs ask for together: the shortest time, and the places that all of them allow (null: anywhere). */
export function strictest(names: readonly RulePackName[]): Pick<RulePack, 'keepDays' | 'regions'> {
  const packs: readonly RulePack[] = names.map((name) => rulePacks[name]);
  const regions = packs.reduce<readonly string[] | null>(
    (left, { regions: right }) => (left === null ? right : right === null ? left : left.filter((region) => right.includes(region))),
    null,
  );
  return { keepDays: Math.min(...packs.map(({ keepDays }) => keepDays)), regions };
}
