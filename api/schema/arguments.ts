import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId, type TargetId } from '../../domain/ids.ts';
import type { RefreshCycle } from '../../domain/model/cycle.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Store } from '../../domain/ports/store.ts';
import { readId } from '../global-id.ts';

/** The target of that name. Throws `target-not-found`. */
export async function targetNamed(store: Store, name: string): Promise<Target> {
  const target = await store.targets.byName(name);
  if (target) return target;
  throw new HoneError(
    'target-not-found',
    `There is no target "${name.slice(0, 80)}".`,
    'Register it (hone target add DIRECTORY), or look for its name (hone target list).',
  );
}

/** The id of the target that a list is narrowed to; null for all. Throws `target-not-found`. */
export async function filterBy(store: Store, name: string | null | undefined): Promise<{ readonly targetId: TargetId | null }> {
  return { targetId: name == null ? null : (await targetNamed(store, name)).id };
}

/** Throws `not-found`. */
export async function releaseNumbered(store: Store, target: Target, number: number): Promise<Release> {
  const release = await store.releases.byNumber(target.id, number);
  if (release) return release;
  const message = `${target.name} has no release ${String(number)}.`;
  throw new HoneError('not-found', message, `See which there are: hone release list ${target.name}.`);
}

/** Throws `input-invalid` for an empty reason or actor. */
export function saidText(what: string, text: string): string {
  const said = text.trim();
  if (said !== '' && said.length <= 500) return said;
  const message = `The ${what} has ${String(said.length)} characters.`;
  throw new HoneError('input-invalid', message, `Give a ${what} of 1 to 500 characters; it is kept in the record.`);
}

/** Throws `input-invalid`. */
export function channelName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return name;
  const message = `"${name.slice(0, 80)}" is not the name of a channel.`;
  throw new HoneError('input-invalid', message, 'Use lower-case letters, digits and hyphens, starting with a letter: stable.');
}

/** Throws `not-found`, and `input-invalid` for what is no id. */
export async function cycleOf(store: Store, text: string): Promise<RefreshCycle> {
  const id = asId<CycleId>(readId(text, 'RefreshCycle'));
  const cycle = await store.cycles.byId(id);
  if (cycle) return cycle;
  throw new HoneError('not-found', `There is no cycle ${id}.`, 'See which there are: hone cycle list.');
}
