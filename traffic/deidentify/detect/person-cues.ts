import type { Accepted, Detector } from './detector.ts';
import { has } from './marks.ts';
import { nameClass } from './people.ts';

const cap = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
const isStop =
  /^(?:and|und|et|y|e|en|och|og|i|a|from|born|geboren|aus|of|with|mit|avec|con|com|but|ich|je|my|the|is|am|was|who|since|please|bitte|calling|writing|here|hier|an|for|at|in|on|customer|kunde|client)$/iu;
const stopWords = new Set(
  (
    'express delivery premium service services center centre monday tuesday wednesday thursday friday saturday sunday january february march april may june july august ' +
    'september october november december gmbh ltd inc llc customer support order street road north south east west new old red blue green black white google amazon apple ' +
    'microsoft windows android europe america asia africa english german french spanish bank team office standard basic group'
  ).split(' '),
);

/** The words behind a phrase in which people say who they are, in any case, up to the next word of the sentence. */
function namesBehind(value: string): Accepted {
  const words = [...value.matchAll(/[\p{L}\p{M}'’-]+/gu)];
  const skip = introduction.exec(value)?.[0].length ?? 0;
  const own = words.filter(({ index }) => index >= skip);
  const end = own.findIndex(([word]) => isStop.test(word));
  const taken = (end < 0 ? own : own.slice(0, end)).slice(0, 3);
  const first = taken[0];
  const last = taken.at(-1);
  if (first === undefined || last === undefined) return false;
  const isNamed = taken.some(([word]) => /^\p{Lu}/u.test(word) || nameClass(word) !== 'none');
  return isNamed ? [first.index, last.index + last[0].length] : false;
}

const phrases =
  "my name is|the name is|name's|ich hei(?:ße|sse)|mein name ist|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|meu nome é|chamo-me|me chamo|mijn naam is|ik heet|jag heter|mitt namn är|jeg hedder|nazywam się|wo jiao|watashi wa";
const introduction = new RegExp(`^(?:${phrases})[:,]? `, 'iu');

/** Of two capitalised words behind a word that people come after: neither an ordinary word, in a sentence. */
function pairBehind(value: string): Accepted {
  const words = [...value.matchAll(new RegExp(cap, 'gu'))];
  const [first, second] = words.slice(-2);
  if (first === undefined || second === undefined) return false;
  const classes = new Set([first, second].map(([word]) => nameClass(word)));
  if ([first, second].some(([word]) => stopWords.has(word.toLowerCase()) || word === word.toUpperCase())) return false;
  // Many a first name is an ordinary word as well: an Alice Lemmens is somebody, a Green Table is not.
  return nameClass(second[0]) === 'ordinary' && !classes.has('name') ? false : [first.index, second.index + second[0].length];
}

const before =
  'spoke (?:with|to)|saw|met|cc|handed over to|voicemail for|message (?:from|for)|rückruf an|parlato con|hablado con|vu avec|falei com|talked to|met with|speak (?:with|to)|called by|signed by|sent by|handed to|hand it to|asked? for|on behalf of|witness|care of|attention of|customer|client|patient|passenger|guest|colleague|neighbou?r|manager|driver|tenant|' +
  'bei|namens|Kunde|Kundin|Patientin|Nachbarin|Nachbar|Kollegin|Kollege|rappeler|appeler|contacter|avec|monsieur|madame|hablar con|llamar a|a nombre de|avisar a|falar com|ligar para|em nome de|parlare con|chiamare|a nome di|spreken met|namens|prata med|tala med';

/** Each of the words with a capital, too: it may begin the sentence. */
const anyCase = (words: string) => words.replaceAll(/(?<=^|\|)\p{Ll}/gu, (letter) => `[${letter}${letter.toUpperCase()}]`);

const syllable =
  '(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ueng|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)';
const surnames = new Set(
  (
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng feng han cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng ' +
    'wei su lu ding ren shen yao cui zhong tan fan wang lai shi xiong jin hao bai qin hou shao meng long wan duan lei qian yin tang li chang wen niu qi gu kong xing mao qiu hong ouyang sima zhuge'
  ).split(' '),
);
const given = new RegExp(`^(?:${syllable}){1,2}$`, 'i');

/** Family name and given name of one or two syllables in pinyin, in either order; in a sentence, and no English words. */
function pinyinPair(value: string, text: string, start: number): Accepted {
  const [one = '', two = ''] = value.split(' ');
  const isPair = (family: string, own: string) => surnames.has(family.toLowerCase()) && given.test(own) && own.length >= 2;
  if (!isPair(one, two) && !isPair(two, one)) return false;
  const isLong = one.length + two.length >= 7;
  const inSentence = /[\p{Ll}:,]\s$/u.test(text.slice(Math.max(0, start - 2), start));
  return (isLong || nameClass(one) === 'name') && (inSentence || text.length === value.length);
}

const hanFamily =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严洪';

/** People in free text by what stands before or after a name, where no dictionary knows it. */
export const personCueDetectors: readonly Detector[] = [
  {
    name: 'person-introduction',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower },
    pattern: new RegExp(`(?<![\\p{L}])(?:${phrases})[:,]? [\\p{L}\\p{M}'’-]+(?: [\\p{L}\\p{M}'’-]+){0,2}`, 'giu'),
    accepts: namesBehind,
  },
  {
    name: 'person-behind-cue',
    kind: 'name',
    version: 2,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(
      `(?<![\\p{L}])(?:${anyCase(before)}),? ${cap} (?:(?:van|von|der|den|de|da|do|dos|di|del|el|al|bin|ten) ){0,2}${cap}`,
      'gu',
    ),
    accepts: pairBehind,
  },
  {
    name: 'person-pinyin',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.lower | has.upper },
    pattern: /(?<![\p{L}\d])[A-Z][a-z]{1,11} [A-Z][a-z]{1,11}(?![\p{L}\d])/gu,
    accepts: pinyinPair,
  },
  {
    name: 'person-han',
    kind: 'name',
    version: 1,
    may: { all: has.wide },
    pattern: new RegExp(
      `(?<=(?:姓名|客户|患者|联系人|收件人|乘客|会员|用户|员工|学生|我叫|我是|名叫|名字是|本人)[是为:： ]?)(?:欧阳|司马|诸葛|上官|[${hanFamily}])\\p{Script=Han}{1,2}|(?:欧阳|司马|诸葛|上官|[${hanFamily}])\\p{Script=Han}{0,2}(?=先生|女士|小姐|老师|医生|同学|经理)|[\\p{Script=Han}]{2,4}(?=さん|様|氏)`,
      'gu',
    ),
    accepts: () => true,
  },
];
