import { always, type Detector } from './detector.ts';
import { has } from './marks.ts';

const cap = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
/** What streets are called in English: United States Postal Service, Publication 28, appendix C1, less what is a thing first of all (key, light, lock). */
const englishStreet =
  'street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|sq|terrace|close|crescent|parkway|pkwy|highway|hwy|circle|' +
  'cir|trail|trl|row|gardens|mews|grove|hill|hills|alley|arcade|bend|bluff|bluffs|branch|brook|brooks|burg|bypass|canyon|cape|causeway|cliff|cliffs|common|' +
  'commons|corner|corners|cove|creek|crest|crossing|crossroad|curve|dale|divide|estate|estates|expressway|falls|ferry|field|fields|flats|ford|fords|forest|' +
  'forge|freeway|gateway|glen|green|harbor|harbour|haven|heights|highlands|hollow|inlet|island|islands|isle|junction|knoll|knolls|lake|lakes|landing|loop|' +
  'manor|manors|meadow|meadows|mill|mills|mission|motorway|mount|mountain|orchard|oval|overpass|park|parks|pass|passage|path|pike|pine|pines|plains|plaza|' +
  'point|port|ports|prairie|ranch|rapids|ridge|ridges|river|route|run|shoal|shoals|shore|shores|skyway|spring|springs|spur|station|stravenue|stream|' +
  'summit|throughway|trace|trafficway|tunnel|turnpike|underpass|union|valley|valleys|via|viaduct|view|village|villages|ville|vista|walk|walks';
const romanceStreet = 'rue|avenue|boulevard|place|chemin|allée|impasse|quai|route|cours|voie|sentier|passage|square';
const southernStreet =
  'calle|avenida|plaza|paseo|pasaje|carrera|camino|callejón|glorieta|rambla|ronda|travesía|urbanización|barrio|aldea|bajada|cuesta|carretera|' +
  'via|viale|piazza|corso|strada|largo|vicolo|contrada|borgo|rotonda|rua|travessa|praça|alameda|estrada|rodovia';

const capitalised = (words: string) => words.replaceAll(/(?<=^|\|)\p{L}/gu, (letter) => letter.toUpperCase());

function isCoordinatePair(value: string): boolean {
  const [first = 0, second = 0] = value.split(/[,;\s]+/).map(Number);
  return Math.abs(first) <= 180 && Math.abs(second) <= 180 && (Math.abs(first) <= 90 || Math.abs(second) <= 90);
}

export const placeDetectors: readonly Detector[] = [
  {
    // Four decimals are eleven metres: a house. Fewer are a quarter of a town.
    name: 'coordinate-pair',
    kind: 'coordinate',
    version: 1,
    may: { all: has.digit | has.dot, digits: 10 },
    pattern: /(?<![\w.+-])[+-]?\d{1,3}\.\d{4,15}(?:\s{0,2}[,;]\s{0,2}|\s)[+-]?\d{1,3}\.\d{4,15}(?![\w]|\.\d)/g,
    accepts: isCoordinatePair,
  },
  {
    name: 'street-english',
    kind: 'address',
    version: 2,
    may: { all: has.digit | has.space | has.upper | has.lower },
    pattern: new RegExp(
      `(?<![\\p{L}\\d.-])\\d{1,5}[A-Za-z]? (?:[NSEW]\\.? )?(?:(?:${cap}|\\d{1,3}(?:st|nd|rd|th)) ){1,3}(?:(?:${capitalised(englishStreet)})(?![\\p{L}\\d])\\.?)(?:,? (?:[Aa]pt|[Ss]uite|[Ss]te|[Uu]nit|[Ff]lat)\\.? ?#?\\w{1,5})?`,
      'gu',
    ),
    accepts: always,
  },
  {
    name: 'street-german',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space },
    pattern:
      /(?<![\p{L}\d])\p{Lu}[\p{L}\p{M}.-]*(?:[ -]\p{Lu}[\p{L}\p{M}.-]*){0,2}[ -]?(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Gasse|Damm|Ufer) \d{1,4} ?[a-z]?(?![\p{L}\d])/gu,
    accepts: always,
  },
  {
    name: 'street-french',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.lower },
    pattern: new RegExp(
      `(?<![\\p{L}\\d.-])\\d{1,4},? (?:bis |ter )?(?:${romanceStreet}) (?:(?:de |du |des |la |le |les )|[dl]['’]){0,3}[\\p{L}\\p{M}'’-]+(?: ${cap}){0,3}`,
      'giu',
    ),
    accepts: always,
  },
  {
    name: 'street-southern',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.lower },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?:${southernStreet})(?: (?:de|del|della|dei|di|da|do|dos|das|la|el|los|las))* ${cap}(?: (?:de |da |do )?${cap}){0,3},? (?:n[.º°] ?)?\\d{1,5}(?![\\p{L}\\d])`,
      'giu',
    ),
    accepts: (value) => /\s\p{Lu}/u.test(value),
  },
  {
    name: 'street-russian',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.wide },
    pattern:
      /(?<!\p{L})(?:(?:улица|ул\.|проспект|пр-т|пр\.|набережная|наб\.|переулок|пер\.|шоссе|площадь|пл\.|бульвар|спуск|аллея|ал\.) [А-ЯЁ][а-яё-]+(?: [А-ЯЁ][а-яё-]+)?|[А-ЯЁ][а-яё-]+ (?:улица|ул\.|проспект|пр-т|пр\.|набережная|наб\.|переулок|пер\.|шоссе|площадь|пл\.|бульвар|спуск|аллея|ал\.)),? (?:д\. ?|дом )?\d{1,4}(?!\d)/giu,
    accepts: always,
  },
  {
    name: 'post-box',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space },
    pattern: /(?<![\p{L}\d])(?:P\.? ?O\.? Box|Postfach|Boîte Postale|Apartado) \d{1,7}(?!\d)/giu,
    accepts: always,
  },
  {
    name: 'postcode-uk',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.upper },
    pattern: /(?<![\w-])[A-PR-UWYZ][A-HK-Y]?\d[A-HJKPSTUW\d]? \d[ABD-HJLNP-UW-Z]{2}(?![\w-])/g,
    accepts: always,
  },
  {
    name: 'postcode-us',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.upper, digits: 5 },
    pattern:
      /(?<=\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) )\d{5}(?:-\d{4})?(?![\w-])/g,
    accepts: always,
  },
];
