/*
 * Written without sight of the rules. Whoever tunes rules must not read this folder. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */

/** What a service's clients speak: `in` is Hindi in Latin letters between English, `ja` is mostly romaji. */
export type Language = 'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | 'zh' | 'in' | 'ja';

/** Names of the people of countries whose names faker does not write in Latin letters, or not as they occur there. */
export const people: Readonly<Partial<Record<Language, { readonly given: readonly string[]; readonly family: readonly string[] }>>> = {
  zh: {
    given: 'Weiming Xiuying Jianhua Lixin Zhiqiang Yuhan Jiayi Haoyu Mingzhe Shuang Xinyue Chunhua Dongmei Ruijie Siyuan Tingting'.split(
      ' ',
    ),
    family: 'Zhang Wang Chen Liang Zhou Huang Zheng Song Tang Deng Peng Jiang Xiao Luo Qian Shao'.split(' '),
  },
  in: {
    given: 'Priya Rajesh Ananya Vikram Sunita Arjun Kavita Deepak Meenakshi Rohan Lakshmi Sanjay Pooja Harpreet Imran Nandini'.split(' '),
    family: 'Sharma Iyer Chatterjee Reddy Patel Nair Gupta Kulkarni Banerjee Singh Deshmukh Menon Chauhan Mukherjee Pillai Bhatt'.split(
      ' ',
    ),
  },
  ja: {
    given: 'Kenta Yuki Haruka Takashi Naomi Ryota Misaki Daisuke Ayaka Hiroshi Sakura Shota Tomoko Kazuya Emiko Satoru'.split(' '),
    family:
      'Sato Suzuki Takahashi Tanaka Watanabe Nakamura Kobayashi Yoshida Yamada Sasaki Matsumoto Inoue Kimura Shimizu Hayashi Mori'.split(
        ' ',
      ),
  },
};

/** Chinese names in Chinese script. */
export const han = {
  family: Array.from('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'),
  given: '伟 秀英 建华 丽娟 志强 雨涵 佳怡 浩宇 明哲 欣悦 春花 冬梅 思远 婷婷 国栋 晓燕'.split(' '),
};

/** Japanese names in kanji, family name first, with the ideographic space that forms ask for. */
export const kanji = {
  family: '佐藤 鈴木 高橋 田中 渡辺 伊藤 中村 小林 加藤 吉田'.split(' '),
  given: '健太 由紀 遥香 隆 直美 涼太 美咲 大輔 彩花 浩'.split(' '),
};

/** `#` is a digit, `?` a capital letter. Mobile and town numbers, in ranges that are in use or kept for fiction. */
export const phones: Readonly<Record<Language, { readonly abroad: readonly string[]; readonly home: readonly string[] }>> = {
  en: {
    abroad: [
      '+1 604 23# ####',
      '+1 (647) 29#-####',
      '+1-416-86#-####',
      '+61 412 3## ###',
      '+44 7911 12####',
      '+44 20 7946 0###',
      '+353 85 1## ####',
    ],
    home: ['(604) 23#-####', '647-29#-####', '416.86#.####', '0412 3## ###', '07911 12####', '085 1## ####'],
  },
  de: {
    abroad: ['+49 151 2#######', '+49 89 2#######', '+43 664 1######', '+41 79 2## ## ##'],
    home: ['0151 2#######', '089/2#######', '0664 1######', '079 2## ## ##'],
  },
  fr: {
    abroad: ['+33 7 55 ## ## ##', '+33612######', '+32 470 1# ## ##', '+41 78 7## ## ##'],
    home: ['07 55 ## ## ##', '06.12.##.##.##', '0470 1# ## ##'],
  },
  es: { abroad: ['+34 655 1## ###', '+34 91 4## ## ##', '+52 55 1### ####'], home: ['655 1## ###', '91 4## ## ##', '55 1### ####'] },
  pt: {
    abroad: ['+351 912 3## ###', '+55 21 98### ####', '+55 (11) 97###-####'],
    home: ['912 3## ###', '(21) 98###-####', '11 97### ####'],
  },
  it: { abroad: ['+39 333 1######', '+39 02 4#######'], home: ['333 1######', '02 4#######'] },
  zh: { abroad: ['+86 139 1### ####', '+86-186-2###-####'], home: ['1391#######', '186 2### ####', '010-6######'] },
  in: { abroad: ['+91 99### #####', '+91-87###-#####'], home: ['99### #####', '087########'] },
  ja: { abroad: ['+81 90 1### ####', '+81-3-3###-####'], home: ['090-1###-####', '03-3###-####'] },
};

export const postcodes: Readonly<Record<Language, readonly string[]>> = {
  en: ['9410#', '1001#-####', 'M5V #K#', 'V6B #A#', 'EC1A #BQ', 'M13 #PL'],
  de: ['8033#', '1011#', '2035#', '5066#', '7017#'],
  fr: ['7501#', '6900#', '3300#', '1309#'],
  es: ['2801#', '0800#', '0660#', '4100#'],
  pt: ['1250-###', '4000-###', '01310-###', '22041-###'],
  it: ['2012#', '0018#', '5012#'],
  zh: ['1000##', '2000##', '5180##'],
  in: ['5600##', '400 0##', '1100##'],
  ja: ['150-00##', '106-00##', '〒530-00##'],
};

/** First lines of addresses as the country writes them; `#` is the number. The longest word is the street's own. */
export const streets: Readonly<Record<Language, readonly string[]>> = {
  en: [
    '# Granville Street',
    '# Marlborough Road',
    'Unit #, 27 Bathurst Street',
    '# Fitzwilliam Square',
    'Flat #, Harcourt House, Loughborough Road',
    '# Willowbrook Ln',
    '# Wellington Ave, Apt 5',
    '# Elizabeth Bay Rd',
  ],
  de: [
    'Lindenstraße #',
    'Schillerstr. #',
    'Mariahilfer Straße #',
    'Neubaugasse #/14',
    'Seefeldstrasse #',
    'Kastanienallee #a',
    'Münchner Platz #',
  ],
  fr: [
    '# rue de la République',
    '#, avenue des Tilleuls',
    '# bis bd Voltaire',
    '# place Bellecour',
    '# quai des Célestins',
    'Avenue Louise #',
  ],
  es: ['Calle de Alcalá #', 'Av. Insurgentes Sur #', 'C/ Princesa, #, 3º B', 'Paseo Zorrilla #', 'Av. Tlalpan #'],
  pt: ['Rua Augusta, #', 'Avenida Paulista, # ap 42', 'R. das Laranjeiras, #', 'Travessa Salitre #', 'Rua Visconde de Pirajá #'],
  it: ['Via Garibaldi #', 'Viale Monza #', 'Corso Vittorio Emanuele II, #', 'Via Cavour #/b', 'Piazza Risorgimento #'],
  zh: ['北京市朝阳区建国路#号', '上海市浦东新区世纪大道#号', '深圳市南山区科技园路#号', '# Jianguomen Road', 'Nanjingxi Road #'],
  in: ['# Kasturba Cross Road', 'B-#, Netaji Subhash Marg', 'Plot #, Rajendra Nagar', 'Flat #, Sarojini Devi Rd'],
  ja: ['#-14-5 Jingumae', '#-7-1 Nishishinjuku', '渋谷区神宮前#丁目14-5', '#-3-2 Roppongi'],
};

/** Towns: whether a town alone identifies is open, so it is in the requests and not judged. */
export const cities: Readonly<Record<Language, readonly string[]>> = {
  en: ['Toronto', 'Vancouver', 'Melbourne', 'Manchester', 'Galway'],
  de: ['München', 'Wien', 'Zürich', 'Hamburg', 'Köln'],
  fr: ['Lyon', 'Bordeaux', 'Bruxelles', 'Nantes'],
  es: ['Madrid', 'Sevilla', 'Ciudad de México', 'Valencia'],
  pt: ['Lisboa', 'Porto', 'São Paulo', 'Recife'],
  it: ['Milano', 'Torino', 'Bologna'],
  zh: ['北京', '上海', 'Shenzhen', '杭州'],
  in: ['Bengaluru', 'Mumbai', 'Pune', 'New Delhi'],
  ja: ['Tokyo', 'Osaka', 'Sapporo'],
};
