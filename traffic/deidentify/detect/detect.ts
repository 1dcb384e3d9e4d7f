import { birthDetectors } from './birth.ts';
import { contactDetectors, phoneDetectors } from './contact.ts';
import { credentialDetectors, opaqueDetectors } from './credentials.ts';
import { mayHave, type Detector, type Match } from './detector.ts';
import { digitsIn, has, longestRun, marksOf, type Marks } from './marks.ts';
import { nationalDetectors } from './national.ts';
import { networkDetectors } from './network.ts';
import { paymentDetectors } from './payment.ts';
import { loginDetectors } from './logins.ts';
import { personCueDetectors } from './person-cues.ts';
import { personTalkDetectors } from './person-talk.ts';
import { personDetectors } from './person.ts';
import { placeDetectors } from './place.ts';
import { postcodeDetectors } from './postcodes.ts';
import { recordCueDetectors } from './record-cues.ts';
import { recordDetectors } from './record.ts';
import { remembered } from '../remembered.ts';
import { travelDetectors } from './travel.ts';

/** Every detector in order of precedence: what an earlier one took, a later one does not see. */
export const detectors: readonly Detector[] = [
  ...credentialDetectors,
  ...contactDetectors,
  ...recordDetectors,
  ...networkDetectors,
  ...travelDetectors,
  ...birthDetectors,
  ...paymentDetectors,
  ...nationalDetectors,
  ...phoneDetectors,
  ...placeDetectors,
  ...postcodeDetectors,
  ...recordCueDetectors,
  ...personDetectors,
  ...personCueDetectors,
  ...personTalkDetectors,
  ...loginDetectors,
  ...opaqueDetectors,
];

/** The version of the whole set, for the reports: the number of detectors and the sum of their versions, which every change raises. */
export const detectorsVersion = `${detectors.length}.${detectors.reduce((sum, { version }) => sum + version, 0)}`;

/** Without a digit, a sign of an address or two words there is nothing that any detector could see. */
const anyMark = has.digit | has.at | has.colon | has.underscore | has.space | has.dot | has.angle | has.wide;

/** Every identifier in a text that shows itself by its form, without overlap, in the order of the text. */
export function detect(text: string): readonly Match[] {
  return text.length < 3 ? none : detectMarked(text, marksOf(text));
}

const none: readonly Match[] = [];

function detectMarked(text: string, marks: Marks): readonly Match[] {
  if ((marks & anyMark) === 0) return none;
  let found: Match[] | null = null;
  for (const detector of candidatesFor(marks)) {
    if (detector.may.text?.(text) === false) continue;
    const hits = search(detector, text, found ?? none);
    if (hits === null) continue;
    found = found === null ? hits : [...found, ...hits].sort((a, b) => a.start - b.start);
  }
  return found ?? none;
}

/** Texts with the same marks have the same detectors to look at them. The marks hold nothing of a value but its classes. */
const candidatesFor = remembered((marks: Marks): readonly Detector[] =>
  detectors.filter((detector) => mayHave(detector, marks, digitsIn(marks), longestRun(marks))),
);

/** The detector's matches beside those of earlier ones, which are in order; null for none. */
function search({ pattern, accepts, kind, name }: Detector, text: string, earlier: readonly Match[]): Match[] | null {
  let hits: Match[] | null = null;
  let at = 0;
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
    const accepted = accepts(hit[0], text, hit.index);
    if (accepted === false) continue;
    const start = hit.index + (accepted === true ? 0 : accepted[0]);
    const end = hit.index + (accepted === true ? hit[0].length : accepted[1]);
    pattern.lastIndex = Math.max(end, hit.index + 1);
    while (at < earlier.length && (earlier[at]?.end ?? 0) <= start) at += 1;
    if (end > start && (earlier[at]?.start ?? Infinity) >= end) (hits ??= []).push({ kind, start, end, by: name });
  }
  return hits;
}
