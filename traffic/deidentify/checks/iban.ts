import { mod97 } from './digits.ts';

/** Lengths of an IBAN by country: the registry of ISO 13616-1 that SWIFT keeps, release 99. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 ' +
    'MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 ' +
    'TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** How many letters and digits an IBAN of the country has; undefined for a country without IBANs. */
export const ibanLength = (country: string): number | undefined => lengths.get(country);

/** True for an IBAN of its country's length with valid check digits. @param value upper case, without separators */
export function isIban(value: string): boolean {
  return (
    lengths.get(value.slice(0, 2)) === value.length &&
    /^[A-Z]{2}\d{2}[A-Z\d]+$/.test(value) &&
    mod97(value.slice(4) + value.slice(0, 4)) === 1
  );
}

/** The two check digits of a country's account number. */
export function ibanCheck(country: string, account: string): string {
  return String(98 - mod97(`${account}${country}00`)).padStart(2, '0');
}
