"""What tools do: for each action the words in tool names, in descriptions and in people's requests.

Each action: (concept, name words, descriptions, requests). Slots: {n} one thing, {ns} several; {key} a thing that a request
names; the other slots are parameter roles (see parameters.py). The requests avoid the tool's own words about half of the time,
so that a tool has to be chosen by meaning.
"""

ACTIONS = [
    ("view", "read get fetch load show view open retrieve", [
        "Return everything that is written in {n}.", "Fetch {n} and hand back its full text.", "Opens {n} for viewing.",
        "Gives the whole content of {n}.", "Load {n} so that its text can be shown."],
     ["show me {key}", "what does {key} say?", "open {key}", "let me see {key}", "print {key}", "I want to look at {key}",
      "what is written in {key}?", "display {key}", "pull up {key}", "can I see the contents of {key}?", "read me {key}",
      "what's inside {key}?", "give me the text of {key}", "I need to know what {key} contains"]),
    ("view_many", "read_all load_many get_batch fetch_several open_multiple", [
        "Read a number of {ns} at once.", "Returns several {ns} together in one answer.", "Fetch a whole batch of {ns}.",
        "Open more than one of the {ns} at the same time."],
     ["show me {keys}", "open {keys} together", "read {keys}", "I want to see {keys} side by side", "what do {keys} say?",
      "load {keys} at once", "get me all of these: {keys}", "print {keys} one after another"]),
    ("list", "list show_all browse enumerate index get_all", [
        "List the {ns} in one place.", "Shows which {ns} there are.", "Enumerates all {ns}.", "Gives an overview of the {ns}.",
        "Returns the names of the {ns} that are stored."],
     ["which {ns} are there {container}?", "list the {ns} {container}", "show all {ns} {container}", "what {ns} do I have {container}?",
      "give me an overview of the {ns} {container}", "what is there {container} in terms of {ns}?", "enumerate {ns} {container}",
      "I need the names of all {ns} {container}", "are there any {ns} {container}?"]),
    ("search", "search find lookup query locate seek", [
        "Search the {ns} for words.", "Finds {ns} that match a phrase.", "Look for {ns} by text.", "Locates matching {ns}.",
        "Full text search through all {ns}."],
     ["find {ns} about {query}", "look for {ns} that mention {query}", "search the {ns} for {query}", "which {ns} talk about {query}?",
      "do we have {ns} with {query} in them?", "where is {query} mentioned in the {ns}?", "hunt down {ns} matching {query}",
      "are there {ns} on {query}?", "locate all {ns} containing {query}"]),
    ("make", "create make add new insert build write", [
        "Create {n}.", "Makes {n} from scratch.", "Adds {n} with the given details.", "Stores {n} under a name.",
        "Write {n}; an older one is replaced."],
     ["create {newkey}", "make {newkey}", "add {newkey}", "I need {newkey}", "set up {newkey}", "start {newkey}",
      "please put together {newkey}", "save {newkey}", "write {newkey}", "we want {newkey}", "store {newkey}"]),
    ("make_many", "create_many add_batch insert_records store_all register_many bulk_add", [
        "Add several {ns} in one go.", "Creates a batch of new {ns}.", "Stores many {ns} with their details.",
        "Register a list of {ns}, each with what is known about it."],
     ["add these {ns}: {records}", "remember the following {ns}: {records}", "please store {records} as {ns}", "create {ns} for {records}",
      "note down these {ns}: {records}", "new {ns}: {records}", "keep in mind these {ns}: {records}", "register {records}"]),
    ("connect", "link connect join relate attach bind", [
        "Connect {ns} with one another.", "Adds links between {ns}.", "Stores how {ns} relate to each other.",
        "Records a connection between two {ns}."],
     ["connect these {ns}: {pairs}", "remember that {pairs}", "note that {pairs}", "link the {ns}: {pairs}",
      "add the connection {pairs}", "from now on {pairs}", "it turns out that {pairs}"]),
    ("disconnect", "unlink disconnect detach separate unbind", [
        "Remove links between {ns}.", "Takes away the connection between two {ns}.", "Forget how {ns} relate."],
     ["it is no longer true that {pairs}", "drop the connection {pairs}", "forget that {pairs}", "unlink the {ns}: {pairs}",
      "remove the link that says {pairs}"]),
    ("extend", "append extend add_to annotate comment supplement", [
        "Append text to {n}.", "Adds more to {n} that exists already.", "Attach a remark to {n}.", "Extends {n} at its end."],
     ["add {content} to {key}", "append {content} to {key}", "put {content} at the end of {key}", "attach to {key} the remark {content}",
      "{key} should also mention {content}", "extend {key} with {content}", "note on {key}: {content}"]),
    ("extend_facts", "add_facts add_remarks attach_notes append_details", [
        "Add facts to {ns} that are known already.", "Attach new details to existing {ns}.", "Appends remarks to {ns}."],
     ["also remember about the {ns}: {facts}", "add what we learned on these {ns}: {facts}", "new facts: {facts}", "note further: {facts}",
      "for the {ns} add that {facts}"]),
    ("change", "update edit change modify set revise", [
        "Change {n}.", "Edits the details of {n}.", "Modifies {n} in place.", "Sets new values on {n}."],
     ["change {key} to {content}", "update {key} with {content}", "{key} should now read {content}", "set {key} to {content}",
      "revise {key}, the new text is {content}", "overwrite {key} with {content}", "edit {key} so that it says {content}"]),
    ("substitute", "replace patch substitute rewrite fix_text", [
        "Replace pieces of text in {n}.", "Applies text changes to {n}.", "Swap words in {n} for others."],
     ["in {key} replace {edits}", "in {key} change {edits}", "fix {key}: {edits}", "please correct {key}, {edits}",
      "patch {key} so that {edits}", "swap in {key} {edits}"]),
    ("remove", "delete remove erase drop discard purge", [
        "Delete {n} for good.", "Removes {n}.", "Erase {n}; this cannot be undone.", "Throws {n} away."],
     ["delete {key}", "remove {key}", "get rid of {key}", "I no longer need {key}", "throw away {key}", "erase {key}", "trash {key}",
      "{key} can go", "please wipe {key}", "we don't want {key} any more", "forget {key}", "clear out {key}"]),
    ("remove_many", "delete_many remove_all erase_batch drop_several", [
        "Delete several {ns} together.", "Removes a list of {ns}.", "Erases more than one of the {ns}."],
     ["delete {keys}", "get rid of {keys}", "forget {keys}", "remove {keys}", "we no longer need {keys}", "throw away {keys}", "erase {keys}"]),
    ("move", "move relocate transfer shift", [
        "Move {n} to another place.", "Relocates {n}.", "Puts {n} somewhere else.", "Transfer {n} to a new location."],
     ["move {key} to {target}", "put {key} into {target}", "{key} belongs in {target}", "relocate {key} to {target}",
      "shift {key} over to {target}", "take {key} and put it in {target}", "transfer {key} to {target}"]),
    ("copy", "copy duplicate clone backup", [
        "Copy {n}.", "Makes a duplicate of {n}.", "Clone {n} to a second place.", "Backs up {n}."],
     ["copy {key} to {target}", "make a copy of {key} at {target}", "duplicate {key} as {target}", "back up {key} to {target}",
      "clone {key} into {target}", "I need a second version of {key} in {target}"]),
    ("rename", "rename relabel retitle", [
        "Rename {n}.", "Gives {n} another name.", "Changes what {n} is called."],
     ["rename {key} to {newname}", "call {key} {newname} from now on", "{key} should be called {newname}", "give {key} the name {newname}",
      "change the name of {key} to {newname}"]),
    ("count", "count tally measure total", [
        "Count the {ns}.", "Says how many {ns} there are.", "Gives the number of {ns}."],
     ["how many {ns} are there {container}?", "count the {ns} {container}", "what is the number of {ns} {container}?",
      "tell me the total of {ns} {container}"]),
    ("inspect", "inspect stat describe get_details info check_properties", [
        "Details about {n}: size, dates and owner.", "Describes the properties of {n}.", "Returns metadata on {n} without its content.",
        "Tells when {n} was changed and how big it is."],
     ["how big is {key}?", "when was {key} changed last?", "who owns {key}?", "give me details about {key}", "when was {key} created?",
      "what are the properties of {key}?", "tell me the size of {key}", "how old is {key}?", "what type is {key}?"]),
    ("history", "history get_versions log audit track", [
        "Shows earlier versions of {n}.", "Lists who changed {n} and when.", "The past of {n}, newest first."],
     ["what happened to {key} in the past?", "show earlier versions of {key}", "who changed {key}?", "give me the history of {key}",
      "list the changes made to {key}"]),
    ("tree", "tree outline map hierarchy nested_view", [
        "Shows everything below a place as a nested structure.", "Nested outline of all {ns}.", "Draws the hierarchy of {ns}."],
     ["draw the hierarchy of {ns} {container}", "show me everything nested {container}", "give me the full outline of {ns} {container}",
      "what does the structure look like {container}?", "map out the {ns} {container} with all levels"]),
    ("dump", "dump export_all snapshot read_everything full_view", [
        "Returns all {ns} and the links between them.", "Everything that is stored about {ns}, at once.", "A full dump of the {ns}."],
     ["give me everything you know about the {ns}", "dump all {ns}", "show the entire store of {ns}", "what do you have on {ns} altogether?",
      "I want a full snapshot of the {ns}"]),
    ("send", "send mail dispatch notify deliver message", [
        "Send a message about {n} to somebody.", "Delivers {n} to a person.", "Dispatch {n} by mail."],
     ["send {key} to {person}", "mail {key} to {person}", "let {person} have {key}", "{person} should receive {key}",
      "deliver {key} to {person}", "forward {key} to {person}"]),
    ("share", "share grant invite permit", [
        "Share {n} with others.", "Grants somebody access to {n}.", "Lets another person use {n}."],
     ["share {key} with {person}", "give {person} access to {key}", "let {person} use {key}", "allow {person} to work on {key}"]),
    ("assign", "assign allocate delegate give", [
        "Assign {n} to a person.", "Makes somebody responsible for {n}.", "Delegates {n}."],
     ["assign {key} to {person}", "{person} takes over {key}", "make {person} responsible for {key}", "hand {key} to {person}",
      "{person} is in charge of {key} now"]),
    ("schedule", "schedule plan book reserve arrange", [
        "Plan {n} for a day.", "Books {n} on a date.", "Reserves a day for {n}."],
     ["schedule {newkey} for {date}", "plan {newkey} on {date}", "book {newkey} for {date}", "arrange {newkey} on {date}",
      "reserve {date} for {newkey}", "put {newkey} down for {date}"]),
    ("label", "tag label mark categorize classify", [
        "Put labels on {n}.", "Tags {n} with keywords.", "Classify {n} by keywords."],
     ["tag {key} with {words}", "label {key} as {words}", "mark {key} with {words}", "file {key} under {words}",
      "the keywords for {key} are {words}"]),
    ("compare", "compare diff contrast match", [
        "Compare two {ns}.", "Shows where two {ns} differ.", "Tells whether two {ns} are alike."],
     ["compare {key} with {other}", "what is different between {key} and {other}?", "how does {key} differ from {other}?",
      "are {key} and {other} the same?"]),
    ("convert", "convert transform render format", [
        "Convert {n} to another format.", "Turns {n} into a different form.", "Render {n} in the format asked for."],
     ["convert {key} to {format}", "turn {key} into {format}", "I need {key} as {format}", "save {key} in the format {format}",
      "make a {format} version of {key}"]),
    ("condense", "summarize condense brief digest", [
        "Gives a short version of {n}.", "Summarises {n}.", "The main points of {n} in brief."],
     ["sum up {key}", "what are the main points of {key}?", "give me the gist of {key}", "summarise {key}", "I need {key} in a nutshell"]),
    ("run", "run start execute launch trigger", [
        "Start {n}.", "Runs {n} now.", "Launches {n} and waits.", "Triggers {n}."],
     ["run {key}", "start {key}", "launch {key}", "kick off {key}", "get {key} going", "trigger {key} now"]),
    ("halt", "stop cancel halt abort pause", [
        "Stop {n}.", "Cancels {n} that is under way.", "Halts {n} at once."],
     ["stop {key}", "cancel {key}", "call off {key}", "{key} must not go on", "abort {key}", "put {key} on hold"]),
    ("archive", "archive store_away retire shelve", [
        "Put {n} in the archive.", "Archives {n}; it stays readable.", "Retires {n} without deleting it."],
     ["archive {key}", "put {key} into storage", "retire {key}", "shelve {key} but keep it", "move {key} out of the way for later"]),
    ("restore", "restore recover undelete revert", [
        "Bring back {n} that was removed.", "Restores {n}.", "Recover {n} from the archive."],
     ["restore {key}", "bring back {key}", "recover {key}", "I want {key} back", "undo the deletion of {key}"]),
    ("check", "validate check verify test lint", [
        "Check {n} for mistakes.", "Verifies that {n} is in order.", "Validates {n}."],
     ["check {key} for mistakes", "is {key} in order?", "verify {key}", "does {key} have errors?", "make sure {key} is correct"]),
    ("rate", "rate score grade review", [
        "Give {n} a score.", "Rates {n} with a number.", "Grades {n}."],
     ["rate {key} {score}", "give {key} {score} points", "I'd score {key} at {score}", "{key} deserves {score} stars"]),
    ("buy", "buy order purchase acquire", [
        "Order {n}.", "Buys a number of {ns}.", "Purchase {ns} from the shop."],
     ["order {score} of {key}", "buy {key}, {score} pieces", "get me {score} units of {key}", "we need {score} more of {key}"]),
    ("follow", "follow watch subscribe monitor", [
        "Get told when {n} changes.", "Watches {n}.", "Subscribe to news on {n}."],
     ["tell me when {key} changes", "keep an eye on {key}", "watch {key}", "subscribe me to {key}", "I want updates on {key}"]),
    ("where", "whoami list_roots get_scope show_limits allowed", [
        "Says which places this server may touch.", "Shows what you are permitted to use.", "Returns the roots that are open to you."],
     ["where am I permitted to work?", "which places may you touch?", "what are you allowed to use for {ns}?", "which roots are open to us?",
      "what do you have access to?"]),
]
