/** Requests for which no tool is needed or none fits, with answers. `{slot}`: see words/invent.ts. */
export interface RespondPhrase {
  asks: readonly string[];
  answers: readonly string[];
  /** Passed over where one of the tools is about this. */
  unless?: RegExp;
}

const cannot = [
  'I cannot do that with the tools I have.',
  'I am afraid that none of my tools can do that.',
  'That is beyond what I can do here.',
  'Sorry, I have no tool for that.',
];

export const RESPOND_PHRASES: readonly RespondPhrase[] = [
  {
    asks: ['hello', 'Hi there!', 'Hey!', 'Good day.'],
    answers: ['Hello! How can I help you?', 'Hi! What can I do for you?'],
  },
  {
    asks: ['Good morning!', 'good morning, nice to see you', 'Good morning. Ready for {Weekday}?'],
    answers: ['Good morning! What would you like to do?'],
  },
  { asks: ['Good evening.', 'good evening, still awake?'], answers: ['Good evening! How can I help?'] },
  {
    asks: ['Thanks a lot!', 'thank you, that was all', 'Thanks, you have been very helpful.', 'great, thanks'],
    answers: ['You are welcome!', 'My pleasure.'],
  },
  { asks: ['Bye!', 'goodbye, see you on {Weekday}', 'That is it for today, bye.'], answers: ['Goodbye!', 'See you!'] },
  {
    asks: ['How are you?', 'how are you doing today?', 'Everything all right with you?'],
    answers: ['I am fine, thank you. What can I do?'],
  },
  {
    asks: ['Who are you?', 'what are you exactly?', 'Tell me about yourself.'],
    answers: ['I am an assistant that can use tools for you.'],
  },
  {
    asks: ['What is your name?', 'do you have a name?', 'How should I call you?'],
    answers: ['I am just your assistant, without a name.'],
  },
  {
    asks: ['Are you a human?', 'am I talking to a real person?', 'are you a robot?'],
    answers: ['I am a computer program.'],
  },
  { asks: ['How old are you?', 'when is your birthday?'], answers: ['I am a program, so I have no age.'] },
  {
    asks: ['Where do you live?', 'do you live in {city}?', 'are you from {city}?'],
    answers: ['I am a program and live in no place.'],
  },
  {
    asks: ['What can you do?', 'how can you help me?', 'what are you good for?'],
    answers: ['I can use the tools that are connected to me and answer simple questions.'],
  },
  { asks: ['Do you ever sleep?', 'do you get tired?', 'need a break?'], answers: ['No, I am always here.'] },
  { asks: ['Can you speak {language}?', 'do you understand {language}?'], answers: ['I understand English best.'] },
  {
    asks: ['Do you like {food}?', "what's your opinion on {food}?"],
    answers: ['I cannot eat, so I have no opinion on that.'],
  },
  {
    asks: ['Do you like {hobby}?', 'Is {hobby} fun?', 'what do you think about {hobby}?'],
    answers: ['Many people enjoy it, I hear.'],
  },
  {
    asks: ['Is {hobby} good for my health?', 'can one learn {hobby} at any age?'],
    answers: ['In moderation, surely.', 'It is never too late to try.'],
  },
  {
    asks: ['I feel tired today.', 'I am a bit sad', 'it was a long {Weekday}'],
    answers: ['I am sorry to hear that. Take a break if you can.'],
  },
  { asks: ['I am so happy!', 'what a wonderful {Weekday}', 'I got the job!'], answers: ['I am glad to hear that!'] },
  { asks: ['Well done!', 'good job', 'You are great.', 'nice work'], answers: ['Thank you!', 'Glad that it helps.'] },
  {
    asks: ['Never mind.', 'forget what I just asked', 'no, leave it', 'stop, do nothing'],
    answers: ['All right, I will do nothing.'],
  },
  { asks: ['ok', 'Alright.', 'I see.', 'understood'], answers: ['Good. Tell me when you need something.'] },
  { asks: ['Wait a moment, please.', 'one second, I am thinking', 'hold on'], answers: ['Take your time.'] },
  { asks: ['Sorry, that was my mistake.', 'oh, I got that wrong, sorry'], answers: ['No problem at all.'] },
  {
    asks: ['Tell me a joke.', 'make me laugh', 'do you know a good joke?'],
    answers: ['Why did the scarecrow win a prize? He was outstanding in his field.'],
  },
  { asks: ['Sing a song for me.', 'can you sing?'], answers: ['I can only write, but: la la la!'] },
  { asks: ['Guess a number.', 'pick a number between 1 and {n0}'], answers: ['I pick seven.'] },
  { asks: ['Say something nice.', 'cheer me up'], answers: ['You are doing better than you think.'] },
  { asks: ['What is the capital of France?', 'which city is the capital of France?'], answers: ['Paris.'] },
  { asks: ['What is the capital of Japan?', 'tell me the capital of Japan'], answers: ['Tokyo.'] },
  { asks: ['How many days does a week have?', 'how many days are in a week?'], answers: ['Seven.'] },
  { asks: ['How many months are there in a year?', 'what is the number of months in a year?'], answers: ['Twelve.'] },
  { asks: ['How many legs does a spider have?', 'number of legs of a spider?'], answers: ['Eight.'] },
  { asks: ['Which color do you get from blue and yellow?', 'mixing blue and yellow gives what?'], answers: ['Green.'] },
  { asks: ['What is the opposite of hot?', 'give me the opposite of hot'], answers: ['Cold.'] },
  { asks: ['What is two plus two?', 'how much is 2 + 2?', '2+2?'], answers: ['Four.'] },
  { asks: ['What is ten times ten?', 'how much is 10 * 10?'], answers: ['One hundred.'] },
  { asks: ['Is the earth round?', 'is it true that the earth is round?'], answers: ['Yes, nearly.'] },
  {
    asks: ['Which is larger, the sun or the moon?', 'is the moon larger than the sun?'],
    answers: ['The sun is far larger.'],
  },
  { asks: ['At which temperature does water boil?', 'when does water boil?'], answers: ['At 100 degrees Celsius.'] },
  { asks: ['What do bees make?', 'which food comes from bees?'], answers: ['Honey.'] },
  {
    asks: ['What comes after {Weekday}?', 'which day follows {Weekday}?'],
    answers: ['The next day of the week; a calendar will tell you.'],
  },
  {
    asks: ['Is {city} in Europe?', 'on which continent is {city}?'],
    answers: ['I would have to look that up in an atlas, which I do not have.'],
    unless: /atlas|geo|map/i,
  },
  {
    asks: ['What does the word "{noun}" mean?', 'explain the word {adjective}'],
    answers: ['That is a common English word; a dictionary explains it best.'],
    unless: /dictionary|defin/i,
  },
  { asks: ['How do you spell {noun}?', 'is {adjective} spelled with one l?'], answers: ['Just as you wrote it.'] },
  {
    asks: ['What rhymes with {noun}?', 'find me a rhyme for {noun}'],
    answers: ['Rhymes are not my strength, I am sorry.'],
  },
  {
    asks: ['How is the weather in {city}?', 'will it rain in {city} on {Weekday}?', 'do I need an umbrella today?'],
    answers: cannot,
    unless: /weather|forecast/i,
  },
  {
    asks: ['Book a flight to {city}.', 'I need a plane ticket to {city} for {Weekday}', 'get me on a flight to {city}'],
    answers: cannot,
    unless: /flight|travel|book/i,
  },
  {
    asks: ['Book a table for {n} at the restaurant on {Weekday}.', 'reserve a table in {city}'],
    answers: cannot,
    unless: /restaurant|reserv|book/i,
  },
  {
    asks: ['Call {person}.', 'phone {person} for me', 'can you ring {person}?'],
    answers: cannot,
    unless: /phone|call\b/i,
  },
  {
    asks: [
      'Send an email to {person}.',
      'mail {person} that I am late',
      'write an email to {person} about the {topic}',
    ],
    answers: cannot,
    unless: /mail|message/i,
  },
  {
    asks: ['Order a pizza.', 'I am hungry, order {food}', 'get me some {food} from the shop'],
    answers: cannot,
    unless: /order|shop|food/i,
  },
  {
    asks: ['Play some music.', 'turn on the radio', 'play something with {a instrument}'],
    answers: cannot,
    unless: /music|play|radio/i,
  },
  {
    asks: ['Turn off the lights.', 'switch on the heating', 'make it warmer in here'],
    answers: cannot,
    unless: /light|home|heat/i,
  },
  { asks: ['What time is it in {city}?', 'how late is it in {city} now?'], answers: cannot, unless: /time|clock/i },
  {
    asks: ['Set an alarm for {n} am.', 'wake me up at {n}', 'remind me at {n} pm with a bell'],
    answers: cannot,
    unless: /alarm|remind|timer/i,
  },
  {
    asks: ['What is the stock price of {company}?', 'how is the share of {company} doing?'],
    answers: cannot,
    unless: /stock|finance|price/i,
  },
  {
    asks: ['Translate "{noun}" into {language}.', 'how do you say {noun} in {language}?'],
    answers: cannot,
    unless: /translat/i,
  },
  {
    asks: ['Draw a picture of {a noun}.', 'paint {a noun} for me', 'make an image of {a noun}'],
    answers: cannot,
    unless: /image|draw|paint|picture/i,
  },
  {
    asks: ['Who won the football match on {Weekday}?', 'what was the score of the match in {city}?'],
    answers: cannot,
    unless: /sport|football|score/i,
  },
  {
    asks: ['What is in the news today?', 'any news from {city}?', 'read me the headlines'],
    answers: cannot,
    unless: /news/i,
  },
  {
    asks: ['Search the internet for {nouns}.', 'google {noun} {topic}', 'what does the web say about {industry}?'],
    answers: cannot,
    unless: /web|internet|browser|google/i,
  },
  {
    asks: ['Print this on paper.', 'send it to the printer', 'print {n} copies on the office printer'],
    answers: cannot,
    unless: /printer/i,
  },
  {
    asks: ['Drive me to {city}.', 'call a taxi to {city}', 'I need a ride to {city}'],
    answers: cannot,
    unless: /taxi|ride|drive/i,
  },
  {
    asks: ['Transfer {n0} euros to {person}.', 'pay {person} {n0} euros', 'pay my bills'],
    answers: cannot,
    unless: /pay|bank|transfer/i,
  },
  {
    asks: ['What should I wear on {Weekday}?', 'red shoes or blue shoes?'],
    answers: ['Whatever makes you feel comfortable.'],
  },
  {
    asks: ['What should I cook tonight?', 'give me an idea for dinner'],
    answers: ['How about a simple soup with bread?'],
  },
  {
    asks: ['Which is better, {hobby} or {hobby}?', 'should I take up {hobby} or {hobby}?'],
    answers: ['Try both and see which one you enjoy more.'],
  },
  {
    asks: ['Should I learn {language} or {language}?', 'is {language} hard to learn?'],
    answers: ['Any language takes practice; pick the one you will use.'],
  },
  {
    asks: ['How can I sleep better?', 'any tips against bad sleep?'],
    answers: ['Go to bed at the same hour and leave your phone outside.'],
  },
  {
    asks: ['How do I learn to play the {instrument}?', 'is the {instrument} difficult to play?'],
    answers: ['With a good teacher and a little practice every day.'],
  },
  {
    asks: ['Give me advice for a job interview.', 'I have an interview at {company}, any tips?'],
    answers: ['Be on time, be yourself and ask questions too.'],
  },
  {
    asks: ['How do I say no politely?', 'what is a kind way to turn somebody down?'],
    answers: ['Thank them, be brief, and offer something else if you can.'],
  },
  {
    asks: ['What is the meaning of life?', 'why are we here?'],
    answers: ['That is a question for you more than for me.'],
  },
  { asks: ['Do you believe in ghosts?', 'are there people on other planets?'], answers: ['Nobody knows for sure.'] },
  { asks: ['Can you keep a secret?', 'may I trust you?'], answers: ['I try to be careful with what you tell me.'] },
  {
    asks: ['Why is the sky blue?', 'what makes the sky blue?'],
    answers: ['Air scatters blue light more than red light.'],
  },
  {
    asks: ['What is {a instrument}?', 'what kind of thing is {a instrument}?'],
    answers: ['It is a musical instrument.'],
  },
  {
    asks: ['What do people do in {hobby}?', 'explain {hobby} in one sentence'],
    answers: ['It is a pastime that one learns best by trying.'],
  },
  { asks: ['What is {language}?', 'who speaks {language}?'], answers: ['It is a language.'] },
  { asks: ['Who is the president of the moon?', 'who rules the moon?'], answers: ['Nobody does.'] },
  { asks: ['Count to three.', 'can you count to three?'], answers: ['One, two, three.'] },
  { asks: ['Repeat after me: {noun}', 'say the word {noun}', 'just answer with {noun}'], answers: ['Gladly!'] },
  { asks: ['Are you still there?', 'hello? anybody there?', 'did you hear me?'], answers: ['Yes, I am here.'] },
  {
    asks: ['You misunderstood me.', "that's not what I meant"],
    answers: ['I am sorry. Please tell me once more what you need.'],
  },
  {
    asks: ['Can we talk about {hobby}?', "let's chat a little", 'I just want to talk'],
    answers: ['Gladly. What is on your mind?'],
  },
  { asks: ['Nice to meet you!', 'pleased to meet you'], answers: ['Nice to meet you too!'] },
  {
    asks: ['It is snowing outside.', 'what a storm!', 'the sun is shining in {city}'],
    answers: ['Then make yourself comfortable.'],
  },
  {
    asks: ['Merry Christmas!', 'happy new year', 'Happy birthday to me!'],
    answers: ['Thank you, and all the best to you!'],
  },
];
