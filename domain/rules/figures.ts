/** `0.1234` is `12.3 %`. */
export function perCent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `1234567` is `1,234,567`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
