/** Domains that name a mail provider or documentation, not an organisation: they stay, so that the frequency of providers does. */
export const publicMailDomains: ReadonlySet<string> = new Set(
  (
    'gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.com ' +
    'live.co.uk live.fr live.nl msn.com yahoo.com yahoo.de yahoo.co.uk yahoo.fr yahoo.es yahoo.it yahoo.com.br yahoo.co.in yahoo.co.jp ymail.com ' +
    'icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de ' +
    'orange.fr wanadoo.fr free.fr sfr.fr laposte.net libero.it virgilio.it tiscali.it alice.it terra.es uol.com.br bol.com.br terra.com.br ig.com.br ' +
    'mail.ru yandex.ru yandex.com ya.ru rambler.ru list.ru inbox.ru bk.ru qq.com 163.com 126.com sina.com foxmail.com rediffmail.com naver.com daum.net ' +
    'zoho.com fastmail.com hey.com tutanota.com hushmail.com btinternet.com sky.com comcast.net verizon.net att.net cox.net bellsouth.net bigpond.com ' +
    'wp.pl o2.pl interia.pl seznam.cz abv.bg ukr.net ziggo.nl kpnmail.nl telenet.be skynet.be bluewin.ch example.com example.org example.net'
  ).split(' '),
);
