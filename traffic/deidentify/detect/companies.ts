/**
 * Forms of companies, as registers of commerce write them behind a name. Those of two letters are names too (Sá, Ag): there the name before must not be
 * in capitals as a whole.
 */
const longForm =
  'GmbH(?: ?& ?Co\\.?(?: ?(?:KG|OHG))?)?|gGmbH|mbH|KGaA|OHG|Ltd|Limited|LLC|LLP|PLC|plc|Inc|Incorporated|Corp|Corporation|(?:&|and|und|et|y|e) (?:Co|Cie|Cia|Sons?|Söhne|Fils|Hijos|Figli|Filhos|Partners?|Brothers|Bros)|' +
  'Gruppe|Group|Groupe|Grupo|Gruppo|Holdings?|Industries|Logistics|Logistik|Enterprises|Versicherung(?:en|s-AG)?|Assurances?|Seguros|Assicurazioni|Bank|Banque|Banco|' +
  'SARL|SASU?|EURL|SNC|S\\.A\\.S|S\\.A\\.R\\.L|S\\.A|S\\.L\\.?U?|S\\.p\\.A|SpA|S\\.r\\.l|Srl|SRL|S\\.n\\.c|B\\.V|BV|N\\.V|NV|A/S|ApS|ASA|Oyj?|Lda|Ltda|LTDA|EIRELI|S/A|Pty(?: Ltd)?|Pvt(?: Ltd)?|' +
  'e\\.V|eG|Sp\\. z o\\.o|s\\.r\\.o|a\\.s|d\\.o\\.o|Kft|Zrt|K\\.K|Verein|Stiftung|Foundation|Trust';
const shortForm = 'AG|KG|UG|SE|SA|SL|AB|AS|KK|Co';
const atEnd = new RegExp(`[\\s,](?:${longForm})\\.?$`, 'u');
const shortAtEnd = new RegExp(`[\\s,](?:${shortForm})\\.?$`, 'u');
const behind = new RegExp(`^,? (?:${longForm}|${shortForm})(?![\\p{L}\\p{N}])`, 'u');

/** True for a name with the form of a company behind it: "Anna Schmidt GmbH" is one, whoever Anna is. */
export function isCompany(text: string): boolean {
  if (text.length > 80) return false;
  const trimmed = text.trim();
  return atEnd.test(trimmed) || (shortAtEnd.test(trimmed) && /\p{Ll}/u.test(trimmed));
}

/** Whether the form of a company stands behind a place in a text. */
export const isBeforeCompanyForm = (text: string, at: number): boolean => behind.test(text.slice(at, at + 24));
