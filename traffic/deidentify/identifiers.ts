import type { IdentifierKind } from '../../domain/model/identifier-kinds.ts';
import { addressShape, renderIpv4, renderIpv6, type AddressShape } from './shapes/addresses.ts';
import { publicMailDomains } from './shapes/mail-domains.ts';
import {
  cardShape,
  ibanShape,
  nationalShape,
  phoneDigits,
  phoneShape,
  renderCard,
  renderIban,
  renderNational,
  renderPhone,
  renderWrong,
  type NumberShape,
} from './shapes/numbers.ts';
import {
  coordinateShape,
  dayShape,
  macShape,
  mrzShape,
  renderCoordinate,
  renderDay,
  renderMac,
  renderMrz,
  renderUlid,
  renderUuid,
  uuidShape,
  type ValueShape,
} from './shapes/values.ts';
import { compactNumber } from './checks/national.ts';
import { byteStream, fillMask, fillName, fillTemplate, templateOf, type Template } from './template.ts';

export { hasLuhn } from './checks/digits.ts';
export type { IdentifierKind };

/** What a pseudonym keeps of a value. */
export type Shape =
  | NumberShape
  | AddressShape
  | ValueShape
  | { readonly form: 'template' | 'name' | 'mask'; readonly template: Template }
  /** `publicDomain` is null for a domain that names an organisation. */
  | {
      readonly form: 'email';
      readonly local: Template;
      readonly publicDomain: string | null;
      readonly domain: Template;
      readonly tail: string;
    }
  | { readonly form: 'empty' }
  /** A value whose order among others stays; its digest is the text that `tokenise` made. */
  | { readonly form: 'ordered'; readonly raw: 'date' | 'number' }
  | { readonly form: 'prefixed'; readonly prefix: string; readonly template: Template };

/** What a token or a record may begin with that names its issuer and nobody else; a closed list, since any other beginning may be a person's name. */
const wellKnownPrefix =
  /^(?:(?:sk|pk|rk)_(?:live_|test_)?|gh[opsur]_|github_pat_|gl(?:pat|dt|rt|soat|ptt)-|xox[abeoprs]-|xapp-|eyJ|(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)(?=[A-Z0-9]{16}$)|AIza|ya29\.|GOCSPX-|npm_|pypi-|SG\.|whsec_|(?:AC|SK|AP|CA|MG)(?=[0-9a-f]{32}$)|key-|sk-(?:ant-|proj-|svcacct-)?|hf_|dop_v1_|shp(?:at|ca|pa|ss)_|sq0(?:atp|csp)-|hv[sb]\.|lin_api_|PMAK-|(?:cus|pi|ch|sub|in|pm|acct|cs|evt|prod|price|seti|src|tok|txn|po|re)_)/;

const compacted: ReadonlySet<IdentifierKind> = new Set(['iban', 'national', 'passport']);

/** The form of a value that its pseudonym hangs on: equal for all spellings of the same identifier. */
export function normalise(kind: IdentifierKind, raw: string): string {
  const text = raw.normalize('NFC').trim();
  if (kind === 'phone') return phoneDigits(text) || text;
  if (kind === 'card') return text.replaceAll(/\D/g, '') || text;
  if (kind === 'token') return text;
  if (compacted.has(kind)) return compactNumber(text).toLowerCase();
  if (kind === 'mac') return text.toLowerCase().replaceAll(/[:.-]/g, '');
  if (kind === 'address') return text.toLowerCase().replaceAll(/\s/g, '');
  if (kind === 'birth')
    return text
      .replace(
        /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/,
        (_, day: string, month: string, year: string) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
      )
      .toLowerCase();
  return text.toLowerCase();
}

/**
 * The shape of a value of a kind; a value that is not of the kind's form keeps length and classes alone.
 * @param phoneRegion of telephone numbers without calling code
 */
export function shapeOf(kind: IdentifierKind, raw: string, phoneRegion: string | null = null): Shape {
  return (kind === 'phone' ? phoneShape(raw, phoneRegion) : shapes[kind](raw)) ?? { form: 'template', template: templateOf(raw) };
}

const named = (raw: string): Shape => ({ form: 'name', template: templateOf(raw) });

const shapes: Readonly<Record<Exclude<IdentifierKind, 'phone'>, (raw: string) => Shape | null>> = {
  drop: () => ({ form: 'empty' }),
  mask: (raw) => ({ form: 'mask', template: templateOf(raw) }),
  name: named,
  address: (raw) => (/\d/.test(raw) ? null : named(raw)),
  birth: dayShape,
  email: emailShape,
  ip: addressShape,
  card: cardShape,
  iban: ibanShape,
  mac: macShape,
  national: nationalShape,
  passport: mrzShape,
  coordinate: coordinateShape,
  token: prefixedShape,
  record: (raw) => uuidShape(raw) ?? (/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(raw) ? { form: 'ulid' } : prefixedShape(raw)),
};

function prefixedShape(raw: string): Shape | null {
  const prefix = wellKnownPrefix.exec(raw)?.[0];
  return prefix === undefined ? null : { form: 'prefixed', prefix, template: templateOf(raw.slice(prefix.length)) };
}

function emailShape(raw: string): Shape | null {
  const at = raw.search(/[@＠](?=[^@＠]*$)/u);
  if (at < 1) return null;
  const domain = raw.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const isPublic = publicMailDomains.has(domain.toLowerCase());
  return {
    form: 'email',
    local: templateOf(raw.slice(0, at)),
    publicDomain: isPublic ? domain : null,
    domain: domainTemplate(domain.slice(0, Math.max(0, dot))),
    tail: dot < 0 ? '' : domain.slice(dot),
  };
}

/** Punycode's mark stays, with plain letters and digits after it. */
function domainTemplate(domain: string): Template {
  return domain.replaceAll(
    /(^|\.)(xn--)?([^.]*)/gi,
    (_, dot: string, mark: string | undefined, label: string) => `${dot}${mark === undefined ? '' : 'xn--'}${templateOf(label)}`,
  ) as Template;
}

/** Writes the pseudonym: a function of digest and shape alone. */
export function renderPseudonym(shape: Shape, digest: Buffer, domainDigest: Buffer | null): string {
  switch (shape.form) {
    case 'empty':
      return '';
    case 'template':
      return fillTemplate(shape.template, digest);
    case 'mask':
      return fillMask(shape.template);
    case 'name':
      return fillName(shape.template, digest);
    case 'prefixed':
      return shape.prefix + fillTemplate(shape.template, digest);
    case 'ordered':
      return digest.toString('utf8');
    case 'email':
      return `${fillTemplate(shape.local, digest)}@${shape.publicDomain ?? fillTemplate(shape.domain, domainDigest ?? digest) + shape.tail}`;
    case 'mrz':
      return renderMrz(shape, digest);
    case 'card':
    case 'phone':
    case 'national':
    case 'iban':
    case 'wrong':
    case 'day':
    case 'ipv4':
    case 'ipv6':
    case 'mac':
    case 'uuid':
    case 'ulid':
    case 'coordinate':
      return renderFromBytes(shape, byteStream(digest));
  }
}

type ByteShape = Extract<
  Shape,
  { form: 'card' | 'phone' | 'national' | 'iban' | 'wrong' | 'day' | 'ipv4' | 'ipv6' | 'mac' | 'uuid' | 'ulid' | 'coordinate' }
>;

function renderFromBytes(shape: ByteShape, next: () => number): string {
  switch (shape.form) {
    case 'card':
      return renderCard(shape, next);
    case 'phone':
      return renderPhone(shape, next);
    case 'national':
      return renderNational(shape, next);
    case 'iban':
      return renderIban(shape, next);
    case 'wrong':
      return renderWrong(shape, next);
    case 'day':
      return renderDay(shape, next);
    case 'ipv4':
      return renderIpv4(shape, next);
    case 'ipv6':
      return renderIpv6(shape, next);
    case 'mac':
      return renderMac(shape, next);
    case 'uuid':
      return renderUuid(shape, next);
    case 'ulid':
      return renderUlid(next);
    case 'coordinate':
    default:
      return renderCoordinate(shape, next);
  }
}
