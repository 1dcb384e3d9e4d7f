import type { FieldRule } from '../../domain/model/identifier-kinds.ts';

/** Words of field names by what they mean, without case and accents, in English, German, French, Spanish, Portuguese, Italian and pinyin. Data of `field-words.ts`. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** What a field holds that ends in one of these; a name of several words is written as one. */
export const kindWords: Readonly<Partial<Record<FieldRule, string>>> = {
  email:
    'email emailaddress emailaddr emailid mail mailaddress mailadresse adressemail courriel correo correoelectronico posta youxiang replyto',
  phone:
    'phone phonenumber telephone mobile mobilenumber mobilephone cell cellphone cellnumber tel fon fax faxnumber msisdn landline whatsapp callback ' +
    'contactnumber callbacknumber smsnumber contactno smsno callbackno telefon telefonnummer rufnummer handy handynummer mobilnummer mobil faxnummer ' +
    'telefono telefonomovil movil celular telefone telemovel portable numerotelephone cellulare ' +
    'shouji shoujihao dianhua lianxidianhua phne phnenb phnb mobnb',
  iban: 'iban',
  national:
    'ssn nino nhs taxid steuerid nir insee dni nie nif codicefiscale aadhaar aadhar cpf nationalid nationalinsurance socialsecurity curp rfc pesel bsn',
  passport:
    'passport passportid traveldocument traveldoc traveldocid documentnumber docnumber documentno docno docnum documentnum identitydocument iddocument ' +
    'identitycard idcardno ppno reisepass reisepassnummer passnummer ausweis ausweisnummer personalausweis passeport pasaporte passaporto passaporte ' +
    'huzhao huzhaohao visanumber visano residencepermit nationalidnumber documento drivinglicence drivinglicense driverlicence driverlicense ' +
    'driverslicense fuehrerschein fuhrerschein fuhrerscheinnummer fuehrerscheinnummer idnumber idno idnum',
  birth:
    'dob birth birthdate birthday dateofbirth datebirth bday dayofbirth daybirth birthdt dtbirth birthyear bornon bornat geburtsdatum geburtstag gebdat gebdatum ' +
    'naissance datenaissance naissancedate ddn nacimiento fechanacimiento nacimientofecha fecnac nascita datanascita nascitadata nascimento datanascimento ' +
    'nascimentodata datanasc dtnasc chusheng chushengriqi csrq shengri',
  token:
    'password passwd pwd passphrase passcode passwort kennwort apikey accesstoken refreshtoken authtoken sessiontoken sessionid idtoken clientsecret secret ' +
    'secretkey privatekey securityanswer secretanswer userpass dbpass passwordconfirmation passwordconfirm confirmpassword passwordrepeat passwordagain pass ' +
    'pin pinnumber otp otpcode tan motdepasse motpasse mdp contrasena clave senha parolachiave parola mima credential credentials verificationcode securitycode ' +
    'recoverycode token jwt cvv cvc sid secretword passkey totp csrf',
  coordinate:
    'latitude longitude lat lng lon latlng latlon breitengrad laengengrad langengrad latitud longitud latitudine longitudine weidu jingdu geopoint',
  name:
    'firstname lastname fullname givenname familyname middlename maidenname surname username nickname forename christianname birthname screenname displayname ' +
    'legalname realname knownname firstnm lastnm fname lname mname uname loginname callsign vorname nachname familienname geburtsname prenom prenoms nomfamille ' +
    'nomcomplet nombrecompleto nombrepila apellido apellidopaterno apellidomaterno cognome sobrenome nomecompleto nomeproprio nomeprimo nominativo xing ming ' +
    'xingming xm mingzi nick handle gamertag gamer playertag gametag loginid userlogin preferredusername samaccountname benutzername nutzername nomutilisateur ' +
    'nombreusuario nomeutente yonghuming zhanghao identifiant login nameoncard cardname attn attention careof nextofkin firstinitial salutationname alias',
  address:
    'street streetaddress streetname streetline addressline address addr addrline postaladdress mailingaddress postcode postalcode zipcode zip zipplus pincode ' +
    'postcd postalcd pstcd plz postleitzahl codepostal codigopostal codicepostale cep cp cap youbian youzhengbianma city town cityname townname ' +
    'suburb birthplace placeofbirth placebirth birthcity strasse anschrift wohnort ort ortschaft adresse rue ville commune direccion calle ciudad domicilio ' +
    'indirizzo citta comune endereco rua cidade bairro dizhi jiedao chengshi strtnm twnnm thoroughfare residence housenumber housenr hausnummer bldgnb adrline',
};

/** Who may be meant: before a word for a name it is somebody's, before a word for a number it is somebody's record, alone it is somebody. */
export const people = set(
  'customer cust client contact guest visitor recipient receiver sender passenger pax traveller traveler holder owner patient user usr buyer seller ' +
    'beneficiary payer payee employee author student pupil member driver applicant tenant subscriber signer spouse mother father child parent partner ' +
    'doctor teacher candidate person invitee attendee assignee reporter reviewer approver creator editor operator principal actor requester requestor follower ' +
    'player gamer submitter caller signatory consignee consignor debtor creditor insured policyholder accountholder cardholder cardmember shopper purchaser ' +
    'resident citizen borrower lender donor voter taxpayer victim witness claimant complainant agent clerk cashier nurse physician prescriber practitioner ' +
    'therapist rider courier renter landlord lessee contractor freelancer worker staff colleague manager supervisor salesrep rep referrer referee sponsor ' +
    'deceased heir guardian dependent dependant relative kin speaker participant competitor crew pilot learner trainee alumni professor ' +
    'individual lead prospect mention commenter uploader responder technician inspector uid billto shipto soldto ' +
    'kunde kunden kundin mitglied mitglieder benutzer nutzer versicherter versicherten versicherte teilnehmer fahrer mitarbeiter ' +
    'kontoinhaber inhaber ansprechpartner empfaenger empfanger absender halter mieter schuler gast auftraggeber besteller patienten ' +
    'titulaire destinataire utilisateur usager adherent abonne salarie eleve passager locataire expediteur beneficiaire assure cliente ' +
    'paciente usuario titular destinatario remitente empleado alumno socio pasajero huesped beneficiario asegurado ' +
    'utente intestatario mittente dipendente studente passeggero ospite socia assicurato paziente ' +
    'lianxiren shoujianren jijianren yonghu kehu huiyuan chengke huanzhe yuangong xuesheng',
);

/** Of those, the ones that mean other things as well: alone they are somebody only with a number. */
export const ambiguousPeople = set(
  'contact lead individual parent child partner operator principal agent manager speaker sponsor mention staff crew pilot referee referrer resident ' +
    'relative kin actor editor dependent dependant gast socio legal insured uid staffing personal individual member rider worker billto shipto soldto',
);

/** Before a word for a name they say that somebody is meant. */
export const nameModifiers = set(
  'emergency legal real maiden billing shipping delivery preferred nick full first last given family second middle user login account',
);

/** Records that are about a person each: before a word for a number it names one, alone it may. */
export const records = set(
  'order booking reservation ticket case claim policy contract account acct subscription membership loyalty frequent flyer flier rewards reward card device ' +
    'meter invoice transaction txn transfer payment mandate shipment parcel consignment waybill encounter visit admission appointment chart medical ' +
    'health mrn pnr locator confirmation enrolment enrollment matriculation registration application personnel household vehicle licence license ' +
    'plate file prescription rx lab specimen sample sim insurance insurer insurance certificate profile wallet purchase receipt refund ' +
    'return complaint incident inquiry enquiry deposit loan mortgage pension benefit donation bill statement ffn ' +
    'bestellung bestell auftrag auftrags vertrag vertrags rechnung rechnungs mitglieds buchung buchungs konto kunden versicherung versicherungs versichertennummer akten ' +
    'aktenzeichen police policen schaden kundenkarte sendung sendungs vorgang vorgangs antrag antrags matrikel personal ' +
    'commande dossier contrat facture abonnement compte sinistre adhesion billet ' +
    'pedido contrato poliza factura cuenta expediente reserva billete historia apolice fatura conta encomenda processo ' +
    'ordine contratto polizza fattura conto pratica prenotazione biglietto tessera ' +
    'dingdan hetong zhanghu yuyue baodan',
);

/** Words that are the number of such a record by themselves. */
export const recordWords = set(
  'mrn pnr ffn imei imsi iccid vin msisdnid recordlocator licenseplate licenceplate numberplate waybill rxnumber deviceserial recordnumber fileref ' +
    'kennzeichen versichertennummer aktenzeichen kundennummer huiyuanhao dingdanhao kehuhao yuyuehao custid custno acctno acctid',
);

/** A number, by what it is called. */
export const idHeads = set(
  'id ids no nos nr nrs num number numbers nbr nb ref reference refs references code key uuid guid identifier identifiers nummer nummern numero numeros ' +
    'kennung zeichen hao bianhao codigo codice serial locator pid oid sn',
);

/** A name, by what it is called. */
export const nameHeads = set('name names nm nom noms nombre nombres nome nomi first last given family full middle initials mingcheng');

/** Before what they belong to, in languages that put it second: `numero_cliente`. */
export const leadingHeads = set(
  'id num numero no nr code codigo codice nom noms nombre nome prenom apellido cognome date fecha data adresse direccion indirizzo endereco tel telefono ' +
    'telefone telephone ville ciudad rue mail',
);

/** What is sold, filed or configured: its names and numbers are nobody's. */
export const things = set(
  'product products item items article articles sku category categories brand model material file files folder table column field fields room theme font ' +
    'plan plans event events campaign tag tags label labels feature features variant variants catalog catalogue collection department menu dish recipe song album ' +
    'track movie film book course courses quiz level quest skill region country countries currency language unit metric service services queue role roles group ' +
    'groups permission template layout host database schema server cluster bucket image environment branch store shop warehouse station airport hotel airline ' +
    'merchant company organisation organization org vendor supplier manufacturer channel project board team list widget page section step stage job rule setting ' +
    'settings option options attribute attributes property properties parameter param params config workflow drug medication procedure test dataset asset ' +
    'package module component line lines part parts fare route leg flight train game team league achievement produkt artikel kategorie produit categorie ' +
    'producto articulo prodotto articolo produto shangpin chanpin',
);

/** Words that end a name that is not about whose it is but about what it is like. */
export const neutral = set(
  'count counts length size status state states type types kind kinds format version rate ratio total totals index position expiry expires expiration expired issued created ' +
    'updated modified verified validated confirmed enabled disabled flag flags active visible priority score points balance currency country locale lang language ' +
    'timestamp time date dates at on since until start end from to role roles level tier class category segment channel method mode policy preference ' +
    'preferences scheme strategy source purpose reason label url link icon color colour limit max min maximum minimum quantity qty amount sum price ' +
    'cost fee tax weight height width depth duration seconds minutes hours days age year years month months week greeting title description note notes comment ' +
    'enum hint placeholder template rule rules required optional sort step machine plan model os brand algorithm alg strength gender region ' +
    'zone timezone tz population premium income limit model make family theme style layout permission permissions scope scopes feature features bucket variant ' +
    'typ stand anzahl datum art statut etat montant estado tipo fecha stato quantita valor valore cantidad zhuangtai leixing shuliang riqi shijian',
);

/** Words that add nothing to the ones beside them. */
export const particles = set('de du des del della di da do dos das of la le les el the der die das l d et y e and');

/** What a field that holds a checksum of content is called. */
export const contentHashes = set(
  'sha sha1 sha224 sha256 sha384 sha512 md5 crc crc32 crc32c blake2 blake3 xxhash checksum etag digest integrity commit revision rev treeish',
);
/** Before `hash` they say that it is one of content. */
export const contents = set(
  'content file git image blob asset tree build bundle body schema commit package layer chunk block source archive object script style',
);
