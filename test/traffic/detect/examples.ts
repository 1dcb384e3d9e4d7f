/** What each detector finds, and what looks like it and stays. `found` is a text and the part of it that is the identifier. */
export interface Examples {
  readonly found: readonly (readonly [text: string, part?: string])[];
  readonly stays: readonly string[];
}

export const examples: Readonly<Record<string, Examples>> = {
  'url-credentials': {
    found: [
      ['https://anna:s3cret@db.example/x', 'anna:s3cret'],
      ['postgres://app@db.example:5432/shop', 'app'],
    ],
    stays: ['https://shop.example/@anna', 'see https://shop.example/a?b=c'],
  },
  'private-key': {
    found: [['-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQEF-----END PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG9w0BAQEF']],
    stays: ['a PRIVATE KEY----- of nothing'],
  },
  jwt: {
    found: [['x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN']],
    stays: ['eyJ.a', 'the eyJafjalla.txt file'],
  },
  bearer: { found: [['Authorization: Bearer abc.DEF-123', 'abc.DEF-123']], stays: ['ball bearer'] },
  'api-key': {
    found: [
      ['AKIAIOSFODNN7EXAMPLE'],
      ['key ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
      ['sk_live_4eC39HqLyjWDarjtT1zdp7dc'],
      ['AIzaSyA1234567890abcdefghijklmnopqrstuv'],
      ['SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5c'],
      ['xoxb-123456789012-abcdefABCDEF'],
      ['glpat-4eC39HqLyjWDarjtT1zd'],
      ['npm_4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyj'],
      ['AC0123456789abcdef0123456789abcdef'],
    ],
    stays: ['sk_a', 'task_sk_list', 'npm_run', 'AKIA-plant', 'key-value'],
  },
  email: {
    found: [
      ['write to anna.smith+x@acme.example.', 'anna.smith+x@acme.example'],
      ['андрей@пример.рф'],
      ['anna@xn--mller-kva.de'],
      ['mailto=anna@acme.example', 'anna@acme.example'],
    ],
    stays: ['@anna', 'meet @ 10', 'a@b', '5@ 3.20'],
  },
  'quoted-email': { found: [['"anna"@acme.example']], stays: ['"a b" @ acme.example'] },
  uuid: {
    found: [['/x/8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f', '8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f']],
    stays: ['00000000-0000-0000-0000-000000000000'],
  },
  ulid: { found: [['01ARZ3NDEKTSV4RRFFQ69G5FAV']], stays: ['91ARZ3NDEKTSV4RRFFQ69G5FAV', '01234567890123456789012345'] },
  'hex-id': { found: [['507f1f77bcf86cd799439011']], stays: ['1234567890123456', 'deadbeef', 'facadefacadefaca'] },
  'prefixed-id': { found: [['cus_NffrFeUfNV2Hib']], stays: ['order_confirmation', 'size_10'] },
  'arn-account': { found: [['arn:aws:s3:eu-west-1:123456789012:bucket', '123456789012']], stays: ['arn:aws:s3:::bucket'] },
  mac: {
    found: [['00:1a:2b:3c:4d:5e'], ['00-1A-2B-3C-4D-5E'], ['001a.2b3c.4d5e']],
    stays: ['ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '12:30:45', '10-11-12-13'],
  },
  ipv4: {
    found: [['from 81.2.69.142:443', '81.2.69.142']],
    stays: ['127.0.0.1', '0.0.0.0', '255.255.255.0', 'v1.2.3', '1.2.3.4.5', '300.1.1.1'],
  },
  ipv6: { found: [['2a01:4f8::1'], ['[2a01:4f8:0:1::5]:443', '2a01:4f8:0:1::5']], stays: ['::1', '12:30:45', 'a::b::c', 'std::vector'] },
  'mrz-name': {
    found: [['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<']],
    stays: ['P<0.05', '<p>text</p>'],
  },
  'mrz-number': { found: [['L898902C36UTO7408122F1204159ZE184226B<<<<<10']], stays: ['L898902C36UTO7408122F1204159ZE184226B<<<<<11'] },
  'birth-after-word': {
    found: [
      ['born on 17 May 1984 in Ulm', '17 May 1984'],
      ['geboren am 17.5.1984', '17.5.1984'],
      ['Meier, Anna, geb 17.5.1984', '17.5.1984'],
      ['Anna Meier (geb.17.05.84)', '17.05.84'],
      ['DOB: 05/17/1984', '05/17/1984'],
      ['date of birth 1984-05-17', '1984-05-17'],
    ],
    stays: ['ordered on 2024-01-15', 'due 17 May 2024', 'Gebinde vom 17.5.1984', 'angeb. am 17.5.2024', 'Gebühr, 17.5.1984'],
  },
  iban: {
    found: [['DE89 3704 0044 0532 0130 00 please', 'DE89 3704 0044 0532 0130 00'], ['GB82WEST12345698765432'], ['NL91ABNA0417164300']],
    stays: ['DE89 3704 0044 0532 0130 01', 'AB12 3456 7890 1234 5678', 'GB82WEST123456987654'],
  },
  card: {
    found: [['4111 1111 1111 1111'], ['5555555555554444'], ['378282246310005'], ['6011-1111-1111-1117'], ['2223003122003222']],
    stays: ['4111 1111 1111 1112', '1234567812345670', '4006381333931', '1700000000000'],
  },
  'us-ssn': {
    found: [['SSN 219-09-9999', '219-09-9999']],
    stays: ['000-12-3456', '666-12-3456', '123-00-4567', '123-45-0000', '1219-09-9999'],
  },
  'gb-nino': { found: [['AB 12 34 56 C'], ['ab123456c']], stays: ['AB123456E', 'BG123456A', 'QQ123456C'] },
  'gb-nhs': { found: [['943 476 5919'], ['943-476-5919']], stays: ['943 476 5918', '9434765919'] },
  'fr-nir': { found: [['1 84 12 76 451 089 46'], ['184127645108946']], stays: ['1 84 12 76 451 089 47'] },
  'de-idnr': { found: [['86095742719'], ['86 095 742 719']], stays: ['86095742718', '12345678901'] },
  'es-dni': { found: [['12345678Z'], ['12.345.678-Z']], stays: ['12345678A'] },
  'es-nie': { found: [['X1234567L'], ['Z-1234567-R']], stays: ['X1234567A'] },
  'it-codice-fiscale': { found: [['RSSMRA85T10A562S']], stays: ['RSSMRA85T10A562T'] },
  'in-aadhaar': { found: [['2341 2341 2346']], stays: ['2341 2341 2347', '234123412346', '2341 2341 2346 1111'] },
  'br-cpf': { found: [['111.444.777-35'], ['11144477735']], stays: ['111.444.777-36', '111.111.111-11'] },
  'cn-resident': { found: [['11010519491231002X']], stays: ['110105194912310021', '110105194913310029'] },
  'national-after-word': {
    found: [
      ['her NHS number 9434765919', '9434765919'],
      ['Aadhaar: 234123412346', '234123412346'],
      ['SSN 219099999', '219099999'],
    ],
    stays: ['batch 9434765919', 'NHS number 9434765918'],
  },
  'passport-after-word': {
    found: [
      ['passport no. C01X00T47', 'C01X00T47'],
      ['Reisepass 849810749', '849810749'],
    ],
    stays: ['passport photos 35x45 mm', 'passport control', 'order C01X00T47'],
  },
  'phone-international': {
    found: [['call +49 170 1234567', '+49 170 1234567'], ['0049 170 1234567'], ['+1 (202) 555-0143']],
    stays: ['+5', '0000123456789', 'a+1234567890'],
  },
  'phone-national': { found: [['030 1234567'], ['(030) 123 45 67'], ['06 12 34 56 78']], stays: ['01.02.2024', '0.5 1.5'] },
  'phone-trunk': { found: [['01701234567'], ['02079460958']], stays: ['0000123456', '1701234567', '00123456789'] },
  'phone-north-america': {
    found: [['(202) 555-0143'], ['202-555-0143 x12', '202-555-0143'], ['1-202-555-0143']],
    stays: ['2024-555-01433', '202-5550-143'],
  },
  'phone-area': { found: [['(11) 98765-4321']], stays: ['(11) 98', 'f(12) 3'] },
  'phone-china': { found: [['138 1234 5678']], stays: ['238 1234 5678'] },
  'phone-after-word': { found: [['Tel.: 555 1234567', '555 1234567']], stays: ['total 555 1234567'] },
  'coordinate-pair': {
    found: [['52.5200066,13.404954'], ['at -33.8688, 151.2093', '-33.8688, 151.2093']],
    stays: ['1.5, 2.5', '199.12345, 200.12345', '10.0.0.1'],
  },
  'street-english': {
    found: [['at 10 Downing Street close to', '10 Downing Street'], ['1600 Pennsylvania Ave'], ['820 2nd Street'], ['8995 Mary Summit']],
    stays: ['10 shirts on the street', '10 Shirts by the lake', '12 Cotton Shirt', 'Version 10 Street'],
  },
  'street-german': { found: [['Hauptstraße 12'], ['Berliner Allee 7a']], stays: ['die Straße 12', 'Platz 3'] },
  'street-french': { found: [['12 rue de la Paix']], stays: ['la rue est longue'] },
  'street-southern': { found: [['Calle Mayor 5'], ['Rua Augusta, 1500']], stays: ['via e-mail 5'] },
  'street-russian': { found: [['набережная Элеваторная, 408'], ['Медицинская улица, 100']], stays: ['улица длинная', 'площадь 40 м'] },
  'post-box': { found: [['P.O. Box 1234']], stays: ['Box 1234'] },
  'postcode-uk': { found: [['SW1A 1AA']], stays: ['SKU1 2345', 'AB 12'] },
  'postcode-us': { found: [['Austin, TX 78701', '78701']], stays: ['XX 78701', 'TX 7870'] },
  'person-title': {
    found: [
      ['Mr. van der Berg', 'van der Berg'],
      ['Frau Dr. Okafor', 'Okafor'],
    ],
    stays: ['the Dr is in'],
  },
  'person-greeting': { found: [['Dear Anna,', 'Anna']], stays: ['Dear Customer', 'Hello World'] },
  'person-pair': {
    found: [
      ['we met Anna Smith today', 'Anna Smith'],
      ['signed Maria Garcia-Lopez', 'Maria Garcia-Lopez'],
      ['we told Filomena Kilback that', 'Filomena Kilback'],
    ],
    stays: ['Small Steel Ball', 'Ergonomic Rubber Chair', 'Blue Cotton Shirt', 'North London', 'Please Read This'],
  },
  'person-cyrillic': {
    found: [['Тимофей Потапов'], ['звонит Мария Ивановна Каренина', 'Мария Ивановна Каренина']],
    stays: ['Большой Бетонный Портмоне', 'Новый Магазин'],
  },
  'person-introduction': {
    found: [
      ['my name is qentyra tolbrecht anna and i called', 'qentyra tolbrecht anna'],
      ['Ich heiße Quentyra Tolbrecht.', 'Quentyra Tolbrecht'],
      ['je m’appelle Quentyra', 'Quentyra'],
    ],
    stays: ['my name is not on the list', 'the name of the file'],
  },
  'person-behind-cue': {
    found: [
      ['We spoke with Quentyra Tolbrecht about it', 'Quentyra Tolbrecht'],
      ['Merci de rappeler Quentyra Tolbrecht demain', 'Quentyra Tolbrecht'],
    ],
    stays: ['sent by Express Delivery', 'customer service, called by nobody', 'asked for Red Apple juice'],
  },
  'person-pinyin': {
    found: [
      ['left with Ma Ruoxi at the gate', 'Ma Ruoxi'],
      ['it was Shaoqiang He who rang', 'Shaoqiang He'],
    ],
    stays: ['the Long March was long', 'Ring Twice and wait'],
  },
  'person-han': {
    found: [
      ['联系人：王小明', '王小明'],
      ['李先生来过', '李'],
    ],
    stays: ['订单已发货', '明天再说'],
  },
  'record-after-word': {
    found: [
      ['rang about order no. GF74KQ842 today', 'GF74KQ842'],
      ['Kundennummer 4711223 bitte', '4711223'],
      ['Ihre Buchungsnummer: X7-4471', 'X7-4471'],
    ],
    stays: ['order 2 of 40', 'booking for 2026-03-14', 'the case of 12 bottles', 'ticket prices from 20.50'],
  },
  'fhir-reference': { found: [['Patient/f201', 'f201']], stays: ['Patient/Doctor talk', 'the Claim/Coverage form'] },
  'person-inverted': { found: [['Schmidt, Katharina']], stays: ['Paris, London', 'Red, Blue'] },
  'high-entropy': {
    found: [
      ['k3j5h2g4f8d9s0a1q2w3'],
      ['Zx9Kq2Lm7Pw4Rt8Vy1Bn'],
      ['d41d8cd98f00b204e9800998ecf8427e'],
      ['a9ZMe7cI5C5nm2mVpEIosxniixJwAiG3Vd4b8D6F'],
    ],
    stays: [
      'the-quick-brown-fox-jumps-over-1-lazy-dog',
      '2024-01-15-10-30-00-1234',
      'application/vnd.oasis.opendocument.text',
      'SummerCollection2024DressesAndShoes',
    ],
  },

  'login-after-word': {
    found: [
      ['User linus.hakansson cannot log in', 'linus.hakansson'],
      ['Failed password for berik89 from port 22', 'berik89'],
      ['login=marika_laws result=denied', 'marika_laws'],
      ['Der Benutzer jmeier2 ist gesperrt', 'jmeier2'],
      ['assigned to t.piha87 for review', 't.piha87'],
    ],
    stays: [
      'it is up to the user preferences.',
      'user settings are kept',
      'login failed',
      'owner=config.json',
      'user.name is required',
      'for user interface v2',
      'author: none',
    ],
  },
  'login-mentioned': {
    found: [['cc @ari.salonen45 please', 'ari.salonen45']],
    stays: ['see @types/node', '@media print', 'write to anna@acme.example', 'the @2x image'],
  },
  'mrz-card-name': {
    found: [['I<NLDMUELLER<<ANNA<MARIA<<<<<<<<<<<<', 'NLDMUELLER<<ANNA<MARIA<<<<<<<<<<<<']],
    stays: ['IMPORTANT', 'I<NLDMUELLER<<ANNA', 'CONSTANTINOPOLITANISCHERDUDELSACKPFEIFE'],
  },
  'mrz-card-second': {
    found: [['D231458907UTO7408122F1204159<<<<<<<6']],
    stays: ['D231458907UTO7408122F1204159<<<<<<<7', 'D231458901UTO7408122F1204159<<<<<<<6'],
  },
  'mrz-card-number': {
    found: [['I<UTOD231458907<<<<<<<<<<<<<<<']],
    stays: ['I<UTOD231458901<<<<<<<<<<<<<<<', 'ITEMABCD0123456789ABCDEFGHIJK'],
  },
  'mrz-card-days': {
    found: [['7408122F1204159UTO<<<<<<<<<<<6']],
    stays: ['7408123F1204159UTO<<<<<<<<<<<6', '740812212041591234567890123456'],
  },
  'mrz-card-holder': {
    found: [['ERIKSSON<<ANNA<MARIA<<<<<<<<<<']],
    stays: ['ERIKSSON<<ANNA<MARIA', '<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<', 'INTERNATIONALISATIONOFSERVICES'],
  },
  'person-addressed': {
    found: [
      ['Hi Mailin, thanks', 'Mailin'],
      ['Liebe Gunilla!', 'Gunilla'],
      ['Bonjour Philomène, votre dossier', 'Philomène'],
    ],
    stays: ['Hi Team, thanks', 'Hallo zusammen, alles gut', 'Hello World!', 'Dear Customer, your order', 'Hola Amigos!'],
  },
  'person-signed': {
    found: [
      ['All is well. Best wishes\nOger', 'Oger'],
      ['Mit freundlichen Grüßen Pava Labus', 'Pava Labus'],
      ['Cordialement, Philomène', 'Philomène'],
    ],
    stays: ['Regards, Support', 'Thanks for the Quick Answer', 'Best Price', 'Viele Grüße', 'Danke Anna Schmidt GmbH'],
  },
  'person-related': {
    found: [
      ['My husband Longin will collect it', 'Longin'],
      ['Meine Tochter Gunilla kommt', 'Gunilla'],
      ['Abgegeben bei Witting im Hof', 'Witting'],
      ['Please ask Aric to sign', 'Aric'],
      ['Soy Ivica, llamo por la factura', 'Ivica'],
    ],
    stays: ['my friend was here', 'Meine Tochter kommt', 'ask Support to call', 'handed to the driver', 'Soy cliente, llamo'],
  },
  'person-object': {
    found: [
      ['I told Michelle the rest', 'Michelle'],
      ['Avec Michelle nous avons', 'Michelle'],
    ],
    stays: ['with Windows', 'by Monday', 'mit Google Maps', 'told Anna Schmidt', 'met Paris'],
  },
  'person-subject': {
    found: [
      ['Michelle rang again', 'Michelle'],
      ['Dorothea meldet sich morgen', 'Dorothea'],
    ],
    stays: ['Support called back', 'The Spring says', 'Paket kommt morgen', 'Victoria said'],
  },
  'person-mailbox': { found: [['Von: Randy Kshlerin-Conn <amanda21@yahoo.com>', 'Randy Kshlerin-Conn']], stays: ['Total <5', 'List <T>'] },
  'postcode-after-word': {
    found: [
      ['PLZ 31142', '31142'],
      ['My postcode is 31142.', '31142'],
      ['CEP 80071-151', '80071-151'],
      ['C.P. 77359, Koelpinton', '77359, Koelpinton'],
      ['postal code K4A 3A0', 'K4A 3A0'],
      ['〒150-0001', '150-0001'],
    ],
    stays: ['zip file 2048', 'zip 12', 'PLZ fehlt', 'postcode lookup 5.12.1'],
  },
  'postcode-country': {
    found: [
      ['D-25029 Kiel', '25029 Kiel'],
      ['CH-4701 Basel', '4701 Basel'],
    ],
    stays: ['A-1234', 'D-12345 units', 'SD-25029 Kiel'],
  },
  'postcode-canada': { found: [['to K8H 7A0 please', 'K8H 7A0']], stays: ['K8H-7A0', 'K8H 7AA', 'W1A 1A1'] },
  'postcode-town': {
    found: [
      ['Bitte nach 80331 München liefern', '80331 München'],
      ['Hauptstr. 5, 80331 München', '80331 München'],
      ['Livrer au 69698 Lyon', '69698 Lyon'],
    ],
    stays: ['Ordered 12000 Units of it', 'in 20000 Haushalten', 'from 10240 Requests', 'since January 1, 1970 UTC'],
  },
  'town-before-postcode': { found: [['Ship to Ottawa, K1A 0B1', 'Ottawa']], stays: ['Ottawa, 12 units', 'Model X, K1A'] },
  'postcode-portugal': { found: [['1200-109 Lisboa']], stays: ['1200-109 units', '2024-100'] },
  'town-after-word': {
    found: [
      ['She lives in Koelpinton now', 'Koelpinton'],
      ['geboren in Großhöflein', 'Großhöflein'],
      ['née le 12.03.1980 à Roubaix', 'Roubaix'],
      ['Vive en Gandía desde enero', 'Gandía'],
    ],
    stays: ['born in March', 'based in part on it', 'wohnhaft in der Nähe', 'lives in 3 rooms'],
  },
  'town-before-word': {
    found: [['Wir sind nach Kufstein umgezogen', 'Kufstein']],
    stays: ['nach Kufstein geliefert', 'in Betrieb genommen'],
  },
};
