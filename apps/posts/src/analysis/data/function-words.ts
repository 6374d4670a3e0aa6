/** Frequent words of languages that share letters with English and Spanish; a word in several lists counts less for each. */
export const functionWords: Readonly<Record<string, string>> = {
  en: `the of and to in is that it for was on are as with his they at be this from have or by had not but what all were when we there can an
    your which their said if do will each about how up out them then she many some so these would other into has more her two him time could no
    make than first been its who now people my made over did down only way find use may our you i he me a it's don't i'm we're i've you're that's
    here why us am being because just most very after before job today work team great new no idea tip congratulations hello please thank thanks welcome see
    hiring need want know let get good year years every`,
  es: `ni idea el la de que y a en un ser se no haber por con su para como estar tener le lo todo pero más hacer o poder este ir otro ese si me ya ver
    porque dar cuando él muy sin vez mucho saber qué sobre mi alguno mismo yo también hasta año dos querer entre así primero desde grande eso ni nos
    llegar pasar tiempo ella sí día uno bien poco deber entonces poner cosa tanto hombre parecer nuestro tan donde ahora parte después vida quedar
    siempre creer hablar llevar dejar nada cada seguir menos nuevo encontrar algo solo los las una del al es son está están estamos hay fue era
    esta estos estas sus nuestra nuestros nuestras hemos ha han tiene tenemos gracias hoy mañana ayer equipo trabajo hola buenos días buenas
    cómo dónde cuándo quién aquí ahí allí usted ustedes vosotros tú te ti soy eres somos unos unas e u mis tus cualquier aunque según mientras
    durante contra hacia tras nunca jamás nadie empresa años vamos puede pueden`,
  pt: `o a os as de da do das dos em no na nos nas um uma uns umas que e é não com por para como mais mas se foi ao à aos às ele ela eles elas isso
    esta este está são tem têm muito também já só pelo pela ou ser quando até sem mesmo seu sua seus suas você vocês nós estou estamos obrigado
    obrigada hoje amanhã bom dia eu meu minha nosso nossa ter foram era fazer ainda depois onde agora trabalho equipe equipa`,
  fr: `à le la les de des du un une et est en que qui dans pour pas sur au aux avec ce cette ces il elle ils elles nous vous je tu on ne se son sa ses
    leur leurs plus par mais ou où comme sont été être avoir fait tout tous très bien aussi merci bonjour c'est j'ai d'un d'une l'équipe notre votre
    mon ma mes aujourd'hui quand sans même encore chez ont était`,
  de: `vielen dank guten morgen tag abend zusammen liebe suchen unsere unserem unseren unserer deutschland jahr jahre neue neuen der die das und ist in den von zu mit sich des auf für nicht ein eine einen einem einer als auch es an werden aus er hat dass sie nach wird bei
    um am sind noch wie über so zum war haben nur oder aber vor zur bis mehr durch man ich wir ihr du mein unser danke heute sehr kann wenn`,
  it: `chi qualcuno cosa dove bravo proprio nostri nuova nuovo lavoro oggi ciao buongiorno il lo la i gli le di che e è un una uno in per non con del della dei delle al alla da dal dalla si sono come più ma anche ha ho hai hanno
    questo questa questi queste nel nella ci mi ti vi noi voi loro io lei lui molto grazie oggi essere fare suo sua nostro nostra perché quando
    sul sulla degli ed stato ogni siamo tutti`,
  nl: `hartelijk dank goedemorgen allemaal zoeken nieuwe de het een en van ik te dat die in is niet zijn op aan met als voor er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot
    je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen moet ben
    zonder kan hun dus alles onder ja eens hier wie werd altijd wij onze vandaag bedankt`,
  ca: `vaig vas va vam van ahir ho sé vegada el la els les de del dels i a en un una que no és amb per com més però si al als es ha han hem som són molt també aquest aquesta aquests ja
    o què seva seu nostra nostre avui gràcies jo tu ell ella nosaltres vosaltres fer ser tenir perquè quan sense fins des on`,
  gl: `o a os as do da dos das no na nos nas un unha uns unhas e que é non con por para como máis pero se ao á aos ás el ela eles elas isto
    este esta hoxe ten teño temos moito tamén xa só polo pola ou ser cando ata sen mesmo seu súa meu miña noso nosa eu ti nós vós aínda onde
    agora traballo grazas despois fai`,
  eu: `eta da ez dut du dugu dira zen gara naiz zara bat hau hori gure zure nire ere baina oso egun gaur eskerrik asko denoi guztioi kaixo lan
    urte berri bai bere dago daude izan egin behar dela duen dugun gehiago baino orain hemen`,
  sv: `och att det som en på är av för med den till inte om ett men jag har de vi var så han hon kan när nu här från vara eller ska vår vårt
    våra er din ditt mitt alla mycket tack idag också efter utan bara hej få får söker nya denna detta dem oss två`,
  da: `og at det som en på er af for med den til ikke om et men jeg har de vi var så han hun kan når nu her fra være eller skal vores din dit
    mit alle meget tak idag også efter uden bare hej få får nye denne dette dem os blev efter hvad hvor der til kun`,
  no: `og at det som en på er av for med den til ikke om et men jeg har de vi var så han hun kan når nå her fra være eller skal vår vårt våre
    din ditt mitt alle mye takk idag også etter uten bare hei få får nye denne dette dem oss ble hva hvor noen bli mer fra`,
  fi: `ja on ei että se hän oli ovat kun niin mutta myös tai kuin jos nyt vain olen olemme me te he minä sinä tämä joka mitä kaikki hyvää
    kiitos tänään meidän sen ole voi jo vielä mukaan uusi paljon kanssa`,
  pl: `i w na z do nie się to jest że jak o od za po co dla ale czy już tak przez tylko być są był była było ja ty my wy oni nas nam nasz nasza
    nasze dziękuję dziękujemy dzisiaj dziś dzień dobry bardzo może który która które oraz też jego jej ich w ze dwóch naszego naszej nowy
    nowa szukamy`,
  cs: `a v na se je že s z do o k i za pro jako po ale jsem jsme jste jsou byl byla bylo být nebo tak když jen jak už co to ten ta my vy náš
    naše děkujeme děkuji dnes velmi také který která které ještě všem dobrý den mezi při nové`,
  ro: `și de la în a cu pe nu este sunt că din un o pentru mai ce care ca se am ai au fi fost noi voi el ea ei noastră nostru noastre mulțumesc
    mulțumim astăzi azi foarte sau dar până după fără acest această aceste bună ziua îmi ne vă le`,
  hu: `a az és hogy nem is egy van volt de meg csak már mint ez azt ki be el fel én te ő mi ti ők köszönöm köszönjük ma nagyon vagy ha még
    minden lesz aki ami után között új jó reggelt nap vagyunk keresünk`,
  tr: `ve bir bu da de için ile çok ama o ne gibi daha en var yok ben sen biz siz onlar olarak olan kadar sonra bugün teşekkürler teşekkür
    ederim ederiz merhaba günaydın yeni her mi mı değil şey iyi nasıl bizim arıyoruz`,
  id: `yang dan di ke dari untuk dengan ini itu tidak adalah pada kami kita saya anda akan telah juga atau oleh karena ada bisa hari terima
    kasih selamat pagi sudah lebih dalam tim baru semua mereka sangat`,
};

/** Word endings that tell a language, with the least length of the word. */
export const tellingEndings: Readonly<Record<string, RegExp>> = {
  en: /(?:ing|tion|tions|ness|ment|ments|ly|ship|ful|less|ed|ght|ough|ould|wn|ck|th|ty|ous|able|ew|ies)$/,
  es: /(?:ción|ciones|sión|dad|dades|ando|iendo|ado|ada|ados|adas|ido|ida|idos|amos|emos|imos|aron|ieron|aba|aban|ería|ero|era|eros|ntes|miento|illo|illa|ito|ita|ísimo|ísima|ez|oso|osa|mos|ll[oa]s?|rr[oa]s?|ores?|ales|mente)$/,
  pt: /(?:ção|ções|ões|ão|dade|mente|ando|endo|inho|inha|agem|ou|eiro|eira|ei|nho|nha|lho|lha)$/,
  fr: /(?:eux|euse|tion|ment|eur|eurs|ois|aux|eau|ez|ée|ées|que|ais|ait|aient|oir)$/,
  de: /(?:ung|ungen|keit|heit|lich|isch|schaft|cht|tzt|ieren|sch|ß)$/,
  it: /(?:zione|zioni|mente|ità|ggio|ndo|tto|tta|tti|cci|glia|ssimo|ezza|izza|ato|ate|iamo|etto|ello)$/,
  nl: /(?:heid|ijk|lijk|ijke|eren|aar|oor|ij|ijn|uur|sch|oen|aan|aat|eel|oet)$/,
  ca: /(?:ció|cions|tat|ment|atge|ig|ny|nys|ssa|às|ès|ït)$/,
  gl: /(?:ción|cións|dade|eiro|eira|iño|iña|ades|ou|eu|emos|ando|endo)$/,
  eu: /(?:tzen|tako|rako|eko|aren|ekin|etan|zio|tasun|koa|ak|an)$/,
  sv: /(?:ning|ningar|arna|erna|het|ligt|lig|skt|ade|ar|else)$/,
  da: /(?:ning|inger|erne|hed|ligt|lig|ede|else|dag)$/,
  no: /(?:ning|inger|ene|het|lig|ede|else|sjon|dag)$/,
  fi: /(?:ssa|ssä|sta|stä|lla|llä|lle|een|iin|nen|mme|vat|vät|taan|tään|inen|ksi|mme)$/,
  pl: /(?:ość|ości|ego|emu|ych|ymi|ów|ąc|owie|anie|enie|amy|imy|emy|ować|ski|ska|cja|cji)$/,
  cs: /(?:ost|osti|ého|ému|ých|ými|ovat|ální|ní|ání|ení|ský|ská|eme|íme)$/,
  ro: /(?:ție|ții|ului|ilor|elor|ează|ați|ăm|ește|esc|tate)$/,
  hu: /(?:ság|ség|ban|ben|nak|nek|val|vel|unk|ünk|tok|tek|hoz|hez|ért|ás|és)$/,
  tr: /(?:lar|ler|ların|lerin|ında|inde|yor|yoruz|mek|mak|lık|lik|dır|dir|iyor|ıyor|acak|ecek)$/,
  id: /(?:kan|nya|ang|ung|aan)$/,
};

/** Letters and marks that tell a language. */
export const tellingLetters: Readonly<Record<string, RegExp>> = {
  en: /(?:n't|'ll|'re|'ve)/,
  es: /[ñ¿¡]/,
  pt: /[ãõ]|ç[ãõ]|lh|nh/,
  fr: /[êëîïœûèùâ]|ç[ao]|\b(?:l|d|qu|j|c|n|s)'/,
  de: /[ßäöü]/,
  it: /[àèìòù](?![a-z])|cch|gli|zz|\b(?:l|dell|all|un)'/,
  nl: /ij|aa|ee[rnl]|oe/,
  ca: /l·l|ç|ny\b|\b(?:l|d)'/,
  gl: /[ñ]|x[aeiou]|nh/,
  eu: /tx|tz|ts|kk|z[kt]/,
  sv: /[åäö]/,
  da: /[æøå]/,
  no: /[æøå]/,
  fi: /[äö]|yy|ää|uu|kk|ii/,
  pl: /[ąęłńśźż]|sz|cz|rz|dz/,
  cs: /[ěřůčšž]|ý/,
  ro: /[ășțîâ]/,
  hu: /[őű]|gy|sz|ny|zs|cs/,
  tr: /[ğışç]|ü/,
  id: /ng[aeiou]/,
};
