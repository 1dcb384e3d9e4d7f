import { isBeforeCompanyForm, isCompany } from './companies.ts';
import { always, type Detector } from './detector.ts';
import { has } from './marks.ts';
import { nameClass } from './people.ts';

const cap = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
const anyCase = (words: string) => words.replaceAll(/(?<=^|[ |-]|\(\?:)\p{Ll}/gu, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** Who is written to when nobody is named, and what stands capitalised where a name might. */
const nobody = new Set(
  (
    'team support all everyone everybody folks there world customer customers client sir madam sirs friends guys colleagues service sales admin hiring manager reader user members ' +
    'kunde kunden kundin herren damen zusammen kollegen kolleginnen leute freunde mitglieder redaktion nutzer welt gäste mieter eltern monsieur madame messieurs mesdames tous toutes ' +
    'client cliente clientes équipe equipe equipo señores señor señora amigos amigas todos todas mundo usuario signore signora signori tutti utente squadra senhor senhora senhores ' +
    'pessoal turma allemaal iedereen klant allihopa alle google amazon apple microsoft siri alexa cortana github gitlab slack docker windows linux android monday tuesday wednesday ' +
    'thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag january february march april june july august september october november december'
  ).split(' '),
);
const isNobody = (word: string) => nobody.has(word.toLowerCase()) || (word.length > 1 && word === word.toUpperCase());

/** The capitalised words of a match, unless they are called so together with a company's form, or nobody is. */
function named(value: string, text: string, start: number, isEnough: (word: string) => boolean): boolean {
  const [first = ''] = value.split(' ');
  return isEnough(first) && !isNobody(first) && !isCompany(value) && !isBeforeCompanyForm(text, start + value.length);
}

const isName = (word: string) => nameClass(word) === 'name';
const mayBeName = (word: string) => nameClass(word) !== 'ordinary';

const greetings =
  'Hi|Hello|Hey|Dear|Good morning|Good afternoon|Good evening|Morning|Hallo|Liebe|Lieber|Moin|Servus|Grüezi|Guten Tag|Guten Morgen|Bonjour|Bonsoir|Salut|Cher|Chère|Hola|Buenos días|Buenas tardes|' +
  'Estimado|Estimada|Querido|Querida|Ciao|Salve|Buongiorno|Buonasera|Caro|Cara|Gentile|Olá|Oi|Bom dia|Boa tarde|Prezado|Prezada|Hoi|Beste|Goedemorgen|Hej|Hei|Hejsan|Cześć|Witaj';
const signOffs =
  'regards|kind regards|best regards|warm regards|best|best wishes|all the best|cheers|thanks|many thanks|thank you|thx|sincerely|yours|yours truly|yours sincerely|yours faithfully|' +
  'gruß|grüße|gruss|grüsse|viele grüße|liebe grüße|beste grüße|schöne grüße|freundliche grüße|mit freundlichen grüßen|mit freundlichem gruß|herzliche grüße|danke|vielen dank|lg|vg|mfg|' +
  'cordialement|bien cordialement|bien à vous|sincèrement|salutations|merci|bises|saludos|un saludo|atentamente|un abrazo|gracias|muchas gracias|cordiali saluti|distinti saluti|saluti|grazie|' +
  'cumprimentos|com os melhores cumprimentos|atenciosamente|obrigad[oa]|abraços|um abraço|groeten|groetjes|met vriendelijke groet|bedankt|hälsningar|med vänliga hälsningar|mvh|tack|hilsen|pozdrawiam';
/** Behind these stands a person, whether a dictionary knows the name or not. */
const relatives =
  '(?:my|his|her|our|their|your) (?:late |ex-|little |older |younger )?(?:husband|wife|son|daughter|brother|sister|mother|father|mum|mom|dad|partner|boyfriend|girlfriend|friend|colleague|neighbou?r|boss|manager|' +
  'assistant|flatmate|roommate|uncle|aunt|cousin|grandson|granddaughter|grandmother|grandfather|fianc[eé]e?|child|kid|baby|carer|nurse|doctor)|' +
  '(?:mein|dein|sein|ihr|unser|euer|eur)(?:e|er|em|en|es)? (?:Mann|Frau|Ehemann|Ehefrau|Sohn|Tochter|Bruder|Schwester|Mutter|Vater|Partner|Partnerin|Freund|Freundin|Kolleg(?:e|in|en)|Nachbar(?:in|n)?|Chef|Chefin|Kind|' +
  'Enkel|Enkelin|Oma|Opa|Onkel|Tante|Cousin|Cousine)|' +
  '(?:mon|ma|son|sa|notre|votre|leur|ton|ta) (?:mari|femme|épouse|époux|fils|fille|frère|sœur|soeur|mère|père|compagnon|compagne|collègue|voisine?|amie?|enfant|conjointe?|tante|oncle|cousine?)|' +
  '(?:mi|su|tu|nuestr[oa]) (?:marido|esposo|esposa|mujer|hijo|hija|hermano|hermana|madre|padre|pareja|novi[oa]|compañer[oa]|vecin[oa]|amig[oa]|prim[oa]|tí[oa])|' +
  '(?:mio|mia|suo|sua|nostr[oa]) (?:marito|moglie|figlio|figlia|fratello|sorella|madre|padre|compagn[oa]|collega|vicin[oa]|amic[oa]|cugin[oa])|' +
  '(?:meu|minha|seu|sua|nosso|nossa) (?:marido|esposa|mulher|filh[oa]|irmão|irmã|mãe|pai|namorad[oa]|colega|vizinh[oa]|amig[oa]|prim[oa])|' +
  '(?:mijn|zijn|haar|onze?) (?:man|vrouw|zoon|dochter|broer|zus|moeder|vader|partner|collega|buurvrouw|buurman|vriend|vriendin)|' +
  '(?:spoke|spoken|speak|speaking|talked|talk|chatted|meeting|appointment) (?:to|with)|discussed with|voicemail for|message (?:for|from)|(?:ask|tell|remind|asked|told|reminded) (?=\\p{Lu}\\S{0,30} (?:to|that|about|if|whether|for)(?!\\p{L}))|' +
  'gesprochen mit|telefoniert mit|mit (?=\\p{Lu}\\S{0,30} (?:telefoniert|gesprochen|besprochen|geredet|vereinbart))|rückruf an|grüße an|hablado con|hablé con|parlato con|falei com|falado com|parlé (?:à|avec)|vu avec|' +
  '(?:soy|yo soy|sono|je suis|sou) (?=\\p{Lu}\\S{0,30}, )|' +
  'famil(?:ie|y|le)|fam\\.|famille|familia|famiglia|família|abgegeben bei|klingeln bei|remis à|remise à|entregado a|consegnato a|entregue a|left with|delivered to|handed to|accepted by|received by|signed for by';
/** Words that people come after, where a dictionary must know who. */
const objects =
  'told|tell|asked|ask|asking|contact|contacted|calling|phoned?|rang|ring|emailed|e-mailed|met|informed?|reminded?|thanked|notified|texted|with|by|according to|attn|via|mit|bei|an|von|durch|laut|avec|par|chez|rappeler|' +
  'appeler|contacter|prévenir|auprès de|con|por|según|contactar a|llamar a|avisar a|com|segundo|secondo|contattare|chiamare|met|aan|bij|volgens|med|av|hos|z|od|not|cc|reviewed-by|signed-off-by|co-authored-by|hi|hey|' +
  "this is|here is|i am|i['’]m|it['’]s|ich bin|ich bin die|ich bin der|hier ist|hier spricht|je suis|c['’]est|ici|soy|yo soy|aquí|sono|qui è|sou|sou a|sou o|aqui é|ik ben|jag är|det är";
const verbs =
  'rang|called|asks?|asked|said|says|told|wants|wanted|wrote|writes|phoned|emailed|confirmed|signed|collected|picked|promised|insisted|complained|reported|replied|mentioned|is on|is away|will call|will collect|will come|will pick|' +
  'meldet|rief|ruft|fragt|fragte|sagt|sagte|möchte|bittet|kommt|holt|hat angerufen|hat unterschrieben|hat gesagt|hat gefragt|hat abgeholt|war heute|ist krank|ist im|' +
  'has (?:moved|called|signed|confirmed|asked|been|left|arrived)|moved|travels|arrived|a appelé|a signé|a dit|a confirmé|a demandé|souhaite|demande|passera|viendra|rappelle|est absente?|llamó|dijo|firmó|pidió|quiere|recogerá|vendrá|ha llamado|ha firmado|ha chiamato|ha detto|ha firmato|ha chiesto|chiede|vuole|' +
  'passerà|ligou|disse|pediu|assinou|vai buscar|quer|belt|belde|vraagt|heeft getekend|komt|ringde|säger';

/** Behind words, in any case of their first letters. */
const behind = (words: string, between: string) => `(?=\\p{Lu})(?<=[ \\n\\r,])(?<=(?<![\\p{L}\\d])(?:${anyCase(words)})${between})`;

/** People in conversation by their first name or their surname alone: only what stands beside it tells that one is meant. */
export const personTalkDetectors: readonly Detector[] = [
  {
    name: 'person-addressed',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(`${behind(greetings, ' ')}${cap}(?: ${cap})?(?= ?[,!.;:\\n\\r–-]|$)`, 'gu'),
    accepts: (value, text, start) => named(value, text, start, mayBeName),
  },
  {
    name: 'person-signed',
    kind: 'name',
    version: 1,
    may: { all: has.lower, any: has.upper | has.wide },
    pattern: new RegExp(`${behind(signOffs, '[.!,]{0,2}[ \\n\\r]{1,4}')}${cap}(?: ${cap}){0,2}(?=\\s{0,4}(?:$|[\\n\\r(]))`, 'gu'),
    accepts: (value, text, start) => named(value, text, start, mayBeName),
  },
  {
    name: 'person-related',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(`${behind(relatives, ',? ?')}(?<=[ ,])${cap}(?: ${cap})?(?![\\p{L}\\d])`, 'gu'),
    accepts: (value, text, start) => named(value, text, start, mayBeName),
  },
  {
    name: 'person-object',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(`${behind(objects, ':? ')}${cap}(?! ?[\\p{Lu}\\d@&/])(?![\\p{L}\\d])`, 'gu'),
    accepts: (value, text, start) => named(value, text, start, isName),
  },
  {
    name: 'person-subject',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(`(?<![\\p{L}\\d@.-]|\\p{Lu}[\\p{L}]{0,20} )${cap}(?: ${cap})?(?= (?:${verbs})(?!\\p{L}))`, 'gu'),
    accepts: (value, text, start) => named(value, text, start, isName) && value.split(' ').every(mayBeName),
  },
  {
    // RFC 5322: a mailbox is a name before an address.
    name: 'person-mailbox',
    kind: 'name',
    version: 1,
    may: { all: has.at | has.angle | has.upper },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])${cap},?(?: (?:\\p{Lu}\\.|van|von|der|den|de|da|di|del|la|le|bin|al|el|${cap})){0,4}(?="? ?<[^\\s<>@]{1,64}@)`,
      'gu',
    ),
    accepts: always,
  },
];
