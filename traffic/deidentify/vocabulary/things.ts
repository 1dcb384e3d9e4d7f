const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** What is sold, filed, configured or run: its names and numbers are nobody's. */
export const things = set(
  'product products item items article articles sku category categories brand model material file files folder table column field fields room theme ' +
    'font plan plans event events campaign tag tags label labels feature features variant variants catalog catalogue collection department menu dish ' +
    'recipe song album track movie film book course courses quiz level quest skill region country countries currency language unit metric service ' +
    'services queue role roles group groups permission template layout host database schema server cluster bucket image environment branch store shop ' +
    'warehouse station airport hotel airline merchant company organisation organization org vendor supplier manufacturer channel project board team ' +
    'list widget page section step stage job rule setting settings option options attribute attributes property properties parameter param params ' +
    'config workflow drug medication procedure test dataset asset package module component line lines part parts fare route leg flight train game ' +
    'league achievement produkt artikel kategorie produit categorie producto articulo prodotto articolo produto shangpin chanpin panier righe riga ' +
    'lineas linea lignes linha linhas itens positionen position tramite lob formular etape tracking app api site node instance resource object entity ' +
    'document doc post message thread topic feed listing offer promo promotion coupon discount deal quote sale price pricing rate tariff tax vat duty ' +
    'hs hts unspsc iata icao locode port gate terminal platform carrier vessel ship aircraft airplane plane bus stop zone area district territory ' +
    'province state county bank bic routing sort aba bsb institution issuer acquirer processor gateway terminalid pos mcc isin cusip sedol ticker ' +
    'symbol exchange fund portfolio index stock share bond instrument error reason response status code result operation command request trace span ' +
    'correlation log audit batch task run build release deployment commit repository repo pipeline artifact container volume disk snapshot backup vm ' +
    'network subnet vlan vpc firewall interface endpoint webhook callback stream broker partition shard key row cell sheet form question answer choice ' +
    'slide chapter paragraph icd icd10 cpt drg loinc snomed atc ndc dose dosage vaccine disease condition symptom allergy diagnosis speciality ' +
    'specialty bodysite organ clinic hospital pharmacy laboratory facility building floor desk seat rack shelf bin aisle slot locker depot class ' +
    'subject semester term lesson lecture program programme curriculum degree faculty school university college institute campus library isbn issn ' +
    'edition publisher journal playlist artist video audio podcast episode season series show genre studio os browser engine locale icon sprite texture ' +
    'map tile layer world guild clan loot arena tournament competition stadium venue fixture round club fleet truckmodel vehicletype fuel assembly bom ' +
    'ingredient allergen cuisine restaurant kitchen farm crop animal pet breed species plant tree vacancy grade division costcenter costcentre ' +
    'profitcenter gl ledger budget phase milestone sprint epic story issue bug policytype plantype producttype contracttype energy grid substation ' +
    'sensor gatewaytype firmware software hardware controller preset dashboard report query filter view court chamber ministry agency authority office ' +
    'bureau municipalitycode precinctcode ward constituency parcelzone landuse lot serie serial revision version design pattern style colour color size ' +
    'fabric make distributor dealer reseller outlet kiosk till register cashdesk machine workspace namespace realm domain datacenter space drive path ' +
    'subscriptionplan pricelist pricebook rateplan bundle kit assortment subcategory facet swatch upc ean ean13 ean8 gtin mpn asin plu barcode barcodes strichcode codebarre codebarres codigobarras codigodebarras codiceabarre codicebarre streepjescode barras barre jancode banner creative ' +
    'adset adgroup ad placement audience segment keyword landing cohort experiment variation flag gene protein chromosome compound reagent assay well ' +
    'warengruppe warengruppen artikelgruppe hersteller lager lagerort filiale filial niederlassung abteilung abteilungs kostenstelle kostenstellen ' +
    'projekt vorlage datei ordner seite kapitel kurs kurse modul fach schule hochschule universitaet universitat klasse raum zimmer saal etage gebaeude ' +
    'gebaude haltestelle haltestellen linie linien zug flug fluege fluge flughafen bahnhof hafen schiff tarif tarife gutschein rabatt aktion sprache ' +
    'waehrung wahrung land laender gericht behoerde behorde amt bankleitzahl blz geraetetyp geratetyp modell typ chargen los farbe groesse grosse ' +
    'sprachcode laendercode landercode gruppe rolle verein liga spiel mannschaft veranstaltung veranstaltungs titel lied rezeptname speise zutat ' +
    'magasin boutique entrepot rayon gamme modele marque fournisseur fabricant couleur taille lotproduit remise codepromo pays langue devise banque ' +
    'agence gare arret ligne vol aeroport navire cours matiere classe ecole universite salle batiment departement tribunal projet fichier modelefichier ' +
    'equipe match evenement titre chanson plat maladie medicament hopital pharmacie tienda almacen bodega seccion gama modelo marca proveedor ' +
    'fabricante talla lote descuento promocion cupon pais idioma moneda banco sucursal estacion parada vuelo aeropuerto barco tarifa curso materia ' +
    'clase escuela universidad sala edificio piso servicio departamento juzgado proyecto archivo pagina plantilla equipo partido evento titulo cancion ' +
    'plato ingrediente enfermedad medicamento farmacia categoria loja armazem deposito secao fornecedor cor tamanho desconto promocao cupom moeda ' +
    'agencia estacao voo aeroporto navio turma escola universidade predio andar servico projeto arquivo time jogo musica prato doenca remedio negozio ' +
    'magazzino reparto gamma modello marchio fornitore produttore colore taglia lotto sconto promozione buono paese lingua valuta banca agenzia ' +
    'stazione fermata volo nave tariffa corso scuola universita aula piano servizio dipartimento tribunale progetto squadra partita titolo canzone ' +
    'piatto malattia farmaco winkel magazijn merk leverancier kleur maat korting taal vak bestand sklep magazyn marka dostawca kolor rozmiar huopin ' +
    'leimu fenlei pinpai xinghao guige yanse chicun cangku mendian dianpu gongyingshang changjia youhuiquan huodong yuyan huobi guojia yinhang zhihang ' +
    'hangban chezhan jichang xianlu kecheng banji xuexiao keshi yaopin jibing bumen xiangmu wenjian yemian moban cuowu banben shohin kategori burando ' +
    'mekazu tenpo soko kuni gengo tsuka ginko shiten eki kuko jugyo gakko busho purojekuto',
);

/** Words that end a name that is not about whose it is but about what it is like. */
export const neutral = set(
  'count counts length size status state states type types kind kinds format version rate ratio total totals index position expiry expires expiration ' +
    'expired issued created updated modified verified validated confirmed enabled disabled flag flags active visible priority score points balance ' +
    'currency country locale lang language timestamp time date dates at on since until start end from to role roles level tier class category segment ' +
    'channel method mode policy preference preferences scheme strategy source purpose reason label url link icon color colour limit max min maximum ' +
    'minimum quantity qty amount sum price cost fee tax weight height width depth duration seconds minutes hours days age year years month months week ' +
    'company organisation organization org firma entreprise societe empresa azienda ditta ' +
    'greeting title description note notes comment enum hint placeholder template rule rules required optional sort step machine plan model os brand ' +
    'algorithm alg strength gender region zone timezone tz population premium income make family theme style layout permission permissions scope scopes ' +
    'feature features bucket variant typ stand anzahl datum art statut etat montant estado tipo fecha stato quantita valor valore cantidad zhuangtai ' +
    'leixing shuliang riqi shijian codec precision scale accuracy latency throughput percent percentage fraction decimals digits average mean median ' +
    'variance stddev offset page pages cursor skip per asc desc readonly nullable default pattern regex charset encoding mime contenttype extension ' +
    'thickness radius angle rotation opacity zoom expire ttl timeout interval frequency recurrence period cycle delay retries attempts threshold quota ' +
    'budget capacity volume speed distance altitude elevation heading opened closed started finished completed cancelled canceled approved rejected ' +
    'accepted declined resolved archived deleted published submitted received sent delivered shipped paid refunded due overdue valid validuntil ' +
    'validfrom effective signed visits views clicks likes followers stars rank ranking percentile grade marks gpa allowed blocked banned locked ' +
    'suspended pending subscribed optin optout consent agreed newsletter laufzeit groesse grosse menge preis betrag summe rabatt steuer waehrung ' +
    'wahrung zustand beginn ende dauer frist faellig fallig gueltig gultig ablauf ablaufdatum ausgestellt erstellt geaendert geandert sprache breite ' +
    'hoehe hohe laenge lange gewicht titel anrede grund hinweis bemerkung kommentar beschreibung quantite prix somme remise taxe devise debut fin duree ' +
    'echeance valide delivre cree modifie langue largeur hauteur longueur poids titre civilite motif remarque commentaire taux solde precio importe ' +
    'suma descuento impuesto moneda inicio duracion vencimiento caducidad emitido creado modificado idioma ancho alto largo peso titulo motivo ' +
    'observacion observaciones comentario descripcion tasa saldo genero preco quantidade soma imposto moeda fim duracao vencimento validade criado ' +
    'largura altura comprimento observacao descricao taxa prezzo importo somma sconto imposta valuta inizio fine durata scadenza validita rilasciato ' +
    'creato modificato larghezza altezza lunghezza nota commento descrizione tasso sesso jine jiage zongjia zongshu kaishi jieshu youxiaoqi beizhu ' +
    'shuoming miaoshu dengji xingbie nianling biaoti countries pays pais paese land laender lander staat ctry cntry guojia kuni kraj cc iso',
);

/** Companies and authorities: their names are nobody's, though a family's name is often in them. */
export const organisations = set(
  'company companies organisation organization org corporation business enterprise firm employer insurer carrier vendor supplier manufacturer merchant brand ' +
    'publisher issuer counterparty bank broker brokerage agency authority hospital clinic school university institution association foundation charity ' +
    'subsidiary distributor reseller dealer retailer wholesaler franchise shipper forwarder haulier courierservice firma firmen firmenname unternehmen ' +
    'arbeitgeber lieferant lieferanten hersteller haendler spedition spediteur versicherer versicherung krankenkasse kasse behoerde verein stiftung ' +
    'geschaeft betrieb entreprise societe raisonsociale enseigne fournisseur fabricant transporteur assureur employeur banque mutuelle organisme ' +
    'etablissement empresa razonsocial compania proveedor fabricante transportista aseguradora empleador banco entidad organismo azienda ditta ' +
    'ragionesociale fornitore produttore trasportatore vettore assicuratore datorelavoro banca ente razaosocial fornecedor transportadora seguradora ' +
    'empregador instituicao bedrijf bedrijfsnaam leverancier werkgever verzekeraar firmanavn foretag leverantor arbetsgivare przedsiebiorstwo pracodawca ' +
    'gongsi qiye danwei kaisha kigyo',
);

/** What a field that holds a checksum of content is called. */
export const contentHashes = set(
  'sha sha1 sha224 sha256 sha384 sha512 md5 crc crc32 crc32c blake2 blake3 xxhash checksum etag digest integrity commit revision rev treeish sha3 ' +
    'keccak fnv murmur cksum chksum chk crc64 adler sri ctag entitytag versiontag cachetag checksumme pruefsumme prufsumme kontrollsumme hashwert ' +
    'sommecontrole empreinte condensat sumacontrol sumaverificacion huella somaverificacao sommacontrollo impronta jiaoyan jiaoyanma jiaoyanhe hanxi ' +
    'haxi haxizhi zhaiyao chekkusamu hasshu githash gitsha gitrev commitid commitish changeset objecthash blobid blobhash layerdigest resourceversion ' +
    'rowversion syncversion concurrencystamp fileprint',
);

/** Before `hash` they say that it is one of content. */
export const contents = set(
  'content file git image blob asset tree build bundle body schema commit package layer chunk block source archive object script style media document ' +
    'doc attachment photo picture video audio thumbnail avatar page template theme config configuration manifest release version firmware binary app ' +
    'dataset data model report payload resource static css js upload download input output state snapshot cache query statement spec definition index ' +
    'store backup export import datei dokument anhang bild inhalt seite fichier contenu piecejointe archivo contenido imagen adjunto arquivo conteudo ' +
    'imagem anexo allegato contenuto immagine bestand plik wenjian neirong tupian fujian',
);
