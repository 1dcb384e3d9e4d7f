/** `0.1234` is `12.3 %`. */
export function perCent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Three significant digits, thousands grouped: `0.0423`, `1.85`, `12,346`. */
export function significant(value: number): string {
  return Math.abs(value) >= 100 ? grouped(value) : String(Number(value.toPrecision(3)));
}

/** `1234567` is `1,234,567`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
