/**
 * The kinds of identifier that get a pseudonym; each has a key of its own, so that a number that is a card here and a phone there
 * has two pseudonyms. `mask` and `drop` are what a manifest says of a field.
 */
export const identifierKinds = [
  'email',
  'phone',
  'card',
  'iban',
  'ip',
  'mac',
  'national',
  'passport',
  'birth',
  'name',
  'address',
  'coordinate',
  'token',
  'record',
] as const;

/** What a detector finds. */
export type DetectedKind = (typeof identifierKinds)[number];

/** What stands in a finding: a kind, or what the manifest ordered. */
export type IdentifierKind = DetectedKind | 'mask' | 'drop';

/** What a manifest may say of a field. */
export const fieldRules = ['keep', 'mask', 'drop', ...identifierKinds] as const;
export type FieldRule = (typeof fieldRules)[number];
