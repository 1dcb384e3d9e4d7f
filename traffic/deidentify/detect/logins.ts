import { always, type Detector } from './detector.ts';
import { has } from './marks.ts';

/** A word that somebody logs in with: small letters with a digit, a dot or an underscore among them. A plain word may be anything. */
const login = '[a-z](?=[a-z\\d._-]{0,38}(?:\\d|[._](?=[a-z\\d])))(?:[a-z\\d]|[._-](?=[a-z\\d])){2,38}(?![\\p{L}\\d@/(]|[._-][a-z\\d])';
const before =
  'user|users|username|user name|user id|userid|login|logon|logged in as|account|account of|account for|for user|by user|of user|invalid user|password for|password of|reset for|access for|access of|mailbox of|mailbox for|profile of|session of|signed in as|' +
  'benutzer|benutzername|nutzer|nutzerin|kennung|benutzerkennung|anmeldename|konto|utilisateur|utilisatrice|identifiant|compte|pseudo|usuario|usuaria|cuenta|utente|nome utente|usuário|utilizador|conta|gebruiker|gebruikersnaam|användare|bruger|' +
  'assigned to|reassigned to|owned by|created by|reported by|requested by|approved by|reviewed by|uploaded by|merged by|closed by|on behalf of|sudo|uid|usr|owner|author|assignee|reporter|mein login ist|my login is|ist gesperrt';

/** A file or a host is none. */
const isFile =
  /\.(?:json|ya?ml|html?|conf|com|net|org|info|eu|de|fr|it|es|uk|io|dev|app|local|internal|txt|log|py|jsx?|tsx?|sh|php|jar|exe|dll|so|go|rs|xml|csv|pdf|png|jpe?g|svg|md|c|h|java|rb|service|timer|sql|zip|gz|tar)$/;

/** Names to log in with, by the word before them, and where somebody is spoken to by one. */
export const loginDetectors: readonly Detector[] = [
  {
    name: 'login-after-word',
    kind: 'name',
    version: 1,
    may: { all: has.lower, any: has.digit | has.dot | has.underscore },
    pattern: new RegExp(`(?=[a-z])(?<=[ :="'“„«])(?<=(?<![\\p{L}\\d])(?:${before})(?: is| ist)?(?: ?[:=] ?|: | )["'“„«]?)${login}`, 'giu'),
    accepts: (value) => !isFile.test(value) && value === value.toLowerCase(),
  },
  {
    name: 'login-mentioned',
    kind: 'name',
    version: 1,
    may: { all: has.at | has.lower, any: has.digit | has.dot | has.underscore },
    pattern: new RegExp(`(?<=(?:^|[\\s(,])@)${login}`, 'gu'),
    accepts: always,
  },
];
