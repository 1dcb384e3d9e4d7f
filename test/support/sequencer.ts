import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take minutes first, the longest of them before the others, so that no worker has one left when the other has none. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

const long = ['/e2e/demo', '/e2e/faults', '/e2e/', '/workflows/'];

function rank({ moduleId }: TestSpecification): number {
  const place = long.findIndex((part) => moduleId.includes(part));
  return place < 0 ? long.length : place;
}
