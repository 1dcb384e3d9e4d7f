export type AddressShape =
  /** How many digits each of the four numbers has. */
  | { readonly form: 'ipv4'; readonly lengths: readonly number[] }
  /** What follows the first two groups: `x` for each hexadecimal digit, colons as they are. */
  | { readonly form: 'ipv6'; readonly rest: string };

export function addressShape(raw: string): AddressShape | null {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(raw)) return { form: 'ipv4', lengths: raw.split('.').map(({ length }) => length) };
  const rest = /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4})?((?::|$)[0-9a-f:]*)$/i.exec(raw)?.[1];
  return raw.includes(':') ? { form: 'ipv6', rest: widened(rest?.replaceAll(/[0-9a-f]/gi, 'x') ?? '::xxxx:xxxx') } : null;
}

/** At least four digits that differ from address to address: `::1` alone has fifteen others. */
function widened(rest: string): string {
  const places = rest.length - rest.replaceAll('x', '').length;
  if (places >= 4) return rest;
  return places === 0 ? ':xxxx::' : rest.replace(/x+$/, 'xxxx');
}

const ranges: readonly (readonly [low: number, high: number])[] = [
  [0, 9],
  [0, 9],
  [10, 99],
  [100, 254],
];

/**
 * An address of 10.0.0.0/8 (RFC 1918), or of 100.64.0.0/10 (RFC 6598) where all twelve digits are there: nobody's, and as long as the value. A digit more
 * or less than the first number of the value has is made good by another.
 */
export function renderIpv4({ lengths }: Extract<AddressShape, { form: 'ipv4' }>, next: () => number): string {
  const wide = () => (next() << 8) | next();
  const number = (length: number) => {
    const [low, high] = ranges[length] ?? [0, 9];
    return low + (wide() % (high - low + 1));
  };
  const [first = 2, ...others] = lengths;
  if (lengths.every((length) => length === 3)) return `100.${String(100 + (wide() % 28))}.${String(number(3))}.${String(number(3))}`;
  const over = first - 2;
  const at = over === 0 ? -1 : others.findIndex((length) => length + over >= 1 && length + over <= 3);
  const [second, third, fourth] = others.map((length, index) => number(index === at ? length + over : length));
  return `10.${String(second)}.${String(third)}.${String(Math.max(1, fourth ?? 1))}`;
}

/** An address of 2001:db8::/32 (RFC 3849) with the groups of the value. */
export function renderIpv6({ rest }: Extract<AddressShape, { form: 'ipv6' }>, next: () => number): string {
  const digits = rest.replaceAll('x', () => (next() % 16).toString(16));
  return `2001:db8${digits}`;
}
