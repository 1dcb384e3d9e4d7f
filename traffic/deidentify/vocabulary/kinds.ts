import type { FieldRule } from '../../../domain/model/identifier-kinds.ts';

/**
 * What a field holds that ends in one of these; a name of several words is written as one, without case, accents and the particles of its language. English,
 * German, French, Spanish, Portuguese, Italian, Dutch, Polish, the Nordic ones, pinyin and its initials, romaji; the commonest of Chinese, Japanese and Russian.
 */
export const kindWords: Readonly<Partial<Record<FieldRule, string>>> = {
  email:
    'email emailaddress emailaddr emailid mail mailaddress mailadresse adressemail courriel correo correoelectronico posta youxiang replyto smtpaddr ' +
    'eml mailaddr mailadr mailto mailbox emailadresse emailadr upn userprincipalname smtpaddress correoe epost epostadresse eposta emailadres ' +
    'sahkoposti poczta adresemail adressecourriel adressemel mel direccioncorreo direccionemail direccioncorreoelectronico enderecoemail indirizzoemail ' +
    'postaelettronica dianziyouxiang dianziyoujian youxiangdizhi yx dzyx meruadoresu denshimeru rfc822mailbox 邮箱 电子邮箱 电子邮件 メールアドレス メール 이메일 почта ' +
    'электроннаяпочта',
  phone:
    'phone phonenumber telephone mobile mobilenumber mobilephone cell cellphone cellnumber tel fon fax faxnumber msisdn landline whatsapp callback ' +
    'contactnumber callbacknumber smsnumber contactno smsno callbackno telefon telefonnummer rufnummer handy handynummer mobilnummer mobil faxnummer ' +
    'telefono telefonomovil movil celular telefone telemovel portable numerotelephone cellulare shouji shoujihao dianhua lianxidianhua phne phnenb phnb ' +
    'mobnb telf1 telf2 telfx ph phn phoneno phonenum phonenr telno telnr telnum telefonnr mobilenr mobilno mobno gsm gsmnumber natel festnetz ' +
    'festnetznummer festnetznr durchwahl rueckruf rueckrufnummer ruckruf ruckrufnummer handynr rufnr mobiltelefon mobilnr telefoon telefoonnummer ' +
    'mobiel mobielnummer telephonenumber telephoneno teleph telfixe telmobile telportable numerotel numtel notel numtelephone numportable ' +
    'numeroportable telecopie fixe telefonocelular telefonofijo numerotelefono numtelefono numerocelular numcelular numeromovil tlf tlfno tlfn tfno tfn ' +
    'telf telef fono nrotelefono numerotelefone numtelefone fone numerocellulare recapitotelefonico telfisso komorka nrtelefonu numertelefonu sjh sjhm ' +
    'shoujihaoma dianhuahaoma lianxifangshi gudingdianhua zuojidianhua lxdh lxfs dh denwa denwabango keitai keitaidenwa keitaibango e164 callerid ' +
    'callednumber callingnumber dialednumber calledparty callingparty fromnumber tonumber smsphone 手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 電話番号 電話 携帯電話 携帯番号 ' +
    'телефон номертелефона',
  card:
    'cardnumber cardno cardnum cardnr cardnbr creditcard creditcardnumber creditcardno creditcardnum ccnumber ccno ccnum ccn debitcard debitcardnumber ' +
    'debitcardno fpan dpan cardpan kreditkarte kreditkartennummer kreditkartennr kartennummer kartennr numerocarte numcarte cartebancaire cartecredit ' +
    'numcb numerotarjeta numtarjeta tarjetacredito numerocartao numcartao cartaocredito numerocarta cartacredito yinhangkahao yinhangka xinyongkahao ' +
    'kahao 银行卡号 信用卡号 卡号',
  iban: 'iban ibannumber ibannr ibanno ibancode',
  national:
    'ssn nino nhs taxid steuerid nir insee dni nie nif codicefiscale aadhaar aadhar cpf nationalid nationalinsurance socialsecurity curp rfc pesel bsn ' +
    'stcd1 stcd2 ssnumber ssno socialsecuritynumber socialsecurityno socialinsurancenumber socialinsurance sinnumber itin tin tinnumber taxpayerid ' +
    'taxpayeridentificationnumber taxpayernumber taxpayerno taxidentificationnumber taxidentifier taxnumber taxno nationalidentifier ' +
    'nationalidentificationnumber nationalidentity nationalinsurancenumber nationalinsuranceno ninumber medicarenumber medicareno mbi personnummer ' +
    'personalnumber personalidnumber personalidentitynumber personalidentifier personalcode fodselsnummer cprnummer cprnumber cpr henkilotunnus hetu ' +
    'isikukood rodnecislo egn jmbg oib cnp bsnnummer burgerservicenummer rijksregisternummer insz ahv ahvnummer ahvnr avs avsnumber numeroavs svnr ' +
    'svnummer sozialversicherungsnummer sozialversicherungsnr rentenversicherungsnummer rvnr steuernummer steuernr stnr steueridentifikationsnummer ' +
    'steueridentnummer idnr identifikationsnummer numerosecu numsecu nosecu secu securitesociale numsecuritesociale numerosecuritesociale nss ' +
    'numerofiscal nifnumero numerodni numdni documentonacional cedula cedulaidentidad cedulaciudadania numerocedula rut cuil cuit nuss numeroafiliacion ' +
    'cpfcnpj numerocpf numcpf rg numerorg contribuinte numcontribuinte cartaocidadao codfiscale codfisc cfisc aadhaarno aadhaarnumber aadharno ' +
    'aadharnumber uidai pancard panno pannumber shenfenzheng shenfenzhenghao shenfenzhenghaoma sfz sfzh sfzhm zhengjianhao zhengjianhaoma zjh zjhm ' +
    'idcard idcardnumber residentid citizenid citizenidnumber civilid civilidnumber identitynumber identityno mynumber mainanba kojinbango juminbeonho ' +
    'numerpesel inn snils nric emiratesid iqama cnic ktp kimlikno tckn tckimlikno 身份证 身份证号 身份证号码 证件号 证件号码 マイナンバー 個人番号 инн снилс',
  passport:
    'passport passportid traveldocument traveldoc traveldocid documentnumber docnumber documentno docno docnum documentnum identitydocument iddocument ' +
    'identitycard idcardno ppno reisepass reisepassnummer passnummer ausweis ausweisnummer personalausweis passeport pasaporte passaporto passaporte ' +
    'huzhao huzhaohao visanumber visano residencepermit nationalidnumber documento drivinglicence drivinglicense driverlicence driverlicense ' +
    'driverslicense fuehrerschein fuhrerschein fuhrerscheinnummer fuehrerscheinnummer idnumber idno idnum passportnumber passportno passportnr ' +
    'passportnum passportbook passno passnr passnum pptno pptnum psptno paspoort paspoortnummer paszport numerpaszportu nopasseport numpasseport ' +
    'numeropasseport nropasaporte numpasaporte numeropasaporte numpassaporto numeropassaporto numpassaporte numeropassaporte hzh hzhm huzhaohaoma ' +
    'ryoken ryokenbango pasupoto reisedokument reisedokumentnummer dokumentnummer dokumentnr dokumentennummer ausweisnr ausweisid personalausweisnummer ' +
    'personalausweisnr perso personr carteidentite numerocarteidentite cni numcni titresejour numerotitresejour numpiece numeropiece pieceidentite ' +
    'numpieceidentite numeropieceidentite documentoidentidad numerodocumento numdocumento nrodocumento nrodoc numdoc numerodoc documentoidentidade ' +
    'docidentidad cartaidentita numerocartaidentita documentoidentita numerodocid patenteguida numeropatente permisconduire numeropermis carnetconducir ' +
    'licenciaconducir permisoconducir cartaconducao cnh numerocnh rijbewijs rijbewijsnummer jiazhao jiashizheng jiazhaohao jiashizhenghao menkyobango ' +
    'menkyosho dlno dlnumber dlnum driverlicenceno driverlicenseno driverlicensenumber driverlicencenumber driverslicensenumber driverslicenseno ' +
    'drivinglicenceno drivinglicencenumber drivinglicensenumber identitydocumentnumber identitydocno identitycardnumber iddocno iddocnumber iddoc ' +
    'traveldocumentnumber travdocno visanr residencepermitnumber residencepermitno greencardnumber greencard aliennumber mrz mrz1 mrz2 护照 护照号 护照号码 旅券番号 ' +
    '驾驶证号 паспорт номерпаспорта',
  birth:
    'dob birth birthdate birthday dateofbirth datebirth bday dayofbirth daybirth birthdt dtbirth birthyear bornon bornat geburtsdatum geburtstag gebdat ' +
    'gebdatum naissance datenaissance naissancedate ddn nacimiento fechanacimiento nacimientofecha fecnac nascita datanascita nascitadata nascimento ' +
    'datanascimento nascimentodata datanasc dtnasc chusheng chushengriqi csrq shengri gbdat dobirth dofb brthdt birthdy bthdt bdate bdt geb gebd gebdt ' +
    'gebtag geborenam geburtsdat geburtstermin datnaiss datenaiss dtnaiss dtnaissance naiss datenai neele nele neelele journaissance anniversaire ' +
    'anneenaissance fechanac fecnacimiento fechanacim fnac fnacimiento fenac nacidoel nac cumpleanos anonacimiento dtnascimento dnasc nasc datnasc ' +
    'datanas aniversario anonascimento dtnascita datnascita natoil natail nato compleanno annonascita geboortedatum geboorte geboren dataurodzenia ' +
    'urodziny fodelsedatum fodselsdato fodselsdag syntymaaika dogumtarihi chushengnianyue csny birthymd seinengappi tanjobi tanjoubi birthmonth ' +
    'birthdateymd yob yearofbirth yearbirth 出生日期 生日 出生年月 生年月日 誕生日 датарождения',
  token:
    'password passwd pwd passphrase passcode passwort kennwort apikey accesstoken refreshtoken authtoken sessiontoken sessionid idtoken clientsecret ' +
    'secret secretkey privatekey securityanswer secretanswer userpass dbpass passwordconfirmation passwordconfirm confirmpassword passwordrepeat ' +
    'passwordagain pass pin pinnumber otp otpcode tan motdepasse motpasse mdp contrasena clave senha parolachiave parola mima credential credentials ' +
    'verificationcode securitycode recoverycode token jwt cvv cvc sid secretword passkey totp csrf pw psw pswd passw passwrd userpw userpwd ' +
    'userpassword newpwd oldpwd newpassword oldpassword currentpassword confirmpwd repeatpassword retypepassword passwordhash passwordtoken resettoken ' +
    'accesskey secretaccesskey accesscode activationcode authcode authorizationcode authenticationcode confirmationtoken verificationtoken onetimecode ' +
    'onetimepassword mfacode totpcode twofactorcode smscode logincode bearer bearertoken accesstok refreshtok idtok sessiontok sessid sessionkey sess ' +
    'phpsessid jsessionid authkey signingkey hmackey encryptionkey consumersecret apisecret sharedsecret appsecret clientassertion psk presharedkey ' +
    'wifipassword wifikey sshkey webhooksecret devicetoken pushtoken fcmtoken apnstoken registrationtoken magiclink cvv2 cvc2 cardverification ' +
    'cardsecuritycode pruefziffer kartenpruefnummer kartenprufnummer sicherheitscode pinnummer geheimzahl geheimwort losungswort zugangscode ' +
    'zugangsdaten passwd2 neuespasswort altespasswort anmeldepasswort sicherheitsantwort mdpass nouveaumdp ancienmdp codesecret codeconfidentiel ' +
    'codepin codeacces phrasesecrete reponsesecrete contrasenia contrasenya contrasenanueva claveacceso clavesecreta respuestasecreta codigoseguridad ' +
    'codigoacceso senhaatual novasenha senhanova codigoacesso respostasecreta codigoseguranca parolasegreta parolaccesso codicesicurezza codiceaccesso ' +
    'codicepin pwdnuova rispostasegreta wachtwoord haslo losenord passord salasana sifre dlmm yzm yanzhengma yanzheng miyao anquanma mibao zhifumima ' +
    'denglumima pasuwado ansho anshobango 密码 验证码 口令 パスワード 暗証番号 пароль',
  coordinate:
    'latitude longitude lat lng lon latlng latlon breitengrad laengengrad langengrad latitud longitud latitudine longitudine weidu jingdu geopoint ' +
    'latdeg londeg lngdeg gpslat gpslon gpslng geolat geolon geolng geolong maplat maplng latcoord loncoord posicionlat ido keido 纬度 经度 緯度 経度',
  name:
    'firstname lastname fullname givenname familyname middlename maidenname surname username nickname forename christianname birthname screenname ' +
    'displayname legalname realname knownname firstnm lastnm fname lname mname uname loginname callsign vorname nachname familienname geburtsname ' +
    'prenom prenoms nomfamille nomcomplet nombrecompleto nombrepila apellido apellidopaterno apellidomaterno cognome sobrenome nomecompleto nomeproprio ' +
    'nomeprimo nominativo xing ming xingming xm mingzi nick handle gamertag gamer playertag gametag loginid userlogin preferredusername samaccountname ' +
    'benutzername nutzername nomutilisateur nombreusuario nomeutente yonghuming zhanghao identifiant login nameoncard cardname attn attention careof ' +
    'nextofkin firstinitial salutationname alias vorna nachn name1 name2 alternatename alternativename fullnm fullnme wholename completename personname ' +
    'namefull namefirst namelast namemiddle nameprefix frstnm frstname fstname lstname lastnme firstnme fstnm lstnm mdlname midname srname surnm sname ' +
    'gname gvnname gvnnm famname famnm secondname othername othernames legalfirstname legallastname knownas calledname birthsurname mothersmaidenname ' +
    'maidennm spousename formattedname sortname rufname zuname nachnm vornm vorn vname nname zname namevoll vollname vollstaendigername ' +
    'vollstandigername vorundnachname nachnameundvorname madchenname maedchenname spitzname anzeigename kontaktname rufnamen nomprenom prenomnom ' +
    'prenomusuel deuxiemeprenom nomusage nomnaissance nomjeunefille patronyme pnom prnom nomaffiche surnom pseudo pseudonyme nombres primernombre ' +
    'segundonombre primerapellido segundoapellido apellido1 apellido2 apellidonombre nombreapellido nombreapellidos apellidosnombre apodo sobrenombre ' +
    'nombrecorto ap1 ap2 apepat apemat nombrepropio nomes primeironome segundonome ultimonome nomesobrenome apelido apelidos nomesocial nomemae nomepai ' +
    'nomeusuario nomeutilizador nomecognome cognomenome nomebattesimo cognomi nominativocompleto denominativo soprannome nomignolo voornaam achternaam ' +
    'tussenvoegsel familienaam roepnaam volledigenaam imie nazwisko imienazwisko fornavn etternavn efternavn fornamn efternamn etunimi sukunimi soyad ' +
    'adsoyad xingmingpinyin mingcheng1 zhenshixingming zsxm xingshi yhm zhmc nicheng nc dengluming dlm zhanghaoming lxr lxrxm shimei namae myoji simei ' +
    'seimei sei mei furigana kana kananame lastnamekana firstnamekana kanjiname romajiname accountlogin accountusername logonname logonid logon ' +
    'userlogon useraccount useralias ntlogin adlogin samaccount unixname userhandle usernm usrnm unm usercode nutzerkennung anmeldename loginkennung ' +
    'benutzerkennung identifiantconnexion identifiantutilisateur idconnexion usuariologin idusuariologin nomacesso nomelogin credenzialeutente twitter ' +
    'twitterhandle twitterusername instagram instagramhandle skype skypename skypeid telegram telegramusername discord discordtag discorduser mastodon ' +
    'snapchat githubusername githublogin githubuser gitlabusername linkedin wechat weixin weixinhao wxh qq lineid steamid psnid xboxgamertag gamername ' +
    'spielername charactername authornm initials addressee cardholdernm embossedname embossname nametoprint kontoinhabername rechnungsname ' +
    'lieferanschriftname 姓名 姓 名 名字 用户名 昵称 联系人 收件人 真实姓名 氏名 名前 お名前 フリガナ ふりがな 苗字 имя фамилия отчество фио логин',
  address:
    'street streetaddress streetname streetline addressline address addr addrline postaladdress mailingaddress postcode postalcode zipcode zip zipplus ' +
    'pincode postcd postalcd pstcd plz postleitzahl codepostal codigopostal codicepostale cep cp cap youbian youzhengbianma city town cityname townname ' +
    'suburb birthplace placeofbirth placebirth birthcity strasse anschrift wohnort ort ortschaft adresse rue ville commune direccion calle ciudad ' +
    'domicilio indirizzo citta comune endereco rua cidade bairro dizhi jiedao chengshi strtnm twnnm thoroughfare residence housenumber housenr ' +
    'hausnummer bldgnb adrline addressline3 addressline4 addrln addrln1 addrln2 addrline1 addrline2 address3 addr2 addr3 adr adr1 adr2 adrs strt ' +
    'strtname strname strnm strasse1 strassehausnummer strassehnr strassenr streetno streetnumber streetnr housename houseno hnr hausnr housenum ' +
    'buildingno buildingnumber buildingname apt aptno apartment apartmentnumber flatno flatnumber unitno unitnumber suite suiteno floorno pobox pobx ' +
    'postbox postfach landmark locality addresslocality dependentlocality sublocality neighborhood neighbourhood municipality township village hamlet ' +
    'prefecture towncity citytown citynm twn cty premise line1 line2 line3 line4 addressformatted formattedaddress fulladdress addressfull ' +
    'freeformaddress homeaddr workaddr residentialaddress permanentaddress correspondenceaddress registeredaddress addresstext pstcode pcode pstlcode ' +
    'postal zippostal zippostalcode zip4 zip5 ziplus4 zipext postnr postnummer postnumber postzip eircode postcodezip plzort ortplz plznr adresszeile ' +
    'adresszeile1 adresszeile2 adresszusatz wohnadresse lieferadresse rechnungsadresse zustelladresse postanschrift lieferanschrift rechnungsanschrift ' +
    'meldeadresse stadt stadtteil gemeinde geburtsort wohnsitz zustellort strassenname adressepostale adresselivraison adressefacturation adresse1 ' +
    'adresse2 adresseligne1 ligneadresse complementadresse numvoie numerovoie nomvoie libellevoie voie rueno numrue nomrue codepost cpostal codpost ' +
    'cpville localite lieunaissance villenaissance lieudit domicile lieuresidence domicilio1 direccionenvio direccionentrega direccionfacturacion ' +
    'direccion1 direccion2 direccionpostal calleynumero callenumero numeroexterior numerointerior colonia localidad municipio provincia poblacion ' +
    'barrio codpostal codigopost cpos lugarnacimiento ciudadnacimiento delegacion enderecoentrega enderecocobranca logradouro complemento ' +
    'numeroendereco localidade freguesia concelho cep1 naturalidade localnascimento morada moradaentrega indirizzoresidenza indirizzospedizione ' +
    'indirizzofatturazione viaecivico civico numerocivico residenza localita luogonascita comunenascita comuneresidenza codavviamento adres straat ' +
    'straatnaam huisnummer woonplaats plaats ulica nrdomu miasto miejscowosc kodpocztowy gata gatuadress gateadresse poststed osoite katuosoite ' +
    'postinumero kaupunki xiangxidizhi xxdz dz jtdz jiatingzhuzhi jiatingdizhi zhuzhi shouhuodizhi shdz lianxidizhi lxdz jiguan chushengdi yb yzbm ' +
    'youzheng chengshiming jiedaodizhi jusho juusho yubin yubinbango yuubinbangou shikuchoson banchi tatemono citybirth townbirth pstlz stras ort01 ' +
    'ort02 地址 住址 详细地址 收货地址 家庭住址 邮编 邮政编码 城市 住所 郵便番号 市区町村 番地 адрес улица город индекс',
};
