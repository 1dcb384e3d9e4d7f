/**
 * Names of the dictionary of people that are words of the language as well: alone they name nobody. Most are those that English
 * documentation writes in lower case (the manual pages and licences of a Linux system were counted); places, brands, trades and
 * what shops sell were added.
 */
export const ordinaryWords: ReadonlySet<string> = new Set(
  (
    'abbey abbot aber able ace acton adelaide agent ai aide alas albo ale alexandria alice all allen aller alles almond alpha alt alta ' +
    'alter amber amend an anders angle angles antes apple april arch archer arena arenas ares argentina argue armor arms art ash asia ' +
    'atlas au auch aud august austin auth autumn azure ba babel back bacon bail bake baker ball balls ban band bang bank banks banner bar ' +
    'bare baron barrier barry base bash basic basil bass battle bay be beach beagle bear beard been beer begin bein bell bellow below ' +
    'belt bench bentley benz berlin berry best beste bey bias bien bigger bilbo bill billing bills binder birch bird bishop black blanco ' +
    'blank blanks bless blessing blew blind block blocker blood blow blue board body bogus bold bolt bond bone bones book books boots ' +
    'border borders boring borland born boston both bottom bounds box boy brace brain branch brand brands brandy brass brazil breit brew ' +
    'bridge bridges bright bristol broad broadway broker brook brown brush bu buck buff bull bump bun bunch burden burn buster butler ' +
    'butt button buys cable caddy cadena cage cairo cale call calle cambridge camel camellia camera can canal canary cancel candy canon ' +
    'cap captain car carbon card cardinal care cargo carolina carp carpenter carrier carry carter cartier case cash caso cast castle ' +
    'catalan cater center certain cha chad chain chance chanel channel char charlotte chase check chelsea cherry chess chester child ' +
    'childs china choice christian chrysler church cisco citizen clamp class clause clay clear cleveland clever click clock close cloud ' +
    'clutter co code coder coffee colon comas comes common commons como comp cone confer constance constant converse cook cool cooper ' +
    'cope copes copper coral cord core cork corner corpus cost cotton couch counter counts court courts cousin cover crane crank crea ' +
    'crean crear credit cron cross crow crystal cu cuba cunning cure curl current cutting cypress czech da daher daily daisy dakota ' +
    'dallas dance dann dare darin dark darwin das dash dass day days de deal dean dec deem deems degree deja del delay dell delta demo ' +
    'demos denn denver der desire devine dial dials diamond dice dies din ditch ditto do dodge doe doi doll dollar done dort dose dot ' +
    'dotty double dove down drain drake dress drew driver drone drum dry du duck due duke durham dust dusty duty dy eager eagle earl ' +
    'early east echo edge el elder eller elm else em ena ender eng england english era esta euler even every evita eye factor fail ' +
    'failing fails fair faith fake falcon fall falla fallen falls fan fast fate faux favor favorite favors fear fearing feather fee fees ' +
    'fell felt ferne ferrari few fickle field fields figures file filer files filler finch fine finer finger first fish fisher fitting ' +
    'fix flake fleet flicker flink flock flood florence flower fly folks font foo force ford fore forest forget forst fort forth forward ' +
    'fox frame france frank free freed frees freeze french friday friend frodo frost fruit fudge full fuller gain gains gal games ganz ' +
    'garden gardener gathers general gentle georgia gering geringer german germany getter getty ginger gist given glad glade glass gleich ' +
    'glory go gobble going gold golden good goodwill goto grab grace graft gram gran grand grant grave gray greek green grey grobe groff ' +
    'gross grounds grow gu guard guess guest guice guild guile gut guy ha hack hacker hacking haddock hair hal hall hamilton hamm hammer ' +
    'hammers hand handler hands handy hang hanger hard harden harder hardy hare harm harmony harms harness harp harsh hart harte hash ' +
    'hatch hawk hay hazard hazel he head headings heap heaps heard heart heather height held hence her heron herring hier high hight hill ' +
    'hilton hin ho hoch holder holding hole holland holly honda honey honor hood hook hooks hoops hope hopes horn host houk house houston ' +
    'hover how hu human hung hunt hunter hunting hurd hurdle hurt hy ice im imm imperial in inch india ing innocent ireland iris isa ' +
    'island israel italiano ivy jack jackson jacobi jade january jay jene job joiner jordan joy judge jump june junk just ka kan kann ke ' +
    'keen keep ken kenya kern kettle key keys kia kick kill kind king kingston kit kite kitty klein kleiner knight knock ko kon kron ku ' +
    'la lack lacks laden lake lakes lamb lamp lancaster land lands lane lang lange lard large laser last law laws lawyer lax layer le lea ' +
    'leader leaf leak leaks lean leap learn learned lease lee legate legendre leicht leisure lemma lemon len lent less lesser level levi ' +
    'lex li liberty lie lies lieu light like likes lily lima lincoln line linen lines linger link linker lint lion lira list little lo ' +
    'lock locks london lone long longest look looker loop loose los lose loss loud lourdes love low lower lowers luck lucky lugar lui ma ' +
    'mac mach machen macintosh madison mai main major maker malo malta man mancha manger mango manner manual many maple marble march mark ' +
    'marker market marks maroon marriott marshall mask mason mass masse master masters matter max maxim may mayor means mehr melbourne ' +
    'men mercedes mercy merry mesa messing meta mi milan miles mill miller million min minor minus mir miss misty mix mo mock mode monday ' +
    'money monk moon moral more morning most mount mounts mu muck music mutter my na nada nail nails nan near necessary needle neu nevers ' +
    'new ngai ni nice nicely nickel nicks nie nine nissan no noble noe noon nop north northern nou nu null numbers nur oak obey oder ' +
    'officer oh old olive om omega on orange ord ore orlando orth ou ours over overall overly oxford pace pack packer page pages pair pan ' +
    'pane par para parent parfait paris park pascal pass pat patch patience patt patten pay payment peace peach peak peaks pearl peek ' +
    'peel peer pen pepper perl pero person persons phoenix pi pick picker pickle pickles pickup pike pile pillow pilot pin pine ping pink ' +
    'pinter pipes pizza place plain plate player pleasant plum plumb po pointer points polite poll ponder pool poor pop pope porras ' +
    'porsche port portal porter post potter pound power powers prada precious press pretty price prime prince prior pro profit proper ' +
    'proto proud province prudence puerto puma punch purchase pyo qu que queen query quick quirk race rain rains ram ran rand randi range ' +
    'rank rather raven ray re reach read reader reading ready real reale reap reason reasons record records red reder redus reed ref ' +
    'register rein ren render resto rho rice rich richer ring risk river ro rob robin roff rogue roles roll rolling roman root roots rose ' +
    'rosemary rough round rounds row royal royalty ruby ruff rule runner running rupe rush rust rusty sack sage said sale sales salmon ' +
    'salt sample samples sandy sane saner sass sau savage saw sawyer saxon say scala scales scarlet schlecht schnell schneller schon ' +
    'scotland screen screws sea seal seals search seat seats see seed seeds seek sees segundo sein self sell sells sender september ' +
    'sergeant service session sessions setter setters settle settles severe sha shade shake shallow share sharp sheer shell shepherd ' +
    'sherry shields shim short shorten shorter shorts show shown shows si sick sides silk silver sin sine sing singleton sink sinks sit ' +
    'sites six skipper skoda slack slider slovak small smart smoke snow so sole soll solo som son song soon south southern space spain ' +
    'span speaker speaks speciale speed spell spells spice spikes spinner spoon spring square squire stack stacks staff stage stall ' +
    'stalling stamp stamps standard standing star stark states stay stead steel stem sterling steward still stille stock stone stork ' +
    'storm stormy story stout straight strain strange straw stream street strength stretch strider strike strong struck stuck styles su ' +
    'such sugar suit suits sum summer sun sunday sunny super surface swallow swallows swan sweet swift swing sydney ta tack tailor tak ' +
    'tall tally tan tanner te tea teal tee tell temple test tester than thatcher then thorn thrash threat threats tiffany tiger till tin ' +
    'ting tinker tiny to toe ton tone touch tow tower toy trace trail train trainer treat trees trick trim trinity true trump trunk tu ' +
    'tuck tun tune turner twist um un una uphold upp utter val valente vales valley van velo velvet verity vi via vice victoria victory ' +
    'viel viele violet virgin virginia virtue vis vise vital voltaire von vowels wait waiters waits wake wales walk walker wall wann warn ' +
    'warning warwick washington watchman way wayland weaver wedge weed weekly weeks weight weil welcher welcome well wellington wert west ' +
    'western wheeler white wieder wiederholt wild will willing win wince winch wine winner winning winter wire wisdom wise wisely wiser ' +
    'wolf won wonder wood wooden woods wool word worden work works worm worth worthy wren xi yen york you young younger yum'
  ).split(' '),
);
