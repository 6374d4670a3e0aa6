import type { LexiconSource } from './lexicon-source.ts';

/** Spanish words with a valence in [-4, 4]; our own list and weights. A verb whose vowel changes gives its stressed stem after a colon. */
export const spanishSentiment: LexiconSource = {
  adjectives: [
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
    [2.6, 'mejor mejores buenísimo buenísima buenísimos buenísimas'],
    [2, 'gracias felicidades bravo olé enhorabuena guau ganamos gran buen'],
    [1.4, 'bien viva'],
    [-2.6, 'peores'],
    [-1.8, 'mal tarde lastimosamente desgraciadamente lamentablemente tristemente mala malas malos'],
  ],
  phrases: [
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
      'más o menos, entrega de premios, función de pérdida, viernes santo, o bien, si bien, más bien, por la tarde, de la tarde, esta tarde, la tarde, buenas tardes, buenos días, buenas noches, buen día, trabajo duro, a lo mejor, más tarde, tarde o temprano, claro que, bien de, mejor dicho, está claro, seguro que, seguro de, seguro médico, todo funciona, gestión de riesgos, control de errores, de servicio al cliente, apoyo a',
    ],
  ],
  negators: 'no nunca jamás nadie ninguno ninguna ningún nada ni sin tampoco apenas poco poca pocos pocas dejó dejado',
  clauseNegators: 'nadie ninguno ninguna nunca jamás',
  reversers: `resolver resuelve resolvió resolvieron resolvimos resuelto solucionar soluciona solucionó solucionaron evitar evita evitó evitamos
    reducir reduce redujo redujimos eliminar elimina eliminó superar supera superó superamos arreglar arregla arregló menos`,
  notNegating: 'solo sólo solamente únicamente',
  superlativeNegators: 'nunca jamás nadie nada no',
  comparatives: 'mejor más peor',
  intensifiers: `muy mucho mucha muchísimo tan tanto super súper sumamente realmente extremadamente increíblemente totalmente absolutamente completamente
    verdaderamente profundamente bastante demasiado especialmente enormemente qué más`,
  diminishers: 'algo ligeramente relativamente parcialmente levemente',
  contrasts: 'pero sino sin_embargo',
};
