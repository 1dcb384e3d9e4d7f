import { isReference } from '../path-rules.ts';
import type { Accepted, Detector } from './detector.ts';
import { has } from './marks.ts';

const nouns =
  'order|booking|reservation|customer|client|account|acct|policy|claim|case|ticket|invoice|member|membership|patient|contract|subscription|shipment|application|employee|student|loyalty|confirmation|' +
  'Kunden|Bestell|Auftrags?|Rechnungs?|Vertrags?|Buchungs?|Mitglieds?|Vorgangs?|Versicherungs?|Konto|Personal|Patienten|Matrikel|Akten|' +
  'commande|dossier|facture|contrat|compte|réservation|sinistre|adhérent|pedido|cliente|factura|contrato|póliza|poliza|cuenta|expediente|reserva|encomenda|fatura|apólice|processo|conta|' +
  'ordine|fattura|contratto|polizza|conto|pratica|prenotazione|tessera|bestelling|factuur|polis';
const numbers = 'number|num|no|nr|id|code|ref(?:erence)?|nummer|kennung|zeichen|nº|n°|n\\.|número|numero|numéro|#';

/** What follows the words must have digits enough not to be a count or a date. */
function numberBehind(value: string): Accepted {
  const token = /[\p{L}\d][\p{L}\d/_-]*$/u.exec(value);
  if (token === null) return false;
  const [text] = token;
  const digits = text.replaceAll(/\D/g, '').length;
  const isSaid = new RegExp(`(?:${numbers})[.:]? ?[:#]? ?$`, 'iu').test(value.slice(0, token.index));
  const isEnough = isSaid ? digits >= 3 && text.length >= 4 : digits >= 5 || (digits >= 2 && /\p{Lu}/u.test(text) && text.length >= 6);
  return isEnough && isReference(text) && [token.index, value.length];
}

/** A number of somebody's record after the word that says which. */
export const recordCueDetectors: readonly Detector[] = [
  {
    name: 'record-after-word',
    kind: 'record',
    version: 1,
    may: { all: has.digit | has.lower, any: has.space | has.colon | has.other, digits: 2 },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?:${nouns})[ -]?(?:(?:${numbers})[.:]?)?[ :#-]{1,3}(?:(?:is|ist|est|es|è|é) )?(?=[\\p{L}/_-]{0,6}\\d)[\\p{Lu}\\d][\\p{Lu}\\d/_-]{3,30}(?![\\p{L}\\d@])`,
      'giu',
    ),
    accepts: numberBehind,
  },
  {
    name: 'fhir-reference',
    kind: 'record',
    version: 1,
    may: { all: has.slash | has.upper | has.lower },
    pattern:
      /(?<![\w-])(?:Patient|Practitioner|PractitionerRole|RelatedPerson|Person|Encounter|Account|Coverage|Claim|Appointment)\/[A-Za-z0-9.-]{1,64}(?![\w.-])/g,
    accepts: (value) => /\d/.test(value) && [value.indexOf('/') + 1, value.length],
  },
];
