"""Words of everyday life, which a language reference lacks."""

EVERYDAY = """
apple apartment armchair aunt autumn baby backpack bacon bakery balcony ball banana band bank barber basket bath battery beach bean bear bedroom beer bell bicycle
bill bird birthday biscuit blanket blood board boat bottle bowl bread breakfast bridge brother brush bucket building bus butter button cake camera camp candle car
carpet carrot cat ceiling chair cheese chicken child children chocolate church cinema clinic clock cloud coat coffee coin college color computer concert cookie cotton
country cousin cow cream cup curtain customer dance daughter dentist desk dinner doctor dog door dream dress drink driver dust ear earth egg electricity elevator engine
engineer evening exercise eye face factory family farm farmer father feather field finger fire fish flag floor flour flower food football forest fork friend fridge
fruit game garage garden gate gift girl glass glove gold grandmother grandfather grape grass grocery guest guitar hair hammer harbour hat head health heart heating
hill hobby holiday honey horse hospital hotel hour house husband ice insurance island jacket jam jazz journey juice kettle key kitchen knife ladder lake lamp laptop
laundry lawyer leather lemon lesson letter library lunch machine magazine manager market marriage meadow meal meat medicine melody milk minister mirror money moon
morning mother motor mountain mouse museum mushroom music neighbour newspaper night nurse oil onion orange orchestra oven painter painting paper parent park party
passport pasta pencil pepper phone piano picnic pilot pizza plane plate player pocket poem police potato president price prize pump queen rabbit radio railway rain
recipe restaurant rice ring river road robot robotics roof room rose salad salt sandwich scarf school science scissors screen sea season secretary shirt shoe shop
shoulder shower singer sister skin sky snow soap soccer sock sofa software soup spoon spring stairs stamp station stomach storm story stove street strawberry student
sugar summer supermarket swimming tea teacher telephone television tennis theater ticket tomato tooth tourist tower town toy traffic train tree trousers truck umbrella
uncle university vacation vegetable village violin visitor wall wallet watch water weather wedding weekend wheel wife wind window wine winter woman wood writer yoga
hiking chess cycling reading cooking running photography gardening sailing climbing knitting painting pottery swimming gaming skiing birdwatching karate
agenda architecture assistant backend bandwidth benchmark brainstorm bugfix campaign chapter checklist checkout cloud compliance conference contractor cost
database deadline delivery deployment design developer diagram discount download draft electron employee expense experiment export feedback finance firewall forecast
framework frontend gateway glossary guideline handbook hardware headline homepage household incident inventory journal kickoff kernel landing launch layout legal
lecture login logistics maintenance manifest manual margin marketing meeting migration milestone minutes mobile monitor network newsletter onboarding outline overview
password payroll performance physics planning podcast policy portfolio presentation pricing privacy procurement profile progress proposal prototype quarterly rehearsal
release rental research retro revenue roadmap router salary sales schedule security seminar shipping shopping signature specification sprint staff standup statement
strategy subscription summary supplier supply support survey syllabus timeline timetable todo token travel tutorial upload vendor warranty website weekly whitepaper wireless
workflow workshop announcement anniversary appendix april august december february january july june march november october september monday tuesday wednesday thursday
friday saturday sunday yesterday tomorrow tonight today remember wonderful beautiful delicious expensive favourite famous funny happy hungry important interesting lovely
nervous patient polite popular proud quiet serious strange tired useful wise wrong bought brought built caught chosen drawn drove eaten fallen felt forgot found gave grew
heard held hired kept knew learned left lost made meets moved paid planted played ran said sold sent sings sleeps spent spoke stood studied swam taught thought told took
traveled visited walked wants went won wore worked wrote bakes builds collects designs drives enjoys hates leads loves mentors paints rides runs teaches writes
""".split()
