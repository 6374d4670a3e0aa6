/** Frequent misspellings of English, each with what is meant; our own list. `_` stands for a space. */
export const misspellingList = `
abscence:absence accomodate:accommodate accomodation:accommodation accross:across acheive:achieve acheived:achieved acheivement:achievement acknowlege:acknowledge
acording:according acquaintence:acquaintance adress:address adresses:addresses advertisment:advertisement agressive:aggressive agian:again aks:ask allready:already
alltogether:altogether allways:always alot:a_lot amature:amateur amoung:among anual:annual annoint:anoint anniversery:anniversary apparant:apparent
appartment:apartment apreciate:appreciate appreciatted:appreciated aproach:approach arguement:argument arround:around assasin:assassin asociate:associate assitant:assistant
athiest:atheist atleast:at_least attendence:attendance attendent:attendant aswell:as_well athelete:athlete availible:available availabe:available avaliable:available
awfull:awful basicly:basically beacuse:because becuase:because becouse:because beautifull:beautiful becomeing:becoming befor:before begining:beginning beleive:believe
beleif:belief belive:believe beneficary:beneficiary benifit:benefit benifits:benefits bizzare:bizarre boundry:boundary brillant:brilliant britian:Britain buisness:business
bussiness:business busines:business calender:calendar camoflage:camouflage carrer:career carreer:career catagory:category catagories:categories cemetary:cemetery
challange:challenge challanges:challenges changable:changeable cheif:chief cheifs:chiefs childrens:children's choosen:chosen collegue:colleague collegues:colleagues
colaborate:collaborate colaboration:collaboration comming:coming comittee:committee commitee:committee commited:committed committment:commitment comunicate:communicate
comunication:communication comunity:community companys:company's compatable:compatible competance:competence competative:competitive completly:completely
concious:conscious conferance:conference congradulations:congratulations congratulatons:congratulations consistant:consistent consious:conscious contemporay:contemporary
continous:continuous controversal:controversial convinient:convenient convienient:convenient copywrite:copyright cources:courses criticisim:criticism curiousity:curiosity
custumer:customer custumers:customers costumers:customers dacade:decade decieve:deceive decison:decision decisons:decisions definate:definite definately:definitely
definitly:definitely definetly:definitely dependant:dependent desease:disease desicion:decision desicions:decisions desireable:desirable desparate:desperate
developement:development developped:developed devide:divide diffrent:different diferent:different difference's:differences dilema:dilemma disapoint:disappoint
disapointed:disappointed disappoinment:disappointment disipline:discipline doesent:doesn't dosen't:doesn't eachother:each_other easely:easily ecomonic:economic
effecient:efficient eficient:efficient eigth:eighth embarass:embarrass embarassed:embarrassed embarassing:embarrassing emphasise:emphasise employe:employee enviroment:environment
enviromental:environmental enterpreneur:entrepreneur entrepeneur:entrepreneur entreprenuer:entrepreneur equiptment:equipment equiped:equipped especialy:especially
essencial:essential everytime:every_time excede:exceed excellant:excellent excercise:exercise excersise:exercise exersise:exercise exellent:excellent existance:existence
expecially:especially expence:expense experiance:experience experince:experience expirience:experience explaination:explanation extreem:extreme extremly:extremely
facinating:fascinating familar:familiar favorit:favorite febuary:February finaly:finally firey:fiery flourescent:fluorescent foriegn:foreign forign:foreign fourty:forty
foward:forward freind:friend freinds:friends freindly:friendly fufill:fulfil fullfil:fulfil futher:further garantee:guarantee gaurantee:guarantee garanteed:guaranteed
gaurd:guard genious:genius goverment:government goverments:governments grammer:grammar gratefull:grateful greatful:grateful greatfull:grateful guidence:guidance
happend:happened happenned:happened harrass:harass harrassment:harassment haveing:having helpfull:helpful hieght:height heigth:height heirarchy:hierarchy hierachy:hierarchy
higly:highly hopefull:hopeful hopefuly:hopefully humerous:humorous hygeine:hygiene identicle:identical immediatly:immediately immediatelly:immediately imediately:immediately
incase:in_case incidently:incidentally independant:independent indispensible:indispensable infact:in_fact influencial:influential infront:in_front inital:initial
initative:initiative innoculate:inoculate inovation:innovation inovative:innovative inteligence:intelligence intelligance:intelligence intrest:interest intresting:interesting
intrested:interested interupt:interrupt irregardless:regardless irrelevent:irrelevant irresistable:irresistible jewelery:jewellery judgemental:judgemental knowlege:knowledge
knowledgable:knowledgeable labratory:laboratory langauge:language lauch:launch laught:laugh lenght:length liason:liaison libary:library lisence:license
licence's:licences likelyhood:likelihood maintainance:maintenance maintenence:maintenance managment:management manuever:manoeuvre marrige:marriage
medecine:medicine millenium:millennium miniscule:minuscule mischevious:mischievous mispell:misspell mispelled:misspelled morgage:mortgage neccessary:necessary
necesary:necessary neccesary:necessary necessery:necessary negociate:negotiate negotation:negotiation neighboor:neighbour nieghbor:neighbor noticable:noticeable
noone:no_one ocasion:occasion occassion:occasion occassionally:occasionally ocassionally:occasionally occured:occurred occuring:occurring occurence:occurrence offical:official oficial:official
omited:omitted oportunity:opportunity oppurtunity:opportunity opportunites:opportunities opportunitys:opportunities orginal:original orignal:original orginization:organization
ourself:ourselves oustanding:outstanding paralel:parallel parliment:parliament particulary:particularly partime:part-time pasttime:pastime peice:piece peices:pieces percieve:perceive
perfomance:performance performence:performance permanant:permanent permenant:permanent persistant:persistent personel:personnel persue:pursue phenomenom:phenomenon
playright:playwright politican:politician posession:possession possable:possible possiblity:possibility potatos:potatoes practicle:practical preceed:precede prefered:preferred
prefering:preferring presance:presence presense:presence privelege:privilege priviledge:privilege privelige:privilege probaly:probably probly:probably proccess:process
procede:proceed proffesional:professional profesional:professional proffessional:professional professionnal:professional proffessor:professor profesor:professor
programing:programming promiss:promise pronounciation:pronunciation proove:prove publically:publicly quarentine:quarantine questionaire:questionnaire reccomend:recommend
reccommend:recommend recomend:recommend recomended:recommended recomendation:recommendation reciept:receipt recieve:receive recieved:received recieves:receives recieving:receiving
recognise:recognise refered:referred refering:referring referal:referral rehersal:rehearsal relevent:relevant releive:relieve religous:religious remeber:remember
rember:remember repetion:repetition resistence:resistance responce:response responsability:responsibility responsabilities:responsibilities responsable:responsible
responsibilty:responsibility restarant:restaurant resturant:restaurant rythm:rhythm rythym:rhythm saftey:safety sacrafice:sacrifice satisfyed:satisfied schedual:schedule
scedule:schedule secratary:secretary secretery:secretary seige:siege sence:sense sentance:sentence seperate:separate seperated:separated seperately:separately seperation:separation
sergent:sergeant shoudl:should similiar:similar simular:similar sincerly:sincerely skilfull:skilful speach:speech specialy:specially stoped:stopped stratagy:strategy
strenght:strength strenghts:strengths studing:studying succede:succeed succesful:successful successfull:successful sucessful:successful sucess:success succes:success
successfuly:successfully succesfully:successfully sufficent:sufficient suprise:surprise suprised:surprised suprising:surprising surprize:surprise supress:suppress teh:the
tecnology:technology techology:technology tecnical:technical temperture:temperature temporarly:temporarily tendancy:tendency therefor:therefore thier:their threshhold:threshold
thru:through thoughout:throughout tommorow:tomorrow tommorrow:tomorrow tomorow:tomorrow tounge:tongue transfered:transferred truely:truly trully:truly tyrany:tyranny
twelth:twelfth unfortunatly:unfortunately unfortunatelly:unfortunately unforseen:unforeseen untill:until unecessary:unnecessary unneccessary:unnecessary usefull:useful
useing:using usally:usually usualy:usually vaccum:vacuum vegtable:vegetable vehical:vehicle verry:very visable:visible wether:whether wich:which whith:with wierd:weird
wellcome:welcome welcom:welcome wellfare:welfare whereever:wherever wholely:wholly wonderfull:wonderful writting:writing writen:written wroten:written yeild:yield
dont:don't doesnt:doesn't didnt:didn't cant:can't isnt:isn't arent:aren't wasnt:wasn't werent:weren't havent:haven't hasnt:hasn't hadnt:hadn't couldnt:couldn't
shouldnt:shouldn't wouldnt:wouldn't youre:you're theyre:they're weve:we've youve:you've theyve:they've im:I'm ive:I've thats:that's whats:what's heres:here's theres:there's
citys:cities countrys:countries storys:stories partys:parties partner's:partners companie:company technologys:technologies strategys:strategies industrys:industries
mens:men's womens:women's peoples:people's alway:always becomming:becoming buyed:bought teached:taught catched:caught builded:built choosed:chose drived:drove
falled:fell feeled:felt finded:found flied:flew forgetted:forgot gived:gave goed:went growed:grew hurted:hurt keeped:kept knowed:knew leaved:left losed:lost maked:made
meeted:met payed:paid readed:read runned:ran selled:sold sended:sent sleeped:slept speaked:spoke spended:spent standed:stood telled:told thinked:thought
throwed:threw understanded:understood waked:woke weared:wore winned:won writed:wrote childs:children mans:men womans:women foots:feet tooths:teeth mouses:mice
alumnis:alumni criterias:criteria phenomenons:phenomena`;

/** Words that are often misspelled: a word on no list that differs from one of these by one letter inside is taken for it. */
export const oftenMisspelledList = `absolutely accelerate acceptable accessible accidentally accommodate accompany accomplish accomplishment according accountability accountant
accounting achieve achievement acknowledge acquire acquisition activities additional adequate administration advantage adventure advertise advertisement advertising
affordable aggressive agreement alternative amazing ambition analysis analytics anniversary announce announcement anonymous anticipate apologize apparent apparently
appearance application appointment appreciate appreciation apprentice approach appropriate approximately architecture argument arrangement assessment assignment assistance
assistant associate association assumption atmosphere attempt attendance attention attitude attractive audience authentic authority automatic automatically available
background balance basically beautiful because beginning behaviour believe benefit bilingual boundaries brilliant budget building business calendar campaign candidate
capability career category celebrate celebration certificate certificates certification challenge challenging character children classroom client colleague colleagues collaborate
collaboration collaborative collection combination comfortable commercial commission commitment committee communicate communication community company comparison
compassion compensation competition competitive complete completely complicated component comprehensive conclusion conference confidence confident congratulations
connection conscience conscious consequence consider considerable consistent constantly construction consultant consumer contribute contribution convenient conversation
convince cooperation coordinate corporate correspondence courage creativity criticism curriculum customer customers dangerous database deadline decision decisions dedicated
dedication definitely definition deliver delivery demonstrate department dependent describe description desperate development difference different difficult difficulty
digital disappear disappoint disappointed discipline discount discover discussion distribution document documentation economic education effective efficiency
efficient electrician electricity embarrass embarrassed emergency emphasize employee employees employer employment encourage engagement engineer engineering enormous
enterprise enthusiasm entrepreneur environment environmental equipment especially essential establish evaluate evaluation eventually everyone everything evidence
exaggerate excellence excellent exceptional excitement exercise exhausted existence expectation expensive experience experienced experiences experiment expertise explain explanation
extraordinary extremely facilitate familiar fantastic favourite feedback finally financial flexibility flexible following foreign forward fortunately foundation
freelance freelancer frequently friendly fundamental furniture generation generous genuine genuinely government graduate grammar grateful gratitude guarantee guidance
happiness headquarters healthcare height hesitate hierarchy historical hospital hospitality humanity humorous hundred identify imagination immediate immediately
implement implementation importance important impossible impressive improvement incredible incredibly independence independent individual industry influence information
infrastructure initiative innovation innovative inspiration inspiring installation institution instrument insurance intelligence intelligent interest interesting
internal international internship interrupt interview introduce introduction investment invitation invoice involved irrelevant journey judgement knowledge laboratory
language leadership learning legitimate library licence listening literature logistics machine maintenance management manager manufacturing marketing meaningful measure
measurement mechanic medicine meeting membership mentoring message milestone millennium minimum minute mistake moment motivated motivation multiple necessarily necessary
negotiate negotiation neighbour nervous networking newsletter noticeable objective obstacle obvious obviously occasion occasionally occurred offering officially
onboarding operation opinion opportunities opportunity organised original ourselves outstanding parliament participant participate participation particular particularly
partner partnership passionate patience patient people perceive percentage perform performance permanent permission persistent personality perspective persuade
phenomenon physical platform pleasant political popular population portfolio position possession possibility possible potential practical practice precious prefer
preference preparation presence presentation pressure previous previously principle priorities priority privacy privilege probably problem procedure process procurement product production productivity
profession professional professionals professor profitable program programme programming progress project promotion properly proposal prototype psychology publication
purchase purpose qualified quality quantity quarter quarterly question questionnaire realise really reasonable receipt receive received receiving recent recently recognition recommend
recommendation recruiter recruitment reference referred reflection register registration regular relationship relevant reliable religious remember remote replacement
represent representative request requirement research reservation resilience resource resources response responsibilities responsibility responsible restaurant result
retirement revenue rhythm sacrifice salary satisfaction satisfied schedule science scientific secretary security semester sentence separate separated separately serious service session
significant significantly similar sincerely situation skills society software solution sometimes specialist specific specifically spreadsheet stakeholder statement
statistics strategic strategy strength stressful structure struggle student subscribe successful successfully successor sufficient suggestion supervisor supplier
support surprise surprised surprising sustainability sustainable switching technical technique technology temperature temporary tendency therefore thorough thought thousand
through throughout together tomorrow tonight tradition training transferred transformation translation transparency transparent transport tremendous twelfth typical
unbelievable unfortunately universe university unnecessary until upcoming usually vacation valuable variety various vegetable vehicle version village visibility visible volunteer
warehouse weather website wednesday weekend welcome wellbeing whether wonderful workplace workshop writing yesterday`;

/** Real words that are one letter away from one of these. */
export const notMisspelledList = `stationary stationery complement complements discrete discreet counsel morale dessert ingenious ingenuous perspective prospective affective continual
preform preforms preformed conservation conversion confident confidant competitor completion corporal eminent eligible illegible elicit illicit averse adverse allusion illusion
councillor counsellor mangers proceed precede conscience conscious quantify qualify excess access device devise ensure insure collaborator attendant dependant independents corporeal
organize organized organizing organization organizations organizational realize realized behaviour behaviors behavior behavioral favorite neighbor licence license practise practised program judgment traveling
traveled traveller canceled cancelled cancelling modeling modelling enrollment enrolment fulfill fulfillment skillful analyze analyse analyzed analysing programme programmes centre labelled labeled
recognise recognised recognize recognized apologise apologize emphasise emphasize personas personae products producers producer produces product projector reception perception deception inception
conception exception emission omission remission admission commission mission permission expansive extensive intensive defensive offensive expensive attempts tempts resent recent
resented presented prevented invented indented reverence references revenge reservoir reversed observed preserved deserved conserved conferred deferred inferred preferred proffered offered suffered buffered
statues stature statute status station stations ration nation notion motion potion portion proportion production reduction seduction induction deduction lecture texture gesture
posture pasture picture mixture fixture venture denture adventurer connection correction collection selection election reflection deflection inflection section sections action fraction faction friction fiction
interval intervals though although processor processors processing international intentional finely finality finale solution dilution pollution evolution revolution resolution salutary salaries celery salami seminar salary possibly impossibly visibly sensible sensibly`;
