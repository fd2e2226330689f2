/** Word lists behind all invented values. Combined, they give hundreds of thousands of names, so that train and test rarely share one. */
const list = (text: string): readonly string[] => text.trim().split(/\s*[,\n]\s*/);

export const FIRST_NAMES =
  list(`Anna, Bruno, Clara, Dario, Elena, Felix, Greta, Hugo, Ines, Jonas, Karin, Leon, Mira, Nils, Olga, Pablo, Quinn, Rosa, Simon, Tessa,
  Umar, Vera, Willem, Yara, Zeno, Aisha, Boris, Celia, Deniz, Emil, Farah, Goran, Hanna, Igor, Jana, Kenji, Lucia, Marek, Nadia, Oscar, Petra, Rafael, Selma, Tomas,
  Ursula, Viktor, Wanda, Yusuf, Zora, Amir, Bella, Carlos, Dora, Edgar, Freya, Gideon, Heidi, Ivan, Julia, Kofi, Lena, Milan, Noor, Otto, Paula, Rami, Sofia, Timo, Ulla, Viola`);

export const LAST_NAMES =
  list(`Berg, Castro, Dahl, Engel, Fischer, Grant, Holm, Ibarra, Jansen, Keller, Lang, Moreau, Novak, Okafor, Park, Quist, Rossi, Sato, Torres,
  Ueda, Vogel, Weiss, Young, Zeller, Abbas, Brandt, Conti, Doyle, Eriksen, Ferrari, Gomez, Hartmann, Ivanov, Jensen, Kowalski, Lindt, Meyer, Nguyen, Olsen, Petrov, Ramos,
  Schmidt, Tanaka, Ulrich, Varga, Walsh, Yilmaz, Zhang, Adler, Bauer, Cohen, Dubois, Ekman, Fuchs, Hansen, Khan, Larsen, Marin, Nolan, Ortiz, Pohl, Reyes, Silva, Tran, Wolf`);

export const CITIES =
  list(`Oslo, Lisbon, Vienna, Porto, Zurich, Krakow, Turin, Bergen, Malmo, Ghent, Leipzig, Basel, Lyon, Seville, Prague, Riga, Tallinn, Vilnius, Athens,
  Dublin, Cork, Leeds, Bristol, Nantes, Bilbao, Naples, Verona, Graz, Linz, Aarhus, Tampere, Uppsala, Utrecht, Bremen, Kiel, Nice, Toulouse, Kyoto, Osaka, Lima, Quito, Bogota,
  Denver, Austin, Boston, Halifax, Perth, Nairobi, Accra, Dakar, Rabat, Amman, Izmir, Tbilisi, Almaty, Hanoi, Jakarta, Pune, Busan, Auckland`);

export const ADJECTIVES =
  list(`amber, ancient, bold, brisk, calm, clever, copper, coral, crimson, curious, daily, deep, distant, early, eastern, empty, fancy, final, frozen, gentle,
  golden, grand, green, hidden, hollow, humble, icy, inner, ivory, jolly, keen, large, lively, lone, lucky, lunar, mellow, merry, misty, modern, narrow, noble, northern, olive,
  outer, pale, plain, polar, proud, purple, quick, quiet, rapid, rare, red, royal, rustic, sandy, shiny, silent, silver, simple, sleepy, small, solar, southern, steady, stormy,
  sunny, swift, tidy, tiny, urban, velvet, vivid, warm, weekly, western, wild, winter, yellow, young`);

export const NOUNS =
  list(`anchor, apple, arrow, basket, beacon, bell, bicycle, bird, boat, bottle, bridge, bucket, butterfly, button, cabin, camera, candle, canyon, carpet, castle,
  chair, cherry, circle, clock, cloud, compass, cottage, crane, crystal, curtain, desert, diamond, dolphin, dragon, drum, eagle, engine, falcon, feather, fence, field, flute,
  forest, fountain, fox, garden, gate, glacier, hammer, harbor, harvest, hedge, helmet, horizon, island, jacket, kettle, kite, ladder, lake, lantern, lemon, library, lion, lizard,
  magnet, maple, market, meadow, mirror, moon, mountain, museum, needle, ocean, orchard, otter, owl, paddle, palace, panther, parrot, pebble, pencil, pepper, piano, pillow, planet,
  pocket, pumpkin, quarry, rabbit, raven, ribbon, river, rocket, saddle, sailor, shadow, shell, signal, spider, spoon, spring, statue, stone, storm, summit, swan, table, temple,
  thunder, tiger, tower, tunnel, turtle, valley, violin, wagon, walnut, whale, wheel, willow, window, wolf, zebra`);

/** Words of office files and folders. */
export const TOPICS =
  list(`agenda, analysis, archive, backlog, backup, billing, briefing, budget, catalog, changes, checklist, clients, config, contacts, contract, costs, delivery,
  diary, draft, estimate, events, expenses, export, feedback, forecast, guide, history, ideas, index, inventory, invoice, itinerary, journal, lecture, ledger, letters, license,
  lineup, manual, measurements, meeting, menu, metrics, minutes, notes, offer, orders, outline, overview, payroll, photos, plan, poem, prices, profile, protocol, quotes,
  receipts, recipe, records, release, reminder, report, research, results, review, roadmap, roster, route, samples, schedule, scores, settings, shipping, sketch, sources,
  staff, stats, status, stock, story, summary, suppliers, survey, tasks, template, tickets, timeline, todo, training, translation, travel, trends, update, vendors, visitors, wishlist`);

export const MONTHS = list(
  'January, February, March, April, May, June, July, August, September, October, November, December',
);
export const WEEKDAYS = list('Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday');
export const HOBBIES =
  list(`chess, climbing, pottery, cycling, sailing, archery, gardening, judo, karaoke, fencing, baking, origami, badminton, photography, rowing, hiking, knitting,
  skiing, painting, astronomy, carpentry, yoga, surfing, tennis, birdwatching, calligraphy, juggling, beekeeping, running, swimming`);
export const INSTRUMENTS = list(
  'cello, violin, trumpet, piano, flute, guitar, harp, oboe, clarinet, drums, accordion, banjo, saxophone, viola, tuba, mandolin',
);
export const LANGUAGES = list(
  'Spanish, French, Polish, Turkish, Arabic, Korean, Dutch, Swedish, Greek, Italian, Hindi, Finnish, Czech, Swahili, Danish, Portuguese',
);
export const FOODS =
  list(`peanuts, shellfish, strawberries, mushrooms, olives, dark chocolate, black tea, oat milk, rye bread, goat cheese, mango, noodles, lentil soup, pancakes,
  green curry, apple juice, espresso, walnuts, tomato salad, ginger biscuits`);
export const JOBS =
  list(`architect, nurse, pilot, baker, translator, carpenter, data analyst, electrician, librarian, lawyer, biologist, designer, accountant, teacher, mechanic,
  journalist, surveyor, pharmacist, welder, photographer`);
export const INDUSTRIES = list(
  'solar panels, medical devices, board games, bicycles, textiles, coffee machines, drones, furniture, water filters, textbooks, ferries, cheese, batteries, lamps',
);
export const TECHNOLOGIES = list(
  'Python, Rust, Postgres, Redis, Kubernetes, TypeScript, Kafka, Terraform, GraphQL, SQLite, Elixir, Go, Docker, Ansible',
);
