/** ICAO 9303, part 3, 4.9: weights 7, 3, 1; digits as they are, A = 10 to Z = 35, the filler 0; modulo ten. */
function mrzDigit(text: string): string {
  const weights = [7, 3, 1];
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const value = code < 58 && code >= 48 ? code - 48 : code >= 65 ? code - 55 : 0;
    sum += value * (weights[index % 3] ?? 0);
  }
  return String(sum % 10);
}

/** True when number, birth, expiry and the whole second line of a passport have their check digits. */
export function hasMrzChecks(line: string): boolean {
  return (
    line.length === 44 &&
    withMrzChecks(line) === (line[42] === '<' ? line.slice(0, 42) + mrzDigit(line.slice(28, 42)) + line.slice(43) : line)
  );
}

/** The line with every check digit set right. */
export function withMrzChecks(line: string): string {
  const number = line.slice(0, 9) + mrzDigit(line.slice(0, 9));
  const birth = line.slice(13, 19) + mrzDigit(line.slice(13, 19));
  const expiry = line.slice(21, 27) + mrzDigit(line.slice(21, 27));
  const personal = line.slice(28, 42) + mrzDigit(line.slice(28, 42));
  return `${number}${line.slice(10, 13)}${birth}${line[20] ?? ''}${expiry}${personal}${mrzDigit(number + birth + expiry + personal)}`;
}
