/*
 * Written without sight of the rules. Whoever tunes rules must not read this folder. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */
import type { Language } from './pools.ts';

/** What people write into boxes for notes: `plain` names nobody, in `telling` each `{kind}` is an identifier. */
interface Remarks {
  readonly plain: readonly string[];
  readonly telling: readonly string[];
}

export const remarks: Readonly<Record<Language, Remarks>> = {
  en: {
    plain: [
      'Left sole came off after two weeks of light use, please send the same size again.',
      'Running 10 minutes late because of the roadworks on the ring road.',
      'Upgraded from 2.3.1 to 2.4.0, the export button still does nothing.',
      'Table by the window if possible, one of us needs a high chair.',
      'Invoice shows 20% instead of 5% for the second line.',
      'Works on the staging system, fails in production with error 503 since Tuesday.',
    ],
    telling: [
      'Hi, this is {name}, could you call me back on {phone}?',
      'Please change my e-mail to {email}, I no longer use the old one.',
      'My mother {name} will pick it up, her number is {phone-national}.',
      'We moved last month, the new address is {address}, {postcode}.',
      'Refund to {iban} please, the card {card} has expired.',
      'Patient {name}, DOB {birth-local}, reports mild headache since Friday.',
      'SSN {us-ssn} was entered twice, kindly remove the duplicate.',
      'Login from {ipv4} was not me. Reset it and write to {email}.',
      'Regards,\n{name}\n{phone}',
      'The applicant gave NI number {uk-nino} and passport {passport}.',
      'curl -H "X-Api-Key: {api-key}" keeps answering 401',
    ],
  },
  de: {
    plain: [
      'Bitte im Hausflur abstellen, die Klingel ist defekt.',
      'Die Lieferung war vollständig, nur der Karton hatte einen Riss.',
      'Rechnung bitte mit ausgewiesener Umsatzsteuer von 19 %.',
      'Termin lieber vormittags, am Nachmittag ist die Straße gesperrt.',
      'Zählerstand wurde am Monatsende abgelesen, Abweichung 12 kWh.',
    ],
    telling: [
      'Guten Tag, mein Name ist {name}, ich bitte um Rückruf unter {phone-national}.',
      'Paket bitte bei {name} im zweiten Stock abgeben.',
      'Die Erstattung bitte auf {iban} überweisen.',
      'Neue Anschrift ab Mai: {address}, {postcode}.',
      'Patientin {name}, geb. {birth-local}, kommt zur Nachsorge.',
      'Unterlagen bitte per Mail an {email} schicken.',
      'Steuer-ID {de-tax-id} liegt vor, Ausweis {passport} fehlt noch.',
      'Mit freundlichen Grüßen\n{name}\n{phone}',
    ],
  },
  fr: {
    plain: [
      'Merci de livrer avant 18 h, le portail ferme ensuite.',
      'Le deuxième article est arrivé abîmé, un remplacement suffirait.',
      'La facture mentionne 20 % de TVA au lieu de 10 %.',
      'Sans oignons, et couverts en bois si possible.',
    ],
    telling: [
      'Bonjour, je suis {name}, vous pouvez me joindre au {phone-national}.',
      'Code au nom de {name}, troisième étage.',
      'Nous habitons désormais {address}, {postcode}.',
      'Remboursement sur le compte {iban} svp.',
      'Mme {name}, née le {birth-local}, numéro de sécurité sociale {fr-nir}.',
      'Envoyez la confirmation à {email} et au {phone}.',
    ],
  },
  es: {
    plain: [
      'Dejar el paquete en conserjería, gracias.',
      'La talla es más pequeña de lo normal, quiero una más.',
      'El importe de la segunda línea no coincide con el presupuesto.',
      'Llegaremos después de las 22:00, hay que avisar a recepción.',
    ],
    telling: [
      'Hola, soy {name}, mi teléfono es {phone-national}.',
      'Entregar a {name} en {address}.',
      'Mi DNI es {es-dni} y el de mi pareja {es-nie}.',
      'Paciente {name}, nacida el {birth-local}, acude a revisión.',
      'Por favor escriban a {email} cuando esté listo.',
      'El abono va a la cuenta {iban}.',
    ],
  },
  pt: {
    plain: [
      'Entregar na portaria, o interfone não funciona.',
      'O produto veio com o cabo errado, quero trocar por outro de 2 m.',
      'Prefiro o turno da manhã, das 8h às 12h.',
      'Sem cebola e com troco para 50.',
    ],
    telling: [
      'Oi, aqui é {name}, meu zap é {phone-national}.',
      'Quem vai receber é {name}, na {address}.',
      'CPF na nota: {br-cpf}, obrigado.',
      'Pode mandar o boleto para {email}?',
      'Aluna {name}, nascida em {birth-local}, mudou de turma.',
      'Chave nova do pix: {phone}.',
    ],
  },
  it: {
    plain: [
      'Consegnare al piano terra, ascensore fuori servizio.',
      'La seconda bottiglia era rotta, il resto va bene.',
      'Fattura elettronica con aliquota al 22 %.',
      'Camera tranquilla, possibilmente lontano dalla strada.',
    ],
    telling: [
      'Buongiorno, sono {name}, il mio numero è {phone-national}.',
      'Il pacco va lasciato a {name}, {address}.',
      'Codice fiscale {it-codice-fiscale}, fattura a {email}.',
      'Bonifico eseguito da {iban} ieri sera.',
      'La signora {name}, nata il {birth-local}, chiede un appuntamento.',
    ],
  },
  zh: {
    plain: ['请在下午六点以后送货，谢谢。', '颜色和图片不一样，申请换货。', '快递放门口即可，不用敲门。', 'Qing fang menkou, xiexie.'],
    telling: [
      '收货人改为 {han-name}，电话 {phone-national}。',
      '新地址：{address}，邮编 {postcode}。',
      '身份证号 {cn-resident-id} 已上传，请审核。',
      'Lianxiren {pinyin-name}, dianhua {phone}.',
      '请发票寄到邮箱 {email} ，抬头不变。',
    ],
  },
  in: {
    plain: [
      'Gate ke paas chhod dena, bell kharab hai.',
      'Size chhota hai, ek number bada bhejo please.',
      'Order abhi tak nahi aaya, status wahi dikha raha hai.',
      'Thoda kam spicy, aur extra chutney.',
    ],
    telling: [
      'Main {name} bol rahi hoon, mera number {phone-national} hai.',
      'Aadhaar {in-aadhaar} link nahi ho raha, please check karo.',
      'Delivery {address} pe karna, pin {postcode}.',
      'Bill {email} pe bhej do.',
      'Papa ka naam {name} hai, unka phone {phone}.',
    ],
  },
  ja: {
    plain: [
      'Genkan no mae ni oite kudasai.',
      '不在の場合は宅配ボックスにお願いします。',
      'Kinen shitsu kibou, check-in wa 21 ji goro.',
      '色違いが届いたので交換を希望します。',
    ],
    telling: [
      '{kanji-name} です。電話は {phone-national} です。',
      'Renrakusaki: {name}, {phone}.',
      '新しい住所は {address} です。',
      'Kakunin mail wa {email} ni onegai shimasu.',
    ],
  },
};
