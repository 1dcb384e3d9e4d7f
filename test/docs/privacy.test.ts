import { expect, test } from 'vitest';
import { identifierKinds } from '../../domain/model/identifier-kinds.ts';
import { rulePackNames, rulePacks } from '../../domain/privacy/packs.ts';
import { detectors } from '../../traffic/deidentify/detect/detect.ts';
import { plain, readPage, tableRows } from './pages.ts';

const page = () => readPage('docs/privacy.md');
const first = (rows: readonly (readonly string[])[]) => rows.map(([cell]) => plain(cell!));

test('docs/privacy.md has every kind of identifier, and every kind has a detector', () => {
  expect(first(tableRows(page(), 'kind', 'by form', 'what a pseudonym keeps'))).toEqual([...identifierKinds]);
  expect([...new Set(detectors.map(({ kind }) => kind))].toSorted()).toEqual([...identifierKinds].toSorted());
});

test('docs/privacy.md has every rule pack with its days and places', () => {
  const rows = tableRows(page(), 'pack', 'law', 'adds', 'days', 'regions').map(([pack, , , days, regions]) => [
    plain(pack!),
    Number(days),
    regions,
  ]);
  expect(rows).toEqual(rulePackNames.map((name) => [name, rulePacks[name].keepDays, rulePacks[name].regions?.join(', ') ?? 'any']));
});
