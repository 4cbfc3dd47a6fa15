"""What the views that pages share say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "help.explain": "Explain {term}",
    # what a mark beside a setting means, for those who do not see it
    "mark.bolt": "{name}, takes effect at once",
    "mark.restart_alt": "{name}, needs a new start",
    "server.answered": "The server answered {status}.",
    "server.away": "The server cannot be reached.",
    "about.seconds": "about {n} s",
    "about.minutes": "about {n} minutes",
    "about.hours": "about {n} hours",
    "duration.range": "{from} to {to}",
    "state.ready": "Ready",
    "state.unready": "Not ready",
    "state.queued": "Waiting",
    "state.starting": "Starting",
    "state.training": "Training",
    "state.paused": "Paused",
    "state.finished": "Finished",
    "state.stopped": "Stopped",
    "state.failed": "Failed",
    "state.interrupted": "Interrupted",
    "state.crashed": "Crashed",
    "state.gone": "Gone",
    "state.means.starting": "The worker is getting the data and both networks ready.",
    "state.means.paused": "Resume, or make single steps and watch what each one does.",
    "state.means.finished": (
        "Trained to the end of its schedule. Drag the timeline, or open Latent to move through what it has learnt."
    ),
    "state.means.stopped": "Saved. Continue goes on exactly where it stopped.",
    "state.means.interrupted": "The app was closed while this run trained. Continue goes on from its last saved state.",
    "state.means.crashed": "The worker died. Continue goes on from the last saved state.",
    "state.means.failed": "Training ended with an error; the last good state is kept.",
    "status.progress": "Progress",
    "status.side": "{side} · {state}",
    "status.spoken": "{state}. {sentence}",
    "status.asked.pause": "It pauses as soon as the step it is at is done.",
    "status.asked.stop": "It stops as soon as the step it is at is done, and saves.",
    "status.skipped.files": (
        "{n} file was left out: not readable as an image.",
        "{n} files were left out: not readable as images.",
    ),
    "status.skipped.rows": ("{n} row was left out: not two numbers.", "{n} rows were left out: not two numbers."),
    "status.preparing": "Preparing real samples and an untrained generator …",
    "status.finding": "Finding: {title}. {since} Go to its explanation.",
    "status.finding.more": "{title}, and {n} more",
    "status.ready": "Start makes the generator learn in {steps} steps: {long}",
    "status.ready.images": (
        "Start makes the generator learn from {n} image in {steps} steps: {long}",
        "Start makes the generator learn from {n} images in {steps} steps: {long}",
    ),
    "status.ready.points": (
        "Start makes the generator learn from {n} point in {steps} steps: {long}",
        "Start makes the generator learn from {n} points in {steps} steps: {long}",
    ),
    "status.timing": "timing a few steps on this machine …",
    "status.long": "{about}, with this machine as busy as it is now.",
    "status.opening": "Opening the run …",
    "status.offline": "No connection to the server; what you see may be old. Trying again …",
    "status.step": "step {step}",
    "status.step.of": "step {step} of {total}",
    "status.step.unknown": "step –",
    "status.epoch": "epoch {epoch}",
    "status.rate.images": "{n} images/s",
    "status.rate.points": "{n} points/s",
    "status.left": "{time} left",
    "status.trained": "{time} trained",
    "status.next": "Next in line: {before}.",
    "status.queued": "Number {place} in line: {before}.",
    "status.waits": "it waits for “{names}” to end",
    "status.moment": "it begins in a moment",
    "status.headstart": "D gets its head start: {n} updates of D alone, before the first step.",
    "status.learning": "Learning, {where} in {precision}. G has {generator} parameters and D {discriminator}.",
    "status.learning.images": (
        "Learning from {n} image, {where} in {precision}. G has {generator} parameters and D {discriminator}.",
        "Learning from {n} images, {where} in {precision}. G has {generator} parameters and D {discriminator}.",
    ),
    "status.learning.points": (
        "Learning from {n} point, {where} in {precision}. G has {generator} parameters and D {discriminator}.",
        "Learning from {n} points, {where} in {precision}. G has {generator} parameters and D {discriminator}.",
    ),
    "status.cpu": "on the processor",
    "status.gpu": "on the GPU",
    "counts.line": "Parameters: G {g}, D {d}",
    "timeline.label": "Timeline of the samples",
    "timeline.play": "Play from the beginning",
    "timeline.stop": "Stop playing",
    "timeline.now": "now",
    "timeline.end": "end",
    "timeline.step": "step {step}",
    "timeline.fork": "Fork here",
    "timeline.fork.title": "Begin a new run from this step, with the settings on the left",
    "timeline.marks": "What happened, and when",
    "timeline.fork.nothing": "There is nothing to go on from at step 0: press Reset and Start for a new run",
    "framed.ended": "It ended before its first picture.",
    "framed.waiting": "Waiting for the first picture …",
    "framed.untrained": "Drawing with an untrained generator …",
    # what happened to a run besides training, as marks on its timeline and curves
    "mark.at": "Step {step}: {words}",
    "mark.side": "side {side}, {words}",
    "mark.changed": "{field} {was} → {now}",
    "mark.changed.to": "{field} → {now}",
    "mark.event.forked": "forked; everything before this step belongs to the run it came from",
    "mark.event.paused": "paused",
    "mark.event.resumed": "resumed",
    "mark.event.continued": "continued",
    "mark.event.continued.lost": "continued from the saved state, because the training process had vanished",
    "mark.event.finished": "finished its schedule",
    "mark.event.stopped": "stopped",
    "mark.event.interrupted": "interrupted, because the app was stopped",
    "mark.event.failed": "failed",
    # the curves of a run, and what was measured while it trained
    "charts.hint": "Drag across a chart to zoom in, double-click to go back.",
    "charts.signs.marks": "What happened, and when",
    "charts.signs.up": "Values above this chart",
    "charts.signs.down": "Values below this chart",
    "charts.log": "log",
    "charts.log.on": "Use a logarithmic axis: equal distances are equal factors",
    "charts.log.off": "The axis is logarithmic: equal distances are equal factors. Use a linear axis",
    "charts.log.cannot": "A logarithmic axis needs positive values, and some are zero or negative",
    "charts.exit": "{name} reaches {value} at step {step}, outside this axis",
    "charts.exit.press": "Press to show all values.",
    "charts.zoomed": "zoomed: {part} · reset",
    "charts.zoomed.steps": "steps {first}–{last}",
    "charts.zoomed.values": "values {low} to {high}",
    "charts.zoomed.title": "Only {parts}. Press, or double-click a chart, to show everything.",
    "charts.failed": "The charts could not be loaded.",
    "charts.of": "{found} of {total}",
    "charts.perfect": "perfect sampler",
    "charts.step": "step",
    "curves.hint": "Faint: every step. Bold: smoothed. Drag across a chart to zoom in, double-click to go back.",
    "curves.losses": "Losses",
    "curves.losses.help": (
        "What each network is minimising: Loss_D how wrong D is about reals and fakes together, Loss_G how easily"
        " D spots G’s fakes.\n"
        "Unlike other training these need not fall: the two play against each other. Steady, neither near 0 nor "
        "exploding, is good. Loss_D near 0 means that D wins and G gets little to learn from. At a draw Loss_D is"
        " 2 ln 2 = 1.39 (or half of it if it is averaged) and the non-saturating Loss_G 0.69."
    ),
    "curves.losses.help.any": (
        "What each network is minimising, penalties included. Losses of this objective may be negative, and need "
        "not fall: the two play against each other. Steady, and not exploding, is good."
    ),
    "curves.losses.before": "How wrong D is, and how easily it spots G’s fakes. Two opponents: neither has to fall.",
    "curves.losses.d": "Loss_D",
    "curves.losses.g": "Loss_G",
    "curves.real": "D(x)",
    "curves.fake": "D(G(z))",
    "curves.after": "after",
    "curves.belief": "D on average",
    "curves.belief.help": (
        "D’s average belief that an image is real: on real images D(x), on fakes D(G(z)) before and after D’s "
        "update of this step.\n"
        "D(x) at 1 and D(G(z)) at 0: D is ahead. Both near 1/2: it can no longer tell. The gap between before and"
        " after shows how much one update moves D; a wide gap means that D’s learning rate is large."
    ),
    "curves.belief.before": (
        "D’s belief in real samples and in fakes, before and after its update. They meet at 1/2 when D cannot tell."
    ),
    "curves.scores": "D’s mean score",
    "curves.scores.help": (
        "D’s average score: of real samples D(x), of fakes D(G(z)) before and after D’s update of this step. "
        "Higher means more real; it is no probability.\n"
        "Real ones far above fakes: D is ahead. Close together: it can hardly tell. The gap between before and "
        "after shows how much one update moves D."
    ),
    "curves.scores.before": (
        "D’s mean score of real samples and of fakes, before and after its update. They meet at the dotted line "
        "when D cannot tell."
    ),
    "curves.scores.before.difference": (
        "D’s mean score of real samples and of fakes. Only their difference counts; at a draw they meet."
    ),
    "curves.value": "V(G, D)",
    "curves.value.help": (
        "V(G, D) = mean log D(x) + mean log(1 − D(G(z))): the score of the game, which D pushes up and G pushes "
        "down.\n"
        "Near 0: D tells everything apart. −ln 4 = −1.39 is its value when D answers 1/2 everywhere, and the best"
        " G can reach against the best D. Below it D is worse than a coin toss."
    ),
    "curves.value.before": "The score of the game. D pushes it up towards 0, G down to −ln 4.",
    "curves.value.line": "V",
    "curves.distance": "Estimated distance",
    "curves.distance.help": (
        "Mean score of real samples minus that of fakes: as long as D’s slope is bounded by 1, an estimate of the"
        " Wasserstein distance, the work of carrying G’s samples to the data; otherwise proportional to it.\n"
        "It rises at first, while D learns, then falls as G does. This curve, unlike most, goes with the quality "
        "of the samples.\n"
        "Below 0 it is no distance: D then scores fakes above real samples."
    ),
    "curves.distance.before": "How far G’s samples still are from the data, as D measures it. It falls as G learns.",
    "curves.gain": "What D maximises",
    "curves.gain.help": (
        "Minus D’s loss without its penalty. D pushes it up, to 0 at most, G pushes it down.\n"
        "The dotted line is the best that D can do when real and fake are alike."
    ),
    "curves.gain.before": (
        "Minus D’s loss. D pushes it up towards 0, G down; where D cannot tell, its best answer gives {draw}, the"
        " dotted line."
    ),
    "curves.gradients": "Gradient norms",
    "curves.gradients.help": (
        "Length of the gradient that each network got in this step, on a logarithmic scale.\n"
        "Expect steady bands. G’s falling by powers of ten while D wins is the vanishing gradient: G no longer "
        "learns. Sudden spikes: the learning rate is too large."
    ),
    "curves.gradients.before": ("The size of each network’s gradient. When G’s falls to zero, G has stopped learning."),
    "curves.penalty": "Gradients",
    "curves.penalty.help": (
        "Length of the gradient that each network got in this step, on a logarithmic scale.\n"
        "Expect steady bands. G’s falling by powers of ten while D wins is the vanishing gradient: G no longer "
        "learns. Sudden spikes: the learning rate is too large.\n"
        "Penalty: how much D’s slope with respect to its input violates what the penalty asks for, before its "
        "weight. It should settle; where it grows without end D gets too steep."
    ),
    "curves.penalty.before": (
        "The size of each network’s gradient. When G’s falls to zero, G has stopped learning. Dotted: "
        "the penalty, before its weight."
    ),
    "curves.gradients.d": "of D",
    "curves.gradients.g": "of G",
    "curves.penalty.line": "penalty",
    "closeness.none": "This run was not measured while it trained.",
    "closeness.name": "{name}, {whose}",
    "closeness.whose.g": "G",
    "closeness.whose.average": "G’s average",
    "closeness.samples.points": "1,000 samples",
    "closeness.samples.images": "256 samples",
    "closeness.samples.compared": "up to 256 samples",
    "closeness.variety": "Variety",
    "closeness.variety.help": (
        "Mean distance between two of G’s samples, as a share of that between two real ones; images are compared "
        "at 8 x 8 pixels. 1: as varied as the data. Near 0: they are all alike, G has collapsed."
    ),
    "closeness.variety.before": (
        "How far apart G’s samples are, compared with real ones, whose distance is 1. Near 0: they are all alike."
    ),
    "closeness.nearest": "Distance to the training images at 8 × 8",
    "closeness.nearest.help": (
        "Median distance from the samples to the nearest training image, as a share of that from one real image "
        "to another; compared at 8 × 8 pixels, so that it can be computed again and again. “Measure” compares all "
        "pixels: another number.\n"
        "About 1: as new as real images are. Near 0: G copies what it has seen. Far above 1: its samples do not "
        "look like the data yet."
    ),
    "closeness.nearest.before": (
        "How far G’s samples lie from the nearest training image, compared with real ones, for which it is 1. "
        "Near 0: they are copies."
    ),
    "closeness.modes": "Modes found",
    "closeness.modes.help": (
        "The data consist of several clusters, the modes. One counts as found when at least one of 2,500 samples "
        "lies within three standard deviations of its centre. The picture counts those among its 1,000 dots, which "
        "may be fewer.\n"
        "Fewer than there are: G has collapsed onto some of them."
    ),
    "closeness.modes.before": "How many of the data’s modes G’s samples reach.",
    "closeness.modes.found": "2,500 samples",
    "closeness.modes.total": "in the data",
    "closeness.quality": "High-quality samples",
    "closeness.quality.help": (
        "Share of 2,500 samples that lie within three standard deviations of the nearest mode. Samples between the "
        "modes are none that the data have. Even a perfect sampler misses a few: the dotted line."
    ),
    "closeness.quality.before": "Share of G’s samples within three standard deviations of a mode.",
    "closeness.quality.share": "2,500 samples",
    "closeness.divergence": "Divergence by samples",
    "closeness.divergence.help": (
        "Distances between distributions, in nats, on a logarithmic scale; 0 would be a perfect G.\n"
        "All are estimated from 2,500 samples. JSD and KL compare how many of them, and of the data, fall into "
        "regions of equal probability: KL(G ‖ data) is large where G produces what is not in the data, KL(data ‖ G) "
        "where G leaves out what is in the data. Evenness over modes: how evenly the high-quality samples are spread "
        "over the modes, 0 where all modes get the same. Dotted: what a perfect sampler scores with as many samples; "
        "nobody gets below it."
    ),
    "closeness.divergence.before": (
        "How far G’s distribution is from the data’s, in nats. Dotted: what a perfect sampler scores with as many"
        " samples."
    ),
    "closeness.divergence.reverse": "evenness over modes",
    "closeness.divergence.jsd": "JSD",
    "closeness.divergence.g": "KL(G ‖ data)",
    "closeness.divergence.data": "KL(data ‖ G)",
    # what is going on
    "words.title": "What is going on",
    "words.restart": "Restart with this",
    "words.back": "Go back to step {step}",
    "words.apply": "Apply now",
    "words.put": "Put into the settings",
    "words.game.images": (
        "Two networks play a game. The **generator G** turns noise into images; the **discriminator D** gets real"
        " images and G’s fakes and {judges}."
    ),
    "words.game.points": (
        "Two networks play a game. The **generator G** turns noise into points of the plane; the **discriminator "
        "D** gets real points and G’s fakes and {judges}."
    ),
    "words.game.numbers": (
        "Two networks play a game. The **generator G** turns a number z into a number x; the **discriminator D** "
        "gets real numbers and G’s fakes and {judges}."
    ),
    "words.judges.probability": "says how likely each is real",
    "words.judges.score": "gives each a score, higher for what it takes for real",
    "words.guess.probability": (
        "Before training D guesses: on average it gives real ones **{real}** and fakes **{fake}**. 0.50 means "
        "that it cannot tell."
    ),
    "words.guess.level": (
        "Before training D scores real ones **{real}** and fakes **{fake}** on average. {level} for both means "
        "that it cannot tell."
    ),
    "words.guess.difference": (
        "Before training D scores real ones **{real}** and fakes **{fake}** on average. Only the difference counts."
    ),
    "words.start": (
        "Press **Start**: D learns to tell them apart, G learns to fool it, and the pictures on the left change "
        "as it does."
    ),
    "words.none": "No step yet: both networks still have their random starting weights.",
    "words.coming": "The numbers of the first step are on their way.",
    "words.alone": "So far only G has made steps: D now rates its fakes **{fake}** on average.",
    "words.single": "{done} {rated} {stayed}",
    "words.single.d": "**D took one step** (its loss on this batch was {d}).",
    "words.single.g": "**G took one step** (its loss on this batch was {g}).",
    "words.single.both": "**D and G took one step each** (their losses on this batch were {d} and {g}).",
    "words.single.rated": "On average D now rates {real} and {fake}.",
    "words.single.reals": "the real samples shown",
    "words.single.fakes": "the fakes shown",
    "words.single.moved": "{name} **{after}** (before {before})",
    "words.single.same": "{name} **{after}** (as before)",
    "words.single.stayed.d": "G stayed as it was.",
    "words.single.stayed.g": "D stayed as it was.",
    "words.when.step": "At step {step}",
    "words.when.now": "Now",
    "words.when.end": "At the end",
    "words.when.last": "At step {step}, the last so far,",
    "words.verdict.wrong": "it takes fakes for the real ones",
    "words.verdict.even": "it can hardly tell them apart",
    "words.verdict.leans": "it can hardly tell them apart, and leans to one answer",
    "words.verdict.slight": "it has a slight lead",
    "words.verdict.ahead": "it is ahead",
    "words.verdict.all": "it tells nearly every one apart",
    "words.found": "**{title}.** {since} {numbers}",
    "words.outcome.found": ", which is no success here",
    "words.outcome.good": ", and G’s samples are close to the data ({measures}): G has learnt",
    "words.outcome.part": ", and G’s samples are near the data, but not yet like them ({measures})",
    "words.outcome.poor": ", but G’s samples are not like the data ({measures}): D is too weak to see it",
    "words.outcome.unknown": "; that can mean a good G or a weak D, and D alone does not tell which",
    "words.measured.modes": "{modes} of {total} modes",
    "words.measured.jsd": "JSD {jsd}",
    "words.measured.variety": "variety {variety}",
    "words.measured.nearest": "distance to the training images {nearest}",
    "words.beliefs": (
        "{when} D gives real ones **{real}** and fakes **{fake}** on average: {verdict}. At 0.50 and 0.50 it can "
        "no longer tell."
    ),
    "words.scores": ("{when} D scores real ones **{real}** and fakes **{fake}** on average, a difference of {gap}"),
    "words.scores.plain": "{by}. {draw}",
    "words.scores.verdict": "{by}: {verdict}. {draw}",
    "words.draw.same": "At a draw both score the same.",
    "words.draw.level": "At {level} and {level} it can no longer tell.",
    "words.value": "The game stands at V = **{value}**, between −1.39 (−ln 4, D cannot tell) and 0 (D is never wrong).",
    "words.value.below": (
        "The game stands at V = **{value}**, below −1.39 (−ln 4, D cannot tell): at present D does worse than a coin "
        "toss."
    ),
    "words.arrived": (
        "The game has arrived: V = **{value}**, at −ln 4 = −1.39, where D cannot tell; G’s gradient has fallen to "
        "**{norm}**; and G’s samples reach **{found} of {total}** modes."
    ),
    "words.rests": (
        "The game has come to rest: V = **{value}**, at −ln 4 = −1.39, where this D cannot tell; G’s gradient has "
        "fallen to **{norm}**; and G’s samples reach **{found} of {total}** modes. The best D could still tell them "
        "apart: twice the JSD is what it would add to V."
    ),
    "words.distance": (
        "D estimates that G’s samples are **{value}** away from the data, in units of its own slope. This falls "
        "as G learns."
    ),
    "words.distance.below": (
        "D estimates that G’s samples are **{value}** away from the data, in units of its own slope. No distance is "
        "negative: D now scores fakes above real ones, so this estimate says nothing about the distance."
    ),
    "words.gain": (
        "What D maximises stands at **{value}**, between {draw} (D’s best where it cannot tell) and 0 (D is never"
        " wrong)."
    ),
    "words.gain.below": (
        "What D maximises stands at **{value}**, between {draw} (D’s best where it cannot tell) and 0 (D is never"
        " wrong); below {draw} D does worse than by always giving the same answer."
    ),
    "words.modes": (
        "The {count} dots of G reach **{reached} of {modes}** modes; {near} % of them lie within three standard "
        "deviations of one."
    ),
    "words.stage.a": "Both networks are untrained.",
    "words.stage.b": (
        "D is close to the best answer to this G, p_data / (p_data + p_g): {far} away on average. Its slope shows G "
        "which way to move."
    ),
    "words.stage.c": ("D is {far} away from the best answer to this G, p_data / (p_data + p_g), on average."),
    "words.stage.d": (
        "The densities share **{common} %**, and D is near 1/2 wherever there are samples: the end of Figure 1."
    ),
    "words.pull.none": "G’s gradient is **0**: it learns nothing any more. A smaller learning rate and Reset help.",
    "words.pull.weak": (
        "G’s gradient is {times} times weaker than its median in this run: G learns little while D is this sure."
    ),
    "words.pull.weak.alone": "G’s gradient is {times} times weaker than its median in this run: G learns little.",
    "words.pull.strong": "G’s gradient is {times} times stronger than its median in this run.",
    "words.update.belief": "One update of D moves its belief in the same fakes from {before} to {after}.",
    "words.update.score": "One update of D moves its score of the same fakes from {before} to {after}.",
}
