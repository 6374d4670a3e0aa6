import type { FullLanguage } from '../text-document.ts';
import type { PhraseSource } from './lexicon-source.ts';

/**
 * Constructions that show an attitude although none of their words has one; our own list. They count in a sentence without any other word or phrase
 * with a valence. See `compilePhrases` for how they are written.
 */
export const constructions: Readonly<Record<FullLanguage, readonly PhraseSource[]>> = {
  en: [
    [
      1.5,
      `who would have/of/ever thought/guessed/believed, who'd have thought, who knew i/we, none/nothing of this/it/that would/could ..., without you/them/her/him none/nothing/this/it, {rise/get} to its/their/our feet, for the first time in, haven't/hasn't/hadn't/never looked back,
      no words, there are no words, off my/our shoulders/chest/mind, we/i can breathe/sleep, can finally breathe/sleep/rest/say, never thought/imagined/dreamed/dreamt/expected, i/we owe you, that's how you, this is how you, whatever the weather, not a single empty, still here, and counting, day one, here's to`,
    ],
    [
      1,
      `i/we just/finally signed/opened/passed/launched/graduated/finished/completed/delivered/hired/moved/shipped/published/sold, signed my/our/the first/permanent/biggest, opened my/our/the second/first/third/own/doors, passed my/the/our/with, i/we passed, graduated from/with/today/yesterday/last,
      was/were renewed/extended/approved/accepted/published/selected/shortlisted/nominated/granted/awarded/funded, got the job/offer/keys/visa/call/grant/role, said yes, came back benign/negative/clear, {hire} me/us/our first/second/tenth, became a/an/the father/mother/dad/mum/mom/partner/engineer/nurse/teacher/doctor/citizen`,
    ],
    [
      -1.5,
      `spare me/us, give me/us back, bring back the, if they/you paid me, if you/they pay me, for that price, for that/this kind of money, half done/finished/built/baked, {fall} to pieces/bits, {come} to nothing, not even a/one/once/the, and not one/a, lost count of, how often/many ... asked/asking, every time they/you/it, each time they/it, yet to see/hear/receive,
      could at least, would it kill, the least they/you, is that so/too, only to find/be/hear/learn, to be told, to be offered, if only they/someone/somebody/you, as if we/i/nothing/nobody, i/we miss the, never turned/showed/came/called/wrote/looked/bothered/apologised/apologized/asked/paid, found out from/through/via the/a, left us/me the/with, used to be, so much for, they/he/she promised ..., not even, doesn't/didn't/don't/can't even, too *, not a single, without an/any, not one of`,
    ],
  ],
  es: [
    [
      1.5,
      `no hay palabras, sin palabras, quién me/nos/lo iba/diría, quién lo diría, quién me lo, por primera vez en, sin ustedes/vosotros/vosotras/ti/él/ella/ellos/ellas/mi/nuestra/nuestro nada/no/esto, nada de esto ... sin, nada de esto habría/hubiera/sería, no {mirar} atrás, {ponerse:pong} en pie, se/nos puso/pusieron/pusimos de/en pie, os/le/les/te debo/debemos una, de qué forma, contra todo pronóstico,
      ya podemos/puedo respirar/dormir/decir, por fin podemos/puedo, jamás/nunca pensé/imaginé/creí/soñé/pensamos/imaginamos/creímos/soñamos que, no me/nos lo imaginaba/esperaba/esperábamos, así se hace, aquí seguimos/sigo, y sumando, fueran/fuesen así, fuera/fuese así, no tendría canas, haría todo otra, lo volvería a, me/nos {cambiar} la`,
    ],
    [
      1,
      `firmé/firmamos mi/nuestro/nuestra/el/un, inauguré/inauguramos/estrené/estrenamos/fundé/fundamos, abrí/abrimos mi/nuestra/nuestro/las/la, aprobé, aprobamos, me gradué, nos graduamos, terminé/acabé mi/la/el carrera/máster/tesis/doctorado/libro/grado, entregué/entregamos ... antes, me/nos/le/les {renovar:renuev} ..., me/nos/le/les eligieron/seleccionaron/concedieron/nominaron/publicaron,
      contratamos a, me contrataron, me/nos dijeron/dijo que sí, cumplo * años, cumplimos * años, ya somos, me convertí en, por fin soy/es/somos/tengo/tenemos, me dieron las/el, salió bien, todo limpio, dio negativo, es benigno, benigno`,
    ],
    [
      -1.5,
      `que no me/nos/te vengan/digan/cuenten/hablen, no sé cuántas, cuántas veces, ya no sé, cada vez que, ni aunque me/nos, ni aunque, para que te/luego/después/al/encima, para que me/nos digan/ofrezcan/respondan/den/cobren/manden/pidan, con lo que, ni * ni *, ni un/una, ni siquiera, y ni, nadie/ninguno supo/quiso/vino/dijo/hizo/llamó/preguntó/pidió/avisó/pensó/sabe/quiere/viene/dice/hace/mira/pregunta/avisa/piensa/asume/lee,
      a nadie se/le/en, ya no {haber/encontrar:encuentr/quedar/tener:ten/servir:sirv/funcionar/llegar}, sin mirarme/mirarnos/mirar/preguntar/decirnos/decirme/escuchar/leer, hasta que te/me/nos, la misma/mismo cuota/excusa/respuesta/historia/cantinela/canción, echo/echamos de menos cuando/los/el, ojalá alguien, ojalá hubiera/hubieran/hubiesen, prefiero el/la/los/que/mil, si esto/eso es, se inventaron/inventan, se llevaron/llevan el/la, nos/me enteramos/enteré por, nos/me trataron como, qué casualidad, van */tres/dos/cuatro/cinco/seis veces, y van,
      encima me/nos/te/se/le/les/lo/la/hay/tengo/tenemos/piden/pide/quieren/quiere, y/que encima, otra vez, una vez más, de nuevo lo, cómo no, como siempre, faltaría más, ya ni, ni tan, venga ya, se supone que, supuestamente, en teoría, se ve que, por lo visto, eso sí que, y punto, así nos va, así va, luego dirán/dicen, luego nos, y luego, para eso, para esto`,
    ],
  ],
};

/** Verbs of the third person that bring something good when they happen to "me" or "us"; by their stems. */
export const kindStems: Readonly<Record<FullLanguage, string>> = {
  en: 'thank help invite offer welcome hire teach promote award trust support choose select elect accept approve grant give gave taught told visit join surprise renew lend lent save cheer remind ask',
  es: 'd dier ayud felicit renov elig escrib regal acompañ recib invit enseñ salv apoy premi conced aprob contrat cont preguntar visit dij crey nombr otorg abri sorprend acog cuid agradec aplaud compr present mand envi elev ascend ascendier public selecc nomin prest entreg explic llam pid cubri toc',
};
