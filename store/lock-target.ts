import { HoneError } from '../domain/errors.ts';
import type { TargetId } from '../domain/ids.ts';
import type { Queries } from './client.ts';

/** Makes whoever numbers something within the target wait for the others, until the transaction ends. Throws `target-not-found`. */
export async function lockTarget(tx: Queries, targetId: TargetId): Promise<void> {
  const rows: unknown[] = await tx.$queryRaw`SELECT "id" FROM "Target" WHERE "id" = ${targetId} FOR UPDATE`;
  if (rows.length === 0) throw noTarget(targetId);
}

export function noTarget(targetId: TargetId): HoneError {
  return new HoneError(
    'target-not-found',
    `There is no target with the id ${targetId}.`,
    'Register the target first: hone target add DIR.',
  );
}
