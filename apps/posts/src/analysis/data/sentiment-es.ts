import type { LexiconSource } from './lexicon-source.ts';

/** Spanish words with a valence in [-4, 4]; our own list and weights. A verb whose vowel changes gives its stressed stem after a colon. */
export const spanishSentiment: LexiconSource = {
  adjectives: [
    [
      1.9,
      'tremendísimo exquisito sabrosísimo suculento tierno jugosísimo superior sublime celestial glorioso inmaculado estiloso cómodo ligerísimo proactivo accesible colaborativo energizante empoderador iluminador esclarecedor absorbente contundente ingenioso magistral meticuloso incansable abnegado intrépido decidido persistente visionario puntero revolucionario transformador influyente imponente codiciado rentabilísimo animado jubiloso eufórico exultante revitalizante relajante sanador vigorizante aterciopelado fragante fluido preciso amplio luminosísimo céntrico equipado orgullosísimo agradecidísimo comprensible didáctico edificante enternecedor legítimo notable estelar memorable merecidísimo provechoso triunfador victorioso',
    ],
    [
      -1.9,
      'chungo endeble birrioso insípido crudo requemado rancio nauseabundo insalubre antihigiénico ruinoso calamitoso funesto sombrío lúgubre deplorable escandaloso injustificable indefendible degradante deshumanizante desesperante irritante exasperante descortés insolente tacaño mezquino rencoroso malicioso desalmado desconsiderado inepto incapaz desorganizado errático impredecible insostenible inviable impráctico incómodo antipático poco-profesional repetitivo previsible pretencioso superficial vacío hueco insincero hipócrita mentiroso engañoso turbio opaco desigual sesgado explotador opresivo intolerante prejuicioso xenófobo desempleado indigente endeudado desesperado indefenso impotente despreciado invisible aislado abandonado traicionado engañado estafado desconcertado perplejo atónito horrorizado aterrado aterrorizado temeroso inquieto insomne lloroso desconsolado afligido traumatizado destrozado hundido insatisfecho inconforme inexistente insoportable infrahumano tardío incompatible excesivo abusivo malogrado arruinado fallido frustrante estresado angustiado agobiado atascado saturado caótico vergonzoso',
    ],
    [
      1.5,
      'suave resistente compacto espacioso nítido mullido esponjoso crujiente jugoso aromático manejable ergonómico confortable elegante veloz servicial pulcro esmerado ordenado despejado holgado ajustable novedoso atractivo vistoso coqueto pintoresco exquisito fresquísimo ligerísimo esencial didáctico instructivo pedagógico dinámico participativo colaborativo inclusivo flexible generosísimo prudente sensible',
    ],
    [
      -1.6,
      'endeble raquítico chirriante borroso pixelado aguado correoso pegajoso desteñido arrugado descosido agrietado torcido abollado astillado rasposo ruidosísimo incomodísimo cochambroso destartalado mohoso recalentado reseco chamuscado insulso desabrido machacón lioso engorroso tramposo leonino abusivo esquivo displicente pasota desganado desangelado desaliñado desvencijado enclenque defectuosísimo inflado desmesurado',
    ],
    [
      2.4,
      'espléndido fabuloso magistral primoroso arrollador inmenso incomparable intachable irrepetible modélico encomiable loable meritorio heroico invaluable inestimable grandísimo sensacional bárbaro bestial',
    ],
    [
      1.7,
      'entusiasta fructífero próspero boyante pujante floreciente triunfante vencedor laureado prestigioso reputado adorable carismático bondadoso compasivo comprensivo caritativo altruista desinteresado hospitalario cortés dulce afectuoso confiable duradero lucrativo pionero vanguardista original auténtico genuino fiel perseverante tenaz disciplinado trabajador esforzado dedicado hábil diestro preparado sereno apacible armonioso saludable enérgico jovial gracioso ocurrente resiliente ilusionante',
    ],
    [
      -2.4,
      'deleznable abyecto aborrecible execrable repulsivo nauseabundo vomitivo espeluznante aterrador pavoroso escalofriante monstruoso sádico ruin indecente vejatorio ultrajante inaguantable desquiciante calamitoso ruinoso devastador demoledor fatídico letal desolado desconsolado inaudito delirante kafkiano',
    ],
    [
      -1.7,
      'inoperante embustero farsante desleal traidor desmedido desproporcionado desorbitado discriminatorio racista machista sexista homófobo despótico tiránico insolente altivo vanidoso codicioso avaro tacaño rencoroso vengativo envidioso impotente desprotegido olvidado infravalorado excluido iracundo exhausto fatigado extenuado atemorizado desconcertado insolvente desempleado soporífero engorroso enrevesado ilógico ininteligible perjudicial insalubre inhóspito incorrecto inaccesible desencantado resignado cruel salvaje mortal arbitrario exagerado intransigente inoperable malintencionado',
    ],
    [
      1.9,
      'padrísimo buenísimo bellísimo guapísimo riquísimo contentísimo felicísimo chévere bacano chingón copado chulo chido guay majo simpático entrañable cercano resolutivo eficientísimo impoluto insuperable inspirado emocionante electrizante hermosísimo lindísimo rico sabroso premiado galardonado aplaudido reconocido querido bienvenido premiado realizado pleno pletórico radiante ilusionante esperanzado aliviado descansado renovado fenomenal brutal bestial alucinante flipante apoteósico mítico legendario épico',
    ],
    [
      -1.9,
      'ilegible inusable inutilizable impagado impago moroso desbordado explotado sobrecargado malpagado plantado estafado timado engañado ninguneado ignorado maltratado humillado indignado cabreado encabronado encojonado podrido asqueado hastiado desmoralizado desmotivado hundido abatido deshecho derrotado desalentado afligido apenado dolido traicionado varado averiado estropeado oxidado rayado golpeado quemado insípido grasiento maloliente pestilente mugriento asqueante cutre chafa gacho naco trucho berreta choto chungo pinche maldito jodido falso falseado mentiroso sinvergüenza caradura abusón ladrón estafador mafioso corrupto chapucero negligente desconsiderado soberbio altanero borde antipático pesadísimo carísimo lentísimo malísimo feísimo tardísimo cancelado suspendido retrasado demorado bloqueado hackeado desfasado obsoleto caducado intragable insostenible injustificable injustificado incomprensible inentendible incomestible',
    ],
    [
      2.2,
      'acogedor alentador ameno apasionante asombroso atento brillantísimo cálido campeón cautivador colosal comprometido conmovedor cumplidor deslumbrante detallista ejemplar entrañable envidiable estimulante exquisito favorito formidable glorioso grandioso histórico ideal imbatible impecable imprescindible inigualable insuperable invencible jubiloso leal luminoso memorable merecido motivador noble optimista óptimo portentoso prodigioso querido radiante reconfortante refrescante renovador respetuoso revelador satisfactorio soberbio solidario sublime transparente triunfal trepidante único valeroso vibrante victorioso virtuoso vital',
    ],
    [
      1.4,
      'acertado accesible adecuado ágil asequible beneficioso capaz competente completo constructivo cordial correcto cuidadoso decente digno diligente educado empático equilibrado estable ético favorable fluido fresco funcional honesto honrado humano humilde ingenioso íntegro ligero limpio lógico maduro moderno oportuno organizado paciente pacífico potente profesional provechoso puntual razonable rentable responsable riguroso robusto sabio sencillo sensato servicial sobresaliente sostenible tierno tolerante valioso ventajoso versátil',
    ],
    [
      -2.2,
      'abominable abusivo aberrante agobiante agónico agresivo amargo angustiado angustioso apático arrogante arruinado atrasado autoritario bochornoso brutal chapucero cínico cobarde corrupto decepcionado degradante denigrante deplorable deprimente deprimido desagradable desalentador desastroso desatento descarado descortés desesperado desesperante desganado deshumanizado desilusionado desmotivado desolador despectivo despiadado despreciable detestable dramático egoísta enfurecido engreído escandaloso exasperante fatal fraudulento funesto grotesco hiriente hipócrita horrendo hostil humillante humillado impresentable inadmisible incompetente inepto infame infernal infumable inhumano inmoral insensible insufrible insultante intolerable intolerante inservible irrespetuoso malvado maleducado mezquino negligente nocivo ofendido ofensivo opresivo penoso perverso prepotente quemado rabioso sangrante siniestro sórdido soso tedioso temible tirano torturador traicionero tramposo turbio vil violento vulgar',
    ],
    [
      -1.4,
      'abandonado absurdo abrumado abrumador alarmante amenazador anticuado arduo áspero bloqueado burocrático caduco caótico cargante confuso contradictorio costoso crítico cuestionable debilitado decaído defraudado dañino deficitario demorado desactualizado desafortunado desamparado desbordado descontento desconfiado descuidado desfasado desigual desordenado desorganizado desorientado despistado disperso erróneo estancado excesivo extenuante farragoso fraccionado frágil frívolo hueco impaciente imposible impreciso impuntual inadecuado incapaz incoherente incómodo incompleto inconsistente indeciso indefenso ineficaz ineficiente inestable inexacto inferior inoportuno inquieto inseguro insuficiente interminable inviable irregular irritado irritante lastimado limitado monótono obsoleto opaco oscuro pesado pesimista precario problemático rancio repetitivo resentido rígido saturado solitario sombrío tardío tenso tosco vacío vulnerable',
    ],
    [
      3.3,
      'excelente increíble fantástico maravilloso magnífico extraordinario espectacular impresionante perfecto fenomenal estupendo brillante sensacional inmejorable',
    ],
    [
      2.8,
      'genial encantado precioso inspirador emocionado ilusionado inolvidable excepcional sobresaliente admirable fascinante entusiasmado maravillado',
    ],
    [
      2.4,
      'feliz orgulloso agradecido contento alegre hermoso encantador exitoso apasionado bello divertido emocionante delicioso recomendable satisfecho afortunado gratificante dichoso',
    ],
    [
      2,
      'bueno bonito lindo guapo amable generoso talentoso valiente creativo valioso interesante ganador esperanzador prometedor enriquecedor cariñoso honrado',
    ],
    [
      1.6,
      'útil fácil rápido eficaz eficiente fuerte limpio seguro cómodo agradable positivo inteligente claro práctico fiable sólido innovador productivo motivado silencioso intuitivo sincero sano justo tranquilo ágil',
    ],
    [
      -3.3,
      'terrible horrible pésimo asqueroso espantoso nefasto desastroso catastrófico tóxico miserable odioso vergonzoso repugnante atroz',
    ],
    [
      -2.7,
      'furioso patético inaceptable indignante ridículo inútil absurdo estúpido devastado trágico cruel lamentable insoportable destrozado',
    ],
    [
      -2.2,
      'triste enfadado enojado malo decepcionado decepcionante aburrido molesto frustrante frustrado roto doloroso feo grosero injusto deshonesto infeliz asustado preocupado preocupante incompetente harto horroroso agotador deprimente avergonzado hostil desesperado',
    ],
    [
      -1.7,
      'lento confuso caro vago difícil cansado sucio peligroso débil equivocado ansioso estresante estresado negativo nervioso culpable engañoso mediocre ruidoso torpe deficiente agotado irresponsable defectuoso peor inseguro desordenado escaso',
    ],
    [-1.1, 'complicado arriesgado raro frío incierto enfermo inestable pobre dudoso tedioso'],
  ],
  verbs: [
    [
      1.6,
      'aclamar agasajar alabar alentar:alient aliviar apasionar asombrar bordar congratular consolar:consuel dignificar elogiar enternecer:enternezc fidelizar lucir obsequiar perdonar rescatar resurgir revitalizar seducir sobresalir:sobresalg respaldar madurar',
    ],
    [
      -1.6,
      'aborrecer:aborrezc abuchear agraviar ahuyentar aniquilar apenar arrebatar asquear atemorizar atormentar atropellar corromper criminalizar debilitar denigrar derrochar derrotar desmoralizar desprestigiar devastar dificultar encarcelar escasear escatimar estorbar excluir:excluy falsear falsificar hostigar hurtar incordiar infravalorar inquietar intimidar linchar malinterpretar penalizar perturbar recortar secuestrar sofocar subestimar usurpar vandalizar vejar horrorizar descarrilar malvender despilfarrar peligrar',
    ],
    [
      1.6,
      'flipar molar chiflar enganchar ovacionar galardonar condecorar ascender:asciend reconciliar cicatrizar descansar cuidar mimar acompañar potenciar optimizar agilizar duplicar triplicar conmover:conmuev divertir:diviert convencer sorprender alucinar gratificar enternecer:enternezc rejuvenecer:rejuvenezc embellecer:embellezc complacer:complazc consentir:consient',
    ],
    [
      -1.7,
      'estafar timar chantajear acosar ningunear pisotear explotar sobrecargar colgar:cuelg congelar trabar encarecer:encarezc chirriar gotear desaparecer:desaparezc morir:muer  mentir:mient huir:huy herir:hier maldecir:maldig destruir:destruy deshacer:deshag desmentir:desmient arrepentir:arrepient fingir escupir ensuciar rayar perjudicar piratear hackear plagiar saquear desalojar embargar quebrar:quiebr endeudar ahogar amargar deprimir desilusionar apestar indignar cabrear encabronar emputar joder jorobar putear desmoronar derrumbar empeorar entristecer:entristezc enloquecer:enloquezc fastidiar ghostear',
    ],
    [
      1.8,
      'abrazar acoger agradar aplaudir avanzar bendecir brindar cautivar conquistar contagiar cumplir deleitar deslumbrar destacar dinamizar embellecer empoderar emprender enorgullecer:enorgullezc enriquecer:enriquezc ensalzar fortalecer:fortalezc florecer:florezc gozar halagar homenajear honrar iluminar impulsar innovar prosperar reconfortar reconocer:reconozc recompensar reír relajar remontar respetar salvar sanar satisfacer simplificar solucionar soñar:sueñ sorprender superar valorar vencer',
    ],
    [
      -1.8,
      'abandonar abrumar abusar acosar agobiar agotar alarmar amargar angustiar anular asfixiar atacar atascar aterrar averiar avergonzar bloquear boicotear caducar castigar censurar chocar colapsar complicar condenar contaminar criticar culpabilizar decaer defraudar degradar demorar denunciar deprimir desanimar desaprovechar desatender:desatiend desbordar descuidar desconfiar desesperar desilusionar desmotivar despilfarrar despreciar deteriorar difamar discriminar dudar empobrecer:empobrezc encarecer:encarezc enfermar enfurecer:enfurezc entorpecer:entorpezc equivocar estancar estresar estropear explotar exigir extorsionar faltar fastidiar hundir impedir incumplir indignar infectar irritar lastimar malgastar maltratar manipular marginar menospreciar naufragar obstaculizar oprimir padecer:padezc perjudicar quebrar:quiebr regañar renunciar reprochar retrasar sabotear sancionar saturar sobrecargar someter suspender temer torturar tropezar ultrajar violar vulnerar',
    ],
    [3, 'encantar amar adorar maravillar'],
    [2.4, 'alegrar emocionar inspirar celebrar felicitar triunfar enamorar ilusionar entusiasmar fascinar'],
    [
      1.9,
      'disfrutar agradecer:agradezc gustar recomendar:recomiend admirar mejorar ganar lograr apreciar impresionar premiar brillar conseguir',
    ],
    [1.4, 'ayudar apoyar resolver:resuelv confiar motivar animar sonreír aportar facilitar crecer acertar:aciert merecer:merezc'],
    [-3, 'odiar destruir:destruy detestar traicionar matar'],
    [
      -2.3,
      'decepcionar arruinar fracasar fallar estafar insultar humillar sufrir mentir:mient robar lamentar disgustar destrozar empeorar',
    ],
    [
      -1.8,
      'molestar frustrar aburrir doler:duel rechazar quejar ignorar asustar preocupar confundir culpar dañar engañar amenazar perder:pierd golpear llorar ofender despedir:despid colapsar romper cansar hartar enfadar enojar',
    ],
    [-1.2, 'retrasar dudar criticar abandonar carecer:carezc incumplir tardar'],
  ],
  nouns: [
    [
      1.6,
      'proeza hazaña distinción deleite prodigio virtuoso tesoro bendición heroína heroínas héroe héroes ovación aplauso elogio enhorabuena reconocimiento premio medalla bonanza complicidad consuelo esplendor genialidad hallazgo maestría magia mejoría plenitud prodigio prosperidad sabiduría tesón valía motivación perseverancia',
    ],
    [
      -1.7,
      'bazofia birria chapuza chasco mediocridad desprecio indiferencia grosería hedor mugre moho manicomio engaño timo hipocresía mentiroso tirano trampa insulto burla impotencia desgana desidia dejadez desinterés ineficacia incompetencia adversidad agravio amargura apuro arbitrariedad atraso carencia contratiempo crimen crueldad debilidad decadencia desacierto desamparo descrédito desencanto desengaño desesperación desigualdad desventaja dificultad discordia espanto estancamiento estupidez extorsión falsedad fatiga furia hambre hostilidad impunidad incertidumbre indefensión indignación ineptitud infamia ingratitud intimidación irregularidad lastre reclamación manipulación marginación morosidad olvido opresión opacidad penuria perjuicio pesimismo pobreza preocupación recorte remordimiento rencor represalia retroceso sospecha suicidio terror tormento trastorno trauma trifulca tumulto vandalismo vejación sobrecarga saturación',
    ],
    [
      1.7,
      'gozada pasada joya crack fenómeno genio equipazo exitazo gustazo trabajazo notición bombazo chulada preciosidad hermosura belleza bendición ganga chollo descubrimiento ascenso beca graduación boda cumpleaños aniversario abrazo carcajada risa bienvenida aprobado salvavidas gloria referente ejemplo cercanía humanidad sencillez profesionalidad profesionalismo puntualidad excelencia compromiso dedicación esmero remontada superación resiliencia pasada',
    ],
    [
      -1.7,
      'descaro desorden desinterés desplante desfalco desvío despropósito disparate sinsentido suplicio calvario odisea papelón garrón bajón chasco fiasco rollo coñazo marrón embrollo follón jaleo quilombo desmadre desastre bodrio birria cutrez mamarrachada majadería sandez patraña tontería pamplina excusa pretexto hackeo filtración plagio spam ciberataque apagón desabastecimiento escasez carestía inflación desahucio embargo multa recargo sobrecosto sobrecoste gotera moho cucaracha intoxicación accidente lesión enfermedad cáncer luto funeral soborno nepotismo amiguismo enchufismo machismo racismo explotación precariedad burocracia papeleo atasco embotellamiento impuntualidad prepotencia soberbia arrogancia mediocridad chantaje ghosteo insomnio cansancio hastío despecho desamor',
    ],
    [
      1.9,
      'acierto agilidad agradecimiento alegría aliento alivio amistad ánimo apoyo aplauso armonía aprecio avance bienestar bondad brillantez bravo calidez cariño celebración compañerismo confianza creatividad crecimiento cumplido delicia dicha dignidad elogio empatía entusiasmo esperanza excelencia éxito fiesta fortaleza fortuna generosidad gloria gozo gracia gratitud hazaña hito homenaje honor ilusión ingenio inspiración júbilo lealtad logro maravilla medalla mérito milagro mejora mimo optimismo orgullo ovación paz pasión placer premio prestigio progreso récord reconocimiento regalo respeto satisfacción serenidad solidaridad sonrisa sueño suerte talento ternura tesoro triunfo valentía ventaja victoria virtud',
    ],
    [
      -1.9,
      'abandono abuso acoso agobio agonía agresión amenaza angustia ansiedad apatía atropello avería bancarrota bochorno bronca bulo burla caída calamidad caos castigo catástrofe chapuza colapso condena conflicto corrupción crisis culpa daño decepción deficiencia demora depresión derrota derroche desastre descontrol descuido desempleo desgana desgaste desgracia desidia desilusión despido despilfarro desprecio deuda discriminación disgusto dolor drama egoísmo engaño error escándalo estafa estrés fallo farsa fastidio fraude fracaso frustración golpe grosería hartazgo hipocresía horror humillación impago impotencia incompetencia incumplimiento indiferencia injusticia insulto ira lástima lío maltrato mentira miedo miseria molestia muerte naufragio negligencia odio ofensa pánico peligro pena pérdida pesadilla plaga problema queja quiebra rabia rechazo retraso robo ruina sabotaje sanción soledad sufrimiento susto temor tensión timo tortura tragedia traición trampa tristeza vergüenza violencia',
    ],
    [2.6, 'alegría felicidad triunfo maravilla orgullo ilusión enhorabuena excelencia delicia'],
    [2, 'éxito premio placer gratitud honor victoria logro pasión sueño favorito favorita campeón'],
    [1.4, 'regalo talento oportunidad confianza esperanza hito solución progreso beneficio mejora'],
    [-3, 'desastre catástrofe pesadilla infierno tragedia muerte fraude odio basura mierda porquería'],
    [-2.3, 'fracaso vergüenza escándalo crisis despido agotamiento rechazo caos guerra víctima miedo ira miseria decepción estafa'],
    [
      -1.7,
      'problema error fallo queja dolor retraso pérdida riesgo conflicto estrés tontería injusticia abuso amenaza defecto obstáculo frustración avería mentira',
    ],
  ],
  fixed: [
    [0, 'lucía gracia pacientes prácticas práctica'],
    [2.6, 'mejor mejores buenísimo buenísima buenísimos buenísimas'],
    [2, 'gracias felicidades bravo olé enhorabuena guau ganamos gran buen'],
    [1.4, 'bien viva'],
    [-2.6, 'peores'],
    [-1.8, 'mal lastimosamente desgraciadamente lamentablemente tristemente mala malas malos'],
  ],
  phrases: [
    [
      2.2,
      'valió la pena, vale la pena, mereció la pena, merece la pena, sueño cumplido, lo logramos, lo conseguimos, mil gracias, muchas gracias, muchísimas gracias, un lujo, un placer, un gustazo, un honor, un orgullo, un acierto, todo un éxito, por todo lo alto, entradas agotadas, a la altura, marca la diferencia, marcó la diferencia, sin arrepentimientos, no cambiaría nada, de maravilla, da gusto, dio gusto, qué gran, qué buen, qué buena, qué bien, sacar adelante, salió adelante, salimos adelante, viento en popa, superó las expectativas, superó nuestras expectativas, al fin, por fin, récord histórico, brindo por, brindamos por, lo mejor de, de primera, me quito el sombrero, nos quitamos el sombrero, a tiempo',
    ],
    [
      -2.2,
      'sin respuesta, ni una respuesta, ninguna respuesta, no responden, no contestan, no contesta, nunca más, ni una sola vez, cero respeto, me rindo, tiré la toalla, tirar la toalla, pérdida de tiempo, tomadura de pelo, una vergüenza, un desastre, un fracaso, un caos, una pena, una lástima, qué pena, qué lástima, qué vergüenza, mal servicio, mala experiencia, demasiado tarde, demasiado caro, demasiado lento, promesas vacías, promesas incumplidas, a nadie le importa, nadie escucha, nadie responde, nadie contesta, no funciona, no funcionó, dejó de funcionar, salió mal, sale mal, no sirve, no sirvió, no es justo, no tiene sentido, no lo entiendo, hasta las narices, gota que colma, falta de respeto, falta de, sin sentido, sin avisar, ya basta, merecíamos algo mejor, merecemos algo mejor, sigo esperando, seguimos esperando, dar la cara, echar la culpa, se cayó, se rompió, cuesta creer, letra pequeña, jugada sucia',
    ],
    [
      2.4,
      'merece la pena, mereció la pena, vale la pena, valió la pena, bien hecho, de maravilla, me quito el sombrero, cambió mi vida, cambió mi carrera, muy recomendable, sueño cumplido, qué alivio, fue un acierto, vuelve a sonreír, a la altura, gran noticia, buenas noticias',
    ],
    [
      1.5,
      'nada mal, sin problemas, sin problema, sin quejas, no puedo quejarme, no me quejo, ninguna queja, sin duda, fácil de usar, tengo ganas, con ganas, ni un fallo, sin fallos, no está mal, no estuvo mal',
    ],
    [
      -2.2,
      'me rindo, ni una vez, qué bronca, qué rabia, tirar el dinero, tirar dinero, ninguna respuesta, sin respuesta, dado tanta vergüenza, se cierra cada vez, no hay quien, pérdida de tiempo, pérdida de dinero, nunca más, no funciona, no funcionan, no funcionó, no sirve, apenas sirve, sin sentido, tomadura de pelo, deja mucho que desear, fuera de control, sale mal, salió mal, nunca responde, nunca responden, nunca contesta, no contestan, demasiado caro, no vale la pena, no merece la pena, no vuelvo, qué pena, qué asco, nada bueno',
    ],
    [
      0,
      'errores al cuadrado, no abre/abren los/las/en/el, más o menos, entrega de premios, función de pérdida, viernes santo, o bien, si bien, más bien, por la tarde, de la tarde, esta tarde, la tarde, buenas tardes, buenos días, buenas noches, buen día, trabajo duro, a lo mejor, más tarde, tarde o temprano, claro que, bien de, mejor dicho, está claro, seguro que, seguro de, seguro médico, todo funciona, gestión de riesgos, control de errores, de servicio al cliente, apoyo a',
    ],
  ],
  regrets: 'lástima pena tristemente lamentablemente desgraciadamente lastimosamente desafortunadamente',
  removers: `resuelto resuelta resueltos resueltas resolvió resolvimos resolvieron solucionado solucionada solucionados solucionó solucionaron arreglado arreglada arregló arreglaron corregido corregida corregidos
    superado superada superados desapareció desaparecieron`,
  negators:
    'no cero nunca jamás nadie ninguno ninguna ningún nada ni sin tampoco apenas poco poca pocos pocas dejó dejado dejé dejaron dejamos dejar',
  clauseNegators: 'nadie ninguno ninguna nunca jamás',
  expected: `contesta contestan contestó contestaron responde responden respondió respondieron funciona funcionan funcionó funcionaba funcionar carga cargan
    llega llegó llegaron llegan cumple cumplen cumplió cumplieron escucha escuchan escuchó escucharon atiende atienden atendió atendieron avisa avisó avisaron
    explica explicó explicaron devuelve devuelven devolvió devolvieron paga pagan pagó pagaron entiende entienden sirve sirven sirvió arregla arreglan
    soluciona solucionan aparece apareció aparecieron respeta respetan`,
  praise: `clase clásico genial bien bueno buen bravo perfecto perfecta estupendo fantástico maravilloso excelente felicidades felicitaciones enhorabuena gracias olé
    magnífico gran increíble bonito lindo chapó súper padre`,
  again: 'otra otro otras otros nuevamente más ahora porque',
  today: 'hoy ahora actualmente finalmente',
  concessions: 'tras después aunque pese pesar mientras',
  reversers: `corregir corrige corrigió corrigieron corregimos corregido resolver resuelve resolvió resolvieron resolvimos resuelto solucionar soluciona solucionó solucionaron evitar evita evitó evitamos
    reducir reduce redujo redujimos eliminar elimina eliminó superar supera superó superamos arreglar arregla arregló arreglaron menos quitar quita quitó quitado curar cura curó curado aliviar alivia alivió calmar calma calmó olvidar adiós acabaron acabó superaron superado vencer venció vencimos vencieron`,
  notNegating: 'menos solo sólo solamente únicamente',
  besides: 'no nunca jamás sin nadie ni',
  superlativeNegators: 'nunca jamás nadie nada no',
  comparatives: 'tan tanto tanta tantos tantas mejores mejor más peor',
  intensifiers: `muy mucho mucha muchísimo tan tanto super súper sumamente realmente extremadamente increíblemente totalmente absolutamente completamente
    verdaderamente profundamente bastante demasiado especialmente enormemente qué más`,
  diminishers: 'algo ligeramente relativamente parcialmente levemente',
  contrasts: 'pero sino sin_embargo',
};
