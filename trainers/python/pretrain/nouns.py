"""What tools act on: (word, plural, other words for it, how one is named, extensions).

`how`: `path` (folders and an extension), `folder`, `id` (a code), `name` (a proper name), `title` (a few words).
"""

THINGS = [row.split("|") for row in """
document|documents|paper,write-up,text file|path|txt md docx pdf
file|files|text file,data file|path|txt md json csv log
folder|folders|directory,dir|folder|
directory|directories|folder,subfolder|folder|
image|images|picture,photo,graphic|path|png jpg gif webp
script|scripts|program,source file|path|py js sh ts
log|logs|protocol,log file|path|log txt out
sheet|sheets|spreadsheet,workbook|path|xlsx csv ods
recording|recordings|audio file,sound clip|path|mp3 wav ogg
video|videos|movie,clip|path|mp4 mov mkv
config|configs|settings file,configuration|path|yaml toml ini json
template|templates|pattern file,boilerplate|path|html tpl md
draft|drafts|rough version,manuscript|path|md txt doc
backup|backups|safety copy,saved state|path|zip tar gz bak
module|modules|library file,package|path|py ts rs go
note|notes|memo,jotting|title|
report|reports|analysis,account|title|
task|tasks|to-do,chore|title|
ticket|tickets|issue,bug report|id|
order|orders|purchase order,shop order|id|
invoice|invoices|bill,receipt|id|
customer|customers|client,buyer|name|
contact|contacts|address entry,acquaintance|name|
person|persons|individual,human|name|
employee|employees|staff member,worker|name|
student|students|pupil,learner|name|
team|teams|crew,squad|name|
project|projects|undertaking,venture|title|
meeting|meetings|appointment,get-together|title|
event|events|occasion,happening|title|
message|messages|mail,letter|id|
channel|channels|chat room,stream|name|
article|articles|post,essay|title|
book|books|novel,volume|title|
recipe|recipes|dish,cooking instruction|title|
playlist|playlists|song list,mix|title|
song|songs|track,tune|title|
city|cities|town,municipality|name|
hotel|hotels|inn,lodging|name|
flight|flights|plane trip,air connection|id|
route|routes|way,itinerary|title|
device|devices|machine,gadget|id|
sensor|sensors|probe,meter|id|
server|servers|host,node|id|
job|jobs|batch run,background run|id|
account|accounts|login,profile|id|
payment|payments|transfer,remittance|id|
product|products|article of sale,item|title|
shelf|shelves|rack,storage spot|id|
parcel|parcels|package,shipment|id|
vehicle|vehicles|car,truck|id|
plant|plants|crop,flower|name|
animal|animals|pet,creature|name|
patient|patients|sick person,case|name|
course|courses|class,lesson|title|
exam|exams|quiz,assessment|title|
contract|contracts|agreement,deal|title|
branch|branches|line of work,fork|title|
commit|commits|code change,revision|id|
table|tables|relation,data table|name|
record|records|row,database line|id|
entry|entries|item,line|title|
concept|concepts|idea,notion|title|
topic|topics|subject,theme|title|
fact|facts|piece of knowledge,statement|title|
place|places|location,spot|name|
company|companies|firm,business|name|
organisation|organisations|institution,body|name|
bookmark|bookmarks|saved link,favourite|title|
calendar|calendars|agenda,diary|name|
room|rooms|hall,chamber|id|
alarm|alarms|alert,warning|id|
budget|budgets|spending plan,money plan|title|
goal|goals|aim,objective|title|
node|nodes|vertex,graph point|name|
memory|memories|recollection,remembered thing|title|
collection|collections|set,compilation|title|
""".strip().splitlines()]

PLACES = "archive area board box bucket cabinet catalog category cluster database desk drawer group inbox library league list notebook \
office pool queue region section space stack store team warehouse workspace zone".split()

ADJECTIVES = "active annual basic big blue broken busy cheap clean cold common daily dark deep draft dry early easy empty extra fair fast final \
first fixed flat free fresh full general global good green hard heavy hidden high hot huge idle inner joint known large last late light local \
long loud low main major many minor mobile modern monthly narrow new nice noisy old open outer plain private public quick quiet rapid rare raw \
ready recent red remote rough round safe sharp short silent simple single slow small smart soft solid special spare stable strong sweet tall \
thin tiny top urgent warm weak weekly white wide wild wooden yearly yellow young".split()

FIRST_NAMES = "Ada Alan Alice Amir Anna Astrid Ben Boris Carla Chen Clara Daniel David Diego Dora Elena Elif Emil Emma Erik Fatima Felix Finn \
Frida Gina Goran Grace Hana Hugo Ida Igor Ines Ivan Jack Jana Jin Joao John Julia Kai Karim Kate Kenji Lars Laura Leo Lily Linda Lucas Luna Maria \
Mark Marta Mateo Maya Mei Mia Milan Mina Nadia Nils Nina Noah Nora Olga Omar Oscar Paul Pavel Petra Priya Rafael Rita Robert Rosa Ruth Sam Sara \
Sofia Sven Tara Theo Tom Uma Vera Viktor Wanda Yara Yuki Zoe".split()

LAST_NAMES = "Adams Andersen Bauer Becker Berg Brown Castro Chen Clark Costa Cruz Dahl Diaz Dubois Evans Fischer Ford Garcia Grant Gray Green \
Haas Hall Hansen Harris Hill Hoffman Ito Ivanov Jensen Jones Kaya Keller Khan Kim King Klein Kline Koch Kumar Lang Larsen Lee Lewis Lopez Mason \
Meyer Miller Moore Moreau Mori Nagy Nguyen Novak Okafor Olsen Park Patel Perez Petrov Quinn Reed Reyes Rossi Roth Sato Scott Sharma Silva Singh \
Smith Stone Suzuki Tanaka Torres Vogel Walker Wang Weber West White Wilson Wolf Wood Young Zhang".split()

CITIES = "Amsterdam Athens Austin Berlin Bern Boston Cairo Chicago Dallas Delhi Denver Dublin Geneva Hamburg Helsinki Istanbul Kyoto Lagos Lima \
Lisbon London Lyon Madrid Milan Montreal Munich Nairobi Naples Oslo Paris Porto Prague Quito Riga Rome Seattle Seoul Sofia Sydney Tokyo Toronto \
Turin Vienna Warsaw Zurich".split()
