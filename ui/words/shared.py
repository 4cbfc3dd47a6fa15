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
    "state.means.starting": "The worker is preparing the data and both networks.",
    "state.means.paused": "Resume, or make single steps and watch what each one does.",
    "state.means.finished": (
        "Trained to the end of its schedule. Drag the timeline, or open Latent to explore what G has learnt."
    ),
    "state.means.stopped": "Saved. Continue resumes exactly where the run stopped.",
    "state.means.interrupted": (
        "The app was closed while this run trained. Continue resumes from its last saved state."
    ),
    "state.means.crashed": "The worker died. Continue resumes from the last saved state.",
    "state.means.failed": "Training ended with an error; the last good state is kept.",
    "status.progress": "Progress",
    "status.side": "{side} · {state}",
    "status.spoken": "{state}. {sentence}",
    "status.asked.pause": "The run pauses after the current step.",
    "status.asked.stop": "The run stops after the current step, and saves.",
    "status.skipped.files": (
        "{n} file was left out: not readable as an image.",
        "{n} files were left out: not readable as images.",
    ),
    "status.skipped.rows": ("{n} row was left out: not two numbers.", "{n} rows were left out: not two numbers."),
    "status.preparing": "Preparing real samples and an untrained generator …",
    "status.finding": "Finding: {title}. {since} Go to its explanation.",
    "status.finding.more": "{title}, and {n} more",
    "status.ready": "Start trains the generator for {steps} steps.",
    "status.ready.images": (
        "Start trains the generator on {n} image for {steps} steps.",
        "Start trains the generator on {n} images for {steps} steps.",
    ),
    "status.ready.points": (
        "Start trains the generator on {n} point for {steps} steps.",
        "Start trains the generator on {n} points for {steps} steps.",
    ),
    "status.timing": "Timing a few steps on this machine …",
    "status.long": "With the machine as busy as now, this takes {about}.",
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
    "status.next": "Next in line.",
    "status.queued": "Number {place} in line.",
    "status.waits": "This run waits for “{names}” to end.",
    "status.wait": "At the present speed of the runs that train, the wait is at most {time}.",
    "status.moment": "This run begins in a moment.",
    "status.headstart": "D gets its head start: {n} updates of D alone, before the first step.",
    "status.parameters": "G has {generator} parameters and D has {discriminator}.",
    "status.learning.images": (
        "Learning from {n} image.",
        "Learning from {n} images.",
    ),
    "status.learning.points": (
        "Learning from {n} point.",
        "Learning from {n} points.",
    ),
    "status.cpu": "Computed on the processor in {precision}.",
    "status.gpu": "Computed on the GPU in {precision}.",
    "counts.line": "Parameters: G {g}, D {d}",
    "counts.run": "Parameters of the run: G {g}, D {d}",
    "timeline.label": "Timeline of the samples",
    "timeline.play": "Play from the beginning",
    "timeline.stop": "Stop playing",
    "timeline.now": "now",
    "timeline.end": "end",
    "timeline.step": "step {step}",
    "timeline.fork": "Fork here",
    "timeline.fork.title": "Begin a new run from this step, with the settings on the left",
    "timeline.marks": "What happened, and when",
    "timeline.fork.nothing": "Step 0 has no training to continue: press Reset and Start for a new run",
    "framed.ended": "The run ended before its first picture.",
    "framed.waiting": "Waiting for the first picture …",
    "framed.untrained": "Drawing with an untrained generator …",
    # what happened to a run besides training, as marks on its timeline and curves
    "mark.at": "Step {step}: {words}",
    "mark.side": "side {side}, {words}",
    "mark.changed": "{field} {was} → {now}",
    "mark.changed.to": "{field} → {now}",
    "mark.event.forked": "forked; everything before this step belongs to the run it came from",
    "mark.paused": "paused for {time}",
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
        "What each network minimises: Loss_D measures how wrong D is about real samples and fakes together, Loss_G "
        "how easily D recognises G’s fakes.\n"
        "Unlike the losses of other training, these need not fall, because the two networks play against each "
        "other. Steady values, neither near 0 nor exploding, are good. Loss_D near 0 means that D wins and G gets "
        "little to learn from. Where D cannot tell, Loss_D is 2 ln 2 = 1.39 (half of that if it is averaged) and "
        "the non-saturating Loss_G is 0.69."
    ),
    "curves.losses.help.any": (
        "What each network minimises, penalties included. Losses of this objective may be negative, and they need "
        "not fall, because the two networks play against each other. Steady values that do not explode are good."
    ),
    "curves.losses.before": (
        "How wrong D is, and how easily D recognises G’s fakes. The networks are opponents: neither loss has to fall."
    ),
    "curves.losses.d": "Loss_D",
    "curves.losses.g": "Loss_G",
    "curves.real": "D(x)",
    "curves.fake": "D(G(z))",
    "curves.after": "after",
    "curves.belief": "D on average",
    "curves.belief.help": (
        "The probability that D gives, on average, for an image to be real: for real images D(x), for fakes "
        "D(G(z)) before and after D’s update of this step.\n"
        "D(x) at 1 and D(G(z)) at 0: D is ahead. Both near 1/2: D can no longer tell. The gap between before and "
        "after shows how much one update changes D; a wide gap means that D’s learning rate is large."
    ),
    "curves.belief.before": (
        "D’s rating of real samples and of fakes, before and after its update. Both are 1/2 when D cannot tell."
    ),
    "curves.scores": "D’s mean score",
    "curves.scores.help": (
        "D’s average score: of real samples D(x), of fakes D(G(z)) before and after D’s update of this step. "
        "Higher means more real; a score is not a probability.\n"
        "Real samples far above fakes: D is ahead. Both close together: D can hardly tell. The gap between before "
        "and after shows how much one update changes D."
    ),
    "curves.scores.before": (
        "D’s mean score of real samples and of fakes, before and after its update. Both are at the dotted line "
        "when D cannot tell."
    ),
    "curves.scores.before.difference": (
        "D’s mean score of real samples and of fakes. Only their difference counts; both are equal when D cannot tell."
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
        "Mean score of real samples minus that of fakes. As long as D’s slope is bounded by 1, this estimates the "
        "Wasserstein distance, the work of moving G’s samples onto the data; otherwise it is proportional to it.\n"
        "The estimate rises at first, while D learns, and then falls as G learns. Unlike most curves, it follows "
        "the quality of the samples.\n"
        "A value below 0 is not a distance: D then scores fakes above real samples."
    ),
    "curves.distance.before": "How far G’s samples still are from the data, as D measures it. It falls as G learns.",
    "curves.gain": "What D maximises",
    "curves.gain.help": (
        "Minus D’s loss without its penalty. D pushes this value up, to 0 at most; G pushes it down.\n"
        "The dotted line is the best that D can do when real samples and fakes have the same distribution."
    ),
    "curves.gain.before": (
        "Minus D’s loss. D pushes it up towards 0, G down; where D cannot tell, D’s best answer gives {draw}, the "
        "dotted line."
    ),
    "curves.gradients": "Gradient norms",
    "curves.gradients.help": (
        "Norm of each network’s gradient in this step, on a logarithmic scale.\n"
        "Expect steady bands. If G’s norm falls by powers of ten while D wins, G’s gradient vanishes and G no "
        "longer learns. Sudden spikes mean that the learning rate is too large."
    ),
    "curves.gradients.before": ("The size of each network’s gradient. When G’s falls to zero, G has stopped learning."),
    "curves.penalty": "Gradients",
    "curves.penalty.help": (
        "Norm of each network’s gradient in this step, on a logarithmic scale.\n"
        "Expect steady bands. If G’s norm falls by powers of ten while D wins, G’s gradient vanishes and G no "
        "longer learns. Sudden spikes mean that the learning rate is too large.\n"
        "Penalty: how much D’s slope with respect to its input violates what the penalty asks for, before its "
        "weight. It should settle; if it keeps growing, D becomes too steep."
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
        "at 8 × 8 pixels. 1: as varied as the data. Near 0: all samples are alike, G has collapsed."
    ),
    "closeness.variety.before": (
        "How far apart G’s samples are, compared with real ones, whose distance is 1. Near 0: all of G’s samples "
        "are alike."
    ),
    "closeness.nearest": "Distance to the training images at 8 × 8",
    "closeness.nearest.help": (
        "Median distance from the samples to the nearest training image, as a share of that from one real image to "
        "another; compared at 8 × 8 pixels, which is fast enough to repeat during training. “Measure” compares all "
        "pixels, so its number differs.\n"
        "About 1: as new as real images are. Near 0: G copies what it has seen. Far above 1: G’s samples do not "
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
        "Share of 2,500 samples that lie within three standard deviations of the nearest mode. The data have no "
        "samples between the modes. Even a perfect sampler misses a few: the dotted line."
    ),
    "closeness.quality.before": "Share of G’s samples within three standard deviations of a mode.",
    "closeness.quality.share": "2,500 samples",
    "closeness.divergence": "Divergence by samples",
    "closeness.divergence.help": (
        "Distances between distributions, in nats, on a logarithmic scale; 0 would be a perfect G.\n"
        "All are estimated from 2,500 samples. JSD and KL compare how many of them, and of the data, fall into "
        "regions of equal probability: KL(G ‖ data) is large where G produces what is not in the data, KL(data ‖ "
        "G) where G leaves out what is in the data. Evenness over modes: how evenly the high-quality samples are "
        "spread over the modes, 0 where all modes get the same. Dotted: what a perfect sampler scores with as many "
        "samples; do not expect G to score lower."
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
    "words.game.images.probability": (
        "Two networks play a game. The **generator G** turns noise into images; the **discriminator D** gets real "
        "images and G’s fakes and says how likely each of them is real."
    ),
    "words.game.images.score": (
        "Two networks play a game. The **generator G** turns noise into images; the **discriminator D** gets real "
        "images and G’s fakes and gives each of them a score, higher for more real."
    ),
    "words.game.points.probability": (
        "Two networks play a game. The **generator G** turns noise into points of the plane; the **discriminator "
        "D** gets real points and G’s fakes and says how likely each of them is real."
    ),
    "words.game.points.score": (
        "Two networks play a game. The **generator G** turns noise into points of the plane; the **discriminator "
        "D** gets real points and G’s fakes and gives each of them a score, higher for more real."
    ),
    "words.game.numbers.probability": (
        "Two networks play a game. The **generator G** turns a number z into a number x; the **discriminator D** "
        "gets real numbers and G’s fakes and says how likely each of them is real."
    ),
    "words.game.numbers.score": (
        "Two networks play a game. The **generator G** turns a number z into a number x; the **discriminator D** "
        "gets real numbers and G’s fakes and gives each of them a score, higher for more real."
    ),
    "words.guess.probability": (
        "Before training D guesses: on average it rates real samples **{real}** and fakes **{fake}**. 0.50 means "
        "that D cannot tell."
    ),
    "words.guess.level": (
        "Before training D scores real samples **{real}** and fakes **{fake}** on average. {level} for both means "
        "that D cannot tell."
    ),
    "words.guess.difference": (
        "Before training D scores real samples **{real}** and fakes **{fake}** on average. Only the difference counts."
    ),
    "words.start": (
        "Press **Start**: D learns to tell real from fake, G learns to fool D, and the pictures on the left change "
        "as they learn."
    ),
    "words.none": "No step yet: both networks still have their random starting weights.",
    "words.coming": "Loading the numbers of the first step …",
    "words.alone": "So far only G has made steps: D now rates its fakes **{fake}** on average.",
    "words.since": (
        "The last steps were of G alone: D now rates its fakes **{fake}** on average. At D’s own last step it rated "
        "real samples **{real}**."
    ),
    "words.single": "{done} {rated} {stayed}",
    "words.single.d": "**D took one step** (its loss on this batch was {d}).",
    "words.single.g": "**G took one step** (its loss on this batch was {g}).",
    "words.single.both": "**D and G took one step each** (their losses on this batch were {d} and {g}).",
    "words.single.belief": (
        "On average D now rates the real samples shown **{real}** (before {realBefore}) and the fakes shown "
        "**{fake}** (before {fakeBefore})."
    ),
    "words.single.score": (
        "On average D now scores the real samples shown **{real}** (before {realBefore}) and the fakes shown "
        "**{fake}** (before {fakeBefore})."
    ),
    "words.single.stayed.d": "G did not change.",
    "words.single.stayed.g": "D did not change.",
    "words.verdict.wrong": "D takes fakes for real samples.",
    "words.verdict.even": "D can hardly tell them apart.",
    "words.verdict.leans": "D can hardly tell them apart, and leans to one answer.",
    "words.verdict.slight": "D is slightly ahead.",
    "words.verdict.ahead": "D is ahead.",
    "words.verdict.all": "D tells nearly all of them apart.",
    "words.found": "**{title}.** {since} {numbers}",
    "words.outcome.found": "That is no success here.",
    "words.outcome.good": "G’s samples are close to the data ({measures}): G has learnt.",
    "words.outcome.part": "G’s samples are near the data but still differ from them ({measures}).",
    "words.outcome.poor": ("But G’s samples are not like the data ({measures}): D is too weak to see the difference."),
    "words.outcome.unknown": "That can mean a good G or a weak D; D’s answers alone do not show which.",
    "words.measured.modes": "{modes} of {total} modes",
    "words.measured.quality": "{quality} % of the samples on modes",
    "words.measured.jsd": "JSD {jsd}",
    "words.measured.variety": "variety {variety}",
    "words.measured.nearest": "distance to the training images {nearest}",
    "words.measured.points": "measured on 2,500 samples",
    "words.measured.images": "measured on 256 samples",
    "words.beliefs.now": "On average D now rates real samples **{real}** and fakes **{fake}**.",
    "words.beliefs.end": "At the end D rates real samples **{real}** and fakes **{fake}** on average.",
    "words.beliefs.last": (
        "At step {step}, the last so far, D rates real samples **{real}** and fakes **{fake}** on average."
    ),
    "words.beliefs.step": "At step {step} D rates real samples **{real}** and fakes **{fake}** on average.",
    "words.scores.now": (
        "On average D now scores real samples **{real}** and fakes **{fake}**, a difference of {gap}."
    ),
    "words.scores.end": (
        "At the end D scores real samples **{real}** and fakes **{fake}** on average, a difference of {gap}."
    ),
    "words.scores.last": (
        "At step {step}, the last so far, D scores real samples **{real}** and fakes **{fake}** on average, a "
        "difference of {gap}."
    ),
    "words.scores.step": (
        "At step {step} D scores real samples **{real}** and fakes **{fake}** on average, a difference of {gap}."
    ),
    "words.draw.half": "0.50 for both means that D cannot tell.",
    "words.draw.same": "Equal scores mean that D cannot tell.",
    "words.draw.level": "{level} for both means that D cannot tell.",
    "words.value": "V is **{value}**, between −1.39 (−ln 4, D cannot tell) and 0 (D is never wrong).",
    "words.value.at": ("V is **{value}**, close to −1.39 (−ln 4), where D cannot tell; 0 means that D is never wrong."),
    "words.value.below": ("V is **{value}**, below −1.39 (−ln 4, D cannot tell): D now does worse than a coin toss."),
    "words.arrived": (
        "The game has reached its end: V is **{value}**, at −ln 4 = −1.39, where D cannot tell; G’s gradient has "
        "fallen to **{norm}**; and G’s samples reach **{found} of {total}** modes."
    ),
    "words.rests": (
        "The game has settled: V is **{value}**, at −ln 4 = −1.39, where this D cannot tell; G’s gradient has "
        "fallen to **{norm}**; and G’s samples reach **{found} of {total}** modes. The best D could still tell "
        "real from fake: it would raise V by twice the JSD."
    ),
    "words.distance": (
        "D estimates that G’s samples are **{value}** away from the data, in units of D’s slope. This estimate "
        "falls as G learns."
    ),
    "words.distance.below": (
        "D estimates that G’s samples are **{value}** away from the data, in units of D’s slope. No distance is "
        "negative: D now scores fakes above real samples, so this estimate says nothing about the distance."
    ),
    "words.gain": (
        "The value that D maximises is **{value}**, between {draw} (D’s best where it cannot tell) and 0 (D is "
        "never wrong)."
    ),
    "words.gain.at": (
        "The value that D maximises is **{value}**, close to {draw}, D’s best where it cannot tell; 0 means that D is "
        "never wrong."
    ),
    "words.gain.below": (
        "The value that D maximises is **{value}**, below {draw}, D’s best where it cannot tell: D does worse than "
        "by always giving the same answer."
    ),
    "words.modes": (
        "G’s {count} dots reach **{reached} of {modes}** modes; {near} % of the dots lie within three standard "
        "deviations of a mode."
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
    "words.pull.none": ("G’s gradient is **0**: G no longer learns. Lower the learning rate and press Reset."),
    "words.pull.weak": (
        "G’s gradient is {times} times weaker than its median in this run: G learns little while D is this sure."
    ),
    "words.pull.weak.alone": "G’s gradient is {times} times weaker than its median in this run: G learns little.",
    "words.pull.strong": "G’s gradient is {times} times stronger than its median in this run.",
    "words.update.belief": "One update of D changes its rating of the same fakes from {before} to {after}.",
    "words.update.score": "One update of D changes its score of the same fakes from {before} to {after}.",
}
