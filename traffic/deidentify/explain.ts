import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { ExplainedChange, Explanation, ShownRequest } from '../../domain/model/explanation.ts';
import { findingsOf, leavesOf, type Finding, type Leaf } from './document.ts';
import { makeFieldRules, type FieldRules } from './fields.ts';
import { normalise } from './identifiers.ts';
import { makeSessionStages, passThrough } from './pipeline.ts';
import { partsOfSuspect } from './sanitise.ts';
import type { Envelope, IncomingRequest, Stage } from './stage.ts';
import { unpackCodings } from './validate/unpack.ts';

/** What a finding was before its raw value left. */
interface Noted {
  readonly leaf: Leaf;
  readonly raw: string;
}

/**
 * The five stages with their reasons: what each of them would do to a request, and by which rule. For people who try their own requests;
 * a gateway never runs it, since what it answers holds the raw values.
 */
export function makeExplainer(rules: DeidentificationRules, key: Uint8Array): (incoming: IncomingRequest) => Explanation {
  const { stages } = makeSessionStages(rules, key);
  const fieldRules = makeFieldRules(rules);
  return (incoming) => {
    const noted = new Map<Finding, Noted>();
    const pseudonyms = new Map<Finding, string>();
    const onReplaced = (finding: Finding, pseudonym: string) => void pseudonyms.set(finding, pseudonym);
    const noting = stages.map((stage) => notingFindings(stage, noted));
    const { envelope, dropped } = passThrough(noting, incoming, { onReplaced }, () => {
      noted.clear();
      pseudonyms.clear();
    });
    const changes = [...noted].map(([finding, { leaf, raw }]): ExplainedChange => {
      const { place, fields } = leaf;
      return {
        place,
        fields,
        kind: finding.kind,
        before: raw,
        after: pseudonyms.get(finding) ?? '',
        why: envelope.isAgain && isSuspect(raw, finding, envelope) ? secondLook(finding) : whyOf(finding, leaf, fieldRules),
      };
    });
    const output = dropped === null ? envelope.output : null;
    const after = output === null ? null : shownOutput(output);
    const why = dropped && { ...dropped, finding: envelope.refusal };
    return { before: shownIncoming(incoming), after, dropped: why, changes, headers: headerNotes(incoming, output, changes) };
  };
}

/** Stage 1 that notes what it found before stage 2 takes it away. */
function notingFindings(stage: Stage, noted: Map<Finding, Noted>): Stage {
  if (stage.name !== 'sanitise') return stage;
  return {
    ...stage,
    apply(envelope) {
      stage.apply(envelope);
      noteFindings(envelope, noted);
    },
  };
}

/** Whether it is what the second look saw, or a part of that: names, addresses and pairs of coordinates are replaced part by part. */
const isSuspect = (raw: string, { kind }: Finding, { suspects }: Envelope) =>
  [...suspects].some(([value, suspected]) =>
    partsOfSuspect(value, suspected === 'raw-value' ? kind : suspected).some(([part]) => normalise(kind, part) === normalise(kind, raw)),
  );
const secondLook = ({ kind }: Finding) => `the second look found it in what would have left: ${kind}`;

function noteFindings({ document }: Envelope, noted: Map<Finding, Noted>): void {
  if (document === null) return;
  for (const leaf of leavesOf(document)) {
    for (const finding of findingsOf(leaf)) if (finding.raw !== null) noted.set(finding, { leaf, raw: finding.raw });
  }
}

function whyOf({ kind }: Finding, leaf: Leaf, rules: FieldRules): string {
  const decision = leaf.isName ? null : rules(leaf.fields);
  if (decision?.explicit === true) return `the manifest says of the field "${decision.name}": ${decision.rule}`;
  if (decision !== null) return `a field of the name "${decision.name}" holds: ${decision.rule}`;
  return kind === 'name' ? 'the form of a name, or found by its field elsewhere in the request' : `the form of the value: ${kind}`;
}

function headerNotes(incoming: IncomingRequest, output: CorpusRequest | null, changes: readonly ExplainedChange[]): Explanation['headers'] {
  if (output === null) return [];
  const replaced = new Set(changes.flatMap(({ place, fields }) => (place === 'header' ? fields : [])).map((name) => name.toLowerCase()));
  return incoming.headers.flatMap(([name, value]) => {
    const left = output.headers[name];
    if (left === undefined) return [{ name, why: 'left out: it is not one of the headers that may leave' }];
    const isOwn = left === value || name === 'cookie' || replaced.has(name);
    return isOwn ? [] : [{ name, why: `cut down to what the code may branch on: ${left}` }];
  });
}

function shownIncoming({ method, target, headers, body }: IncomingRequest): ShownRequest {
  const coding = headers.find(([name]) => name === 'content-encoding')?.[1] ?? '';
  return { method, target, headers, body: (unpackCodings(Buffer.from(body), coding) ?? Buffer.from(body)).toString('utf8') };
}

function shownOutput({ method, path, headers, body = '' }: CorpusRequest): ShownRequest {
  const bytes = Buffer.from(body, 'base64');
  const text = (unpackCodings(bytes, headers['content-encoding'] ?? '') ?? bytes).toString('utf8');
  return { method, target: path, headers: Object.entries(headers), body: text };
}
