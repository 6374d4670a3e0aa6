/** Frequent words of posts by language, beside the function words; each counts half of one. Our own lists. */
export const topicWords: Readonly<Record<string, string>> = {
  en: `any case study demo day idea ideas final total mess alert loan cake bike queue one two three four five six seven eight nine ten hundred thousand seats left moment party wow lunch menu winter spring summer autumn returns chef delightful meet stall
    open role roles data big news soon small another zero drama downtime breach backend frontend remote office meeting release launch launched launching join joining
    joined apply read watch listen learn learned build building built ship shipped write writing wrote post posts blog article video episode podcast newsletter
    report webinar workshop talk event tickets free week month today tomorrow yesterday tonight monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december morning afternoon evening night company companies business customer customers
    client clients user users people person friend friends family kids child children school student students teacher book books coffee lunch dinner house home
    city world country money price sale sales marketing design designer developer developers engineer engineering manager lead leader leadership career hire
    hired hires job jobs interview resume remote code software app website online phone computer test tests bug bugs fix feature features product products
    service support feedback review question questions answer answers problem solution help story stories lesson lessons tip tips guide steps step reasons why
    better best worse worst good bad happy sad first last next previous long short high low early late easy hard simple fast slow old young right wrong same
    different important possible available ready done still never always often sometimes maybe really actually finally already ago since until while during
    without within between against through under above below around behind let's going went gone come came take took taken give gave given find found keep kept
    think thought feel felt tell told ask asked show start started stop stopped try tried move moved turn play run running ran live living lives works worked
    working needs needed wants wanted loves loved thing things something anything everything nothing someone anyone everyone nobody sounds there inbox half
    landed back thread recording slides deck share sharing sign link below comments comment check out congrats excited proud grateful announce`,
  es: `ni idea vale listos apunto apuntaos apúntate abrimos cerramos total resultado locura provecho hablar fan nuevamente arrancamos temporada plaza falla falló caduca jornada sede planta obra obras turno gestoría autónomo autónomos factura facturas nómina uno dos tres cuatro cinco seis siete ocho nueve diez cien mil quedan plazas momento vale menú invierno verano primavera otoño cancelada vuelve locura cambiando repetir ánimo conozcan
    apenas funciona llevan llevo lleva llevamos ignorando mes meses solicitud próximamente próximo próxima grandes noticias noticia acabo acaba acabamos aterrizar toca despliegue
    reunión lanzamiento lanzamos oferta ofertas vacante vacantes puesto puestos datos artículo artículos leer lee escucha escuchar mira aprender aprendí escribir
    escribí publicar publicación entrada entradas taller charla evento boletín episodio semana lunes martes miércoles jueves viernes sábado domingo enero febrero marzo
    abril mayo junio julio agosto septiembre octubre noviembre diciembre tarde noche noches madrugada compañía negocio cliente clientes usuario usuarios gente personas persona
    amigo amigos amiga familia hijos hijo hija niños niñas escuela estudiante estudiantes profesor libro libros café almuerzo cena casa ciudad mundo país dinero
    precio precios venta ventas diseño diseñador diseñadora desarrollador ingeniero ingeniera jefe jefa carrera contratar contratando contratamos contrata entrevista
    currículum código programa aplicación página teléfono computadora ordenador prueba pruebas fallo fallos arreglar función producto productos servicio apoyo
    comentarios comentario pregunta preguntas respuesta respuestas problema problemas solución ayuda ayudar historia lección lecciones consejo consejos guía pasos
    razones mejor peor bueno buena malo mala feliz triste último última primera siguiente largo corto alto bajo temprano fácil difícil rápido lento viejo joven
    mismo misma diferente importante posible disponible listo lista hecho todavía aún quizá quizás tal realmente finalmente luego mediante dentro fuera entre
    vamos voy va van fui fueron vino venir tomar dio dar encontrar encontré pensar pienso siento sentir decir dijo pedir mostrar empezar empezamos empieza terminar
    probar mover jugar correr vivir vivo funcionan necesito necesitamos necesita quiero queremos quiere algo alguien todos todas nadie ojalá llueva extraño busca
    buscamos buscando se hace hacemos hice hizo puedo podemos tengo tenía había subimos subir producción recibido compartir comparto enlace abajo orgulloso orgullosa
    agradecido agradecida anunciar acá ahorita chicos muchachos felicidades bienvenidos bienvenida encantada`,
  pt: `boa boas aberta aberto tarde tardes saiu acredito equipa cresce cheia vaga nós fazem façam temos queremos juntos semana um dois duas três quatro cinco seis sete oito nove dez cem mil restam incrível disponível cardápio inverno verão conheçam segunda terça quarta quinta sexta sábado domingo janeiro fevereiro março maio junho julho setembro outubro novembro dezembro ótimo ótima linda lindo venha
    vagas abertas desenvolvedores contratando pessoas equipe novidade novidades obrigado percam palestra feliz resultado evento começa dez horas gente nova
    novo semana mês ano dia noite manhã tarde amanhã ontem empresa trabalho projeto projetos conosco aqui ali lá fazer faz feito vai vamos vou foi fomos estamos
    está estão tudo todos toda muito muitos melhor pior mundo brasil portugal vida coisa coisas conteúdo dados desenvolvimento gestão inscrições abertas
    participar confira saiba link comentários compartilhe parabéns sucesso orgulho feliz gratidão aprendizado conhecimento pra né`,
  ca: `bon bona a tothom obert botiga il·lusió són parlem setmana equip tinc fins aviat endavant moltíssimes un dos dues tres quatre cinc sis set vuit nou deu cent queden places setmana bonica hivern estiu dilluns dimarts dimecres dijous divendres dissabte diumenge gener febrer març maig juny juliol setembre quina quin més
    demà presentem llibre avui equip feina estem contractant gent gràcies venir nova etapa comencem tothom bon dia vespre matí tarda ahir setmana mes any
    empresa projecte nosaltres molta moltes millor tots totes fem fet podem volem tenim busquem persones ciutat casa llengua temps primer`,
  fr: `quelle idée on recrute équipe agrandit à beaucoup rendez-vous allez vous nos un deux trois quatre cinq six sept huit neuf dix cent mille il reste places semaine incroyable réunion annulée hiver été lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    quelle belle journée recrutons recrute équipe projet offre voici nouvelle nouveau ravie ravi rejoindre entreprise demain hier semaine mois année aujourd'hui matin
    soir beau belles fier fière heureux heureuse merci bravo félicitations besoin cherche cherchons poste postes emploi travail vie monde temps jour jours gens
    bon bonne meilleur toujours jamais rien quelque chose faire dire voir venez découvrez retrouvez partage`,
  it: `siamo onda che giornata buon buona squadra cresce ufficio vita oggi insieme uno due tre quattro cinque sei sette otto nove dieci cento mille restano posti settimana incredibile riunione annullata inverno estate lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    stiamo assumendo domani presentiamo libro bella bello serata giornata nuova offerta ecco azienda lavoro squadra grazie progetto settimana mese anno ieri mattina sera
    felice orgoglioso orgogliosa cerchiamo persone vita mondo tempo giorno giorni migliore sempre mai niente qualcosa fare dire vedere scopri`,
  de: `eins zwei drei vier fünf sechs sieben acht neun zehn hundert noch plätze frei besprechung abgesagt winter montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember
    stellen schöner schön tag geht los heute team suchen neue neuer neues arbeit firma projekt woche monat jahr gestern abend stolz freuen freue glücklich menschen
    leben welt zeit beste immer nie nichts etwas machen sagen sehen wieder jetzt schon gibt habe hatte wurde`,
  gl: `boas tardes abrimos polo galicia días voso nosa un dúas dous tres catro cinco seis sete oito nove dez cen prazas bonita luns martes mércores xoves venres xaneiro febreiro marzo xuño xullo setembro outubro decembro máis
    moi contentos resultado feira bos días hoxe comezamos nova etapa grazas todos voso apoio xente traballo equipo semana mes ano mañá onte noite unha estamos
    buscamos persoas galego galega lingua mellor facer feito polo pola`,
  nl: `fijn weekend groeien wij wat een dag leuk vandaag samen bedankt jullie steun goedemorgen zoeken collega's nieuwe werk bedrijf project week maand jaar gisteren avond morgen trots blij mensen leven wereld tijd`,
};
