import { Metadata, getCountries, getCountryCallingCode, isSupportedCountry, type CountryCode } from 'libphonenumber-js/min';

/** What the countries of one calling code accept as a national number, from libphonenumber's numbering plans. */
interface CallingCode {
  readonly patterns: readonly RegExp[];
}

let plans: ReadonlyMap<string, CallingCode> | null = null;

/** Compiled once, at first need: the library's own check parses the number anew each time, which takes a hundred times as long. */
function plansByCode(): ReadonlyMap<string, CallingCode> {
  if (plans !== null) return plans;
  const byCode = new Map<string, { patterns: RegExp[] }>();
  for (const country of getCountries()) {
    const code = getCountryCallingCode(country);
    const known = byCode.get(code) ?? { patterns: [] };
    known.patterns.push(nationalPattern(country));
    byCode.set(code, known);
  }
  plans = byCode;
  return byCode;
}

interface PlanWithPattern {
  nationalNumberPattern(): string;
}

function nationalPattern(country: CountryCode): RegExp {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  const plan = metadata.numberingPlan as unknown as PlanWithPattern;
  return new RegExp(`^(?:${plan.nationalNumberPattern()})$`);
}

/** The calling code that the digits of an international number begin with (E.164: no code is the beginning of another); null for none. */
export function callingCodeOf(digits: string): string | null {
  for (const length of [1, 2, 3]) if (plansByCode().has(digits.slice(0, length))) return digits.slice(0, length);
  return null;
}

/** True for a number of the calling code's numbering plans. @param national digits without calling code and trunk prefix */
export function isNationalNumber(callingCode: string, national: string): boolean {
  return (
    plansByCode()
      .get(callingCode)
      ?.patterns.some((pattern) => pattern.test(national)) ?? false
  );
}

/** True for an international number, calling code first. */
export function isInternationalNumber(digits: string): boolean {
  const code = callingCodeOf(digits);
  return code !== null && isNationalNumber(code, digits.slice(code.length));
}

/** The calling code of a region (ISO 3166-1, two letters); null for none, and for one without a numbering plan. */
export function callingCodeOfRegion(region: string | null): string | null {
  return region !== null && isSupportedCountry(region) ? getCountryCallingCode(region) : null;
}
