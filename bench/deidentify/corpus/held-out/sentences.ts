/*
 * Written without sight of the rules. Whoever tunes rules must not read this file. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */

/** What people write into free fields; `{kind}` is an identifier. */
export const tellingSentences: readonly string[] = [
  'Hi, this is {name}. Could you ring me on {phone} after work?',
  'Please change my address to {address}, {email} stays the same.',
  'Paid with {card} but the bank says it never arrived. IBAN for the refund: {iban}',
  'pls update dob to {birth} and passport no {passport}, thx',
  'Kunde {name} bittet um Rückruf unter {phone}.',
  'Bitte Rechnung an {email} schicken und von {iban} abbuchen.',
  'Bonjour, mon numéro de sécurité sociale est {fr-nir}, vous pouvez écrire à {email}.',
  'Llamar al {phone} y preguntar por {name}; DNI {es-dni}.',
  'O CPF do titular é {br-cpf}, e-mail {email}.',
  'Il codice fiscale corretto è {it-codice-fiscale}, non quello in archivio.',
  'caller verified with SSN {us-ssn}; advised to rotate key {api-key}',
  'login failed for {email} from {ipv4} (mac {mac}), third time today',
  'Her NI number is {uk-nino}; she lives at {address} now.',
  'Aadhaar {in-aadhaar} verified over video call',
  'webhook {url-credentials} keeps timing out, last token was {jwt}',
  'peer {ipv6} dropped, session {uuid} closed by operator',
  'shenfenzheng {cn-resident-id}, dianhua {phone}',
  'Mrs {name} asked twice about the delivery to {address}.',
  'Forwarded by {email-international}, see thread.',
  'seen near {coordinates} at noon, driver waited ten minutes',
];

/** The same without anybody in it. */
export const plainSentences: readonly string[] = [
  'Size 42 runs small, swapped for 43 in the same colour. Everything else was fine.',
  'Reading taken at 07:40, display shows 10482.6 and no error.',
  'Bitte im Lager 3 abstellen, die Rampe ist bis 18 Uhr besetzt.',
  'Build 4.18.2 fails on step 3 of 7 with exit code 137 after 90 s.',
  'Le colis pèse 2,4 kg et mesure 30 x 20 x 15 cm.',
  'Habitación con vistas, dos camas, llegada después de las 22:00.',
  'No onions, extra sauce, and please do not ring the bell.',
  'Rechnung doppelt gebucht, Differenz 17,90 EUR, Vorgang wird storniert.',
  'Blood pressure 128 over 84, pulse 72, repeat in two weeks.',
  'Refactored the retry loop; see the changelog of v2.3.0 for details.',
];
