/** Values of characters at odd places, from 0 and A on (Decreto 23 dicembre 1976, table of odd characters). */
const oddDigits = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const oddLetters = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Where two people would have one code, digits from the right become these letters (omocodia). */
const form = /^[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/;

/** The sixteenth character of a codice fiscale, from its first fifteen. */
export function codiceFiscaleLetter(stem: string): string {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const code = stem.charCodeAt(index);
    const value = code < 58 ? code - 48 : code - 65;
    sum += index % 2 === 1 ? value : ((code < 58 ? oddDigits : oddLetters)[value] ?? 0);
  }
  return String.fromCharCode(65 + (sum % 26));
}

/** @param value upper case, without separators */
export function isCodiceFiscale(value: string): boolean {
  return form.test(value) && codiceFiscaleLetter(value) === value[15];
}
