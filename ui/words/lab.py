"""What the views of the Lab say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "lab.play": "Play",
    "lab.pause": "Pause",
    "lab.minus": "minus ",
    # slow motion
    "slow.preparing": "Preparing the step …",
    "slow.back": "The sub-step before",
    "slow.on": "The next sub-step",
    "slow.next": "Next iteration",
    "slow.speed": "Speed",
    "slow.label": "Slow motion of one step of training",
    "slow.heading": "One step in slow motion",
    "slow.term": "slow motion",
    "slow.help": (
        "One step of training: D learns from real samples and fakes (blue), then G learns from what D says "
        "(orange). The active parts are bright, gradients are pink.\n"
        "The ground of the two pictures is D: green where it finds points real, purple where it finds them fake.\n"
        "The numbers are not made up for show: this is the very step that the run makes next, and it arrives at "
        "the same weights.\n"
        "Arrow keys go from sub-step to sub-step, Space plays."
    ),
    "slow.images": "Slow motion plays points in the plane or on a line; these data are images.",
    "slow.pause_first": "Pause the run to see its next step in slow motion.",
    "slow.over": "This run is over: there is no next step to play.",
    "slow.moved_on": "The run has moved on.",
    "slow.title.draw": "Draw noise and reals",
    "slow.title.generate": "G makes fakes",
    "slow.title.classify_real": "D judges the reals",
    "slow.title.classify_fake": "D judges the fakes",
    "slow.title.loss_d": "The loss of D",
    "slow.title.gradient_d": "Gradient back into D",
    "slow.title.update_d": "D takes its step",
    "slow.title.loss_g": "The loss of G",
    "slow.title.gradient_g": "Gradient through D into G",
    "slow.title.update_g": "G takes its step",
    "slow.turn_d": "D’s turn",
    "slow.turn_g": "G’s turn",
    "slow.update_of": "{turn}, update {of} of {of}",
    "slow.part_of": "{at} of {count} · {update}",
    "slow.step_of_run": "step {step}, the next of this run",
    "slow.first_step": "step {step}, the first",
    "slow.noise": "noise z",
    "slow.noise_of": "noise z, 2 of {size}",
    "slow.reals_x": "reals x",
    "slow.fakes_g": "fakes G(z)",
    "slow.d_of_x": "D(x)",
    "slow.score_of_x": "score of x",
    "slow.d_on_reals": "D on reals",
    "slow.d_on_fakes": "D on fakes",
    "slow.loss_of_d": "Loss of D",
    "slow.loss_of_g": "Loss of G",
    "slow.weights": "{count} weights",
    "slow.mean": "mean {value}",
    "slow.penalty": "penalty",
    "slow.reals": "reals",
    "slow.fakes": "fakes",
    "slow.draw": (
        "G draws {count} noise vectors of {numbers}, and as many real samples, {samples} x, come from the data."
    ),
    "slow.draw.formula": "z from {prior}, x from the data",
    "slow.one_number": "one number",
    "slow.numbers": "{count} numbers",
    "slow.samples_line": "numbers",
    "slow.samples_plane": "points",
    "slow.prior.normal": "N(0, 1)",
    "slow.prior.uniform": "uniform on [−1, 1]",
    "slow.prior.uniform-half": "uniform on [−½, ½]",
    "slow.prior.truncated-normal": "N(0, 1) cut at ±2",
    "slow.prior.sphere": "the sphere of radius √dim",
    "slow.generate": (
        "G turns each noise vector into a fake. Their mean is at {fakes}; that of the reals is at {reals}."
    ),
    "slow.generate.formula": "fake = G(z)",
    "slow.judged.probability": "D finds the {what} {mean} real on average, the least {least}, the most {most}.",
    "slow.judged.score": "D gives the {what} a score of {mean} on average, the least {least}, the most {most}.",
    "slow.plain.real": "reals",
    "slow.plain.fake": "fakes",
    "slow.packs.real": "packs of {packing} reals",
    "slow.packs.fake": "packs of {packing} fakes",
    "slow.takes_for_real": "It takes {right} of {count} for real.",
    "slow.sees_through": "It sees through {right} of {count}.",
    "slow.above_reals": "That is {gap} above the reals.",
    "slow.below_reals": "That is {gap} below the reals.",
    "slow.classify_real.formula.probability": "D(x) = 1 / (1 + exp(−score))",
    "slow.classify_real.formula.score": "D(x) = score of x",
    "slow.classify_fake.formula.probability": "D(G(z)) = 1 / (1 + exp(−score))",
    "slow.classify_fake.formula.score": "D(G(z)) = score of a fake",
    "slow.loss_d": "D’s loss is {loss}.",
    "slow.loss_d.terms": "{real} of it is about the reals, {fake} about the fakes.",
    "slow.loss_d.terms_penalty": (
        "{real} of it is about the reals, {fake} about the fakes and {penalty} of penalty on D’s slope."
    ),
    "slow.loss_d.compares": "It compares reals with fakes.",
    "slow.loss_d.compares_penalty": "It compares reals with fakes; {penalty} of it is the penalty on D’s slope.",
    "slow.loss_d.meaning": "The smaller it is, the better D tells them apart.",
    "slow.smoothed": ", labels smoothed",
    "slow.loss.formula": "loss = {formula} = {loss}",
    "slow.gradient_d.pulled": "The loss pushes every score, on average: real ones {reals}, fakes {fakes}.",
    "slow.up": "up by {by}",
    "slow.down": "down by {by}",
    "slow.gradient_d": (
        "Backwards through D that becomes a gradient for each of its {weights} weights; it is strongest in layer "
        "{layer} of {layers}."
    ),
    "slow.cut": "It is cut to {most}.",
    "slow.gradient_d.formula": "|∂ loss / ∂ w| = {norm}",
    "slow.update_d": "D’s weights move by {share} of their length ({optimiser}).",
    "slow.clipped": "None may be larger than {most}.",
    "slow.update_d.verdicts.probability": (
        "It now finds the same reals {real}, {realBefore} before, and the fakes {fake}, {fakeBefore} before."
    ),
    "slow.update_d.verdicts.score": (
        "It now gives the same reals {real}, {realBefore} before, and the fakes {fake}, {fakeBefore} before."
    ),
    "slow.update_d.line": "Along the line its answer changes by {change} on average.",
    "slow.update_d.plane": "Over the plane its answer changes by {change} on average.",
    "slow.optimiser.sgd": "plain descent",
    "slow.optimiser.rmsprop": "RMSProp",
    "slow.optimiser.adam": "Adam",
    "slow.rule.sgd": "w ← w − {lr} · gradient",
    "slow.rule.rmsprop": "w ← w − {lr} · gradient / √(mean of its squares)",
    "slow.rule.adam": "w ← w − {lr} · mean of the gradients / √(mean of their squares)",
    "slow.loss_g.fresh.probability": "From fresh noise come fresh fakes. The new D finds them {now} real on average.",
    "slow.loss_g.fresh.score": "From fresh noise come fresh fakes. The new D finds them worth {now} on average.",
    "slow.loss_g.same.probability": (
        "The new D looks at the same fakes again and finds them {now} real on average, {then} before its step."
    ),
    "slow.loss_g.same.score": (
        "The new D looks at the same fakes again and finds them worth {now} on average, {then} before its step."
    ),
    "slow.loss_g": "G wants them to pass for real, so its loss is {loss}.",
    "slow.gradient_g": (
        "The gradient goes back through D, which stays as it is, and says for each fake where D would find it "
        "more real: the arrows, {mean} long on average, {most} at most. Through G it goes on to each of its "
        "{weights} weights."
    ),
    "slow.gradient_g.formula": "|∂ loss / ∂ w| = |∂ loss / ∂ x · ∂ x / ∂ w| = {norm}",
    "slow.update_g": "G’s weights move by {share} of their length ({optimiser}).",
    "slow.update_g.verdicts.probability": (
        "The same noise now lands {way} away from where it was, on average; D finds them {after} real, {before} before."
    ),
    "slow.update_g.verdicts.score": (
        "The same noise now lands {way} away from where it was, on average; D gives them {after}, {before} before."
    ),
    # data
    "brush.label": "Drawing: arrow keys move the brush, Space puts ink down",
    "brush.hint": "Draw here",
    "brush.sizes": "Brush",
    "brush.size.small": "Brush: small",
    "brush.size.medium": "Brush: medium",
    "brush.size.large": "Brush: large",
    "brush.eraser": "Eraser",
    "brush.undo": "Undo",
    "brush.clear": "Clear",
    "brush.term": "drawing",
    "brush.help": (
        "Draw where the points shall be: the more ink, the more of them. They come from the whole square, −2 to "
        "2 on both axes.\n"
        "With the keyboard: the arrow keys move the brush (Shift: further), Space puts ink down, also while it "
        "is held and the brush moves. Ctrl+Z takes back a stroke."
    ),
    "brush.ink": "{x}, {y}: ink {ink} of {most}",
    "brush.no_ink": "{x}, {y}: no ink",
    "data.label": "Data",
    "data.draw": "Draw",
    "data.draw_note": "Draw a distribution of your own with a brush.",
    "data.file": "File",
    "data.file_note": "Your own points, from a CSV or .npy file.",
    # things to try
    "trials.heading": "Try this",
    "trials.begin": "One click sets everything and begins.",
    "trials.about": "Each shows something, and asks a question that you answer by changing a setting.",
    "trials.race": "race",
    "trials.race_title": "Two runs from one seed, side by side",
    "trials.not_yet": "Not yet: change a setting, then Reset and Start.",
    "trials.solved": "solved",
    "trials.solved_title": "You have answered its question in this browser.",
    "trials.why": "Why it worked: {why}",
    "trials.close": "Close the question",
    # figure 1
    "figure.title_of": "{title} · Figure 1",
    "figure.term": "this figure",
    "figure.far": "From the densities of G and the data:",
    "figure.infinite.kl_data_g": "∞: G reaches none of {share} % of the data",
    "figure.infinite.kl_g_data": "∞: {share} % of G lies where there are no data",
    "figure.infinite.least": "the last 0.1",
    "figure.far.jsd": "JSD",
    "figure.far.kl_data_g": "KL(data‖G)",
    "figure.far.kl_g_data": "KL(G‖data)",
    "figure.far_term": "these divergences",
    "figure.far_help": (
        "How far G’s density is from the data’s, in nats; 0 is a perfect G.\n"
        "JSD: the Jensen-Shannon divergence, at most ln 2 = 0.69. KL(data‖G) punishes a G that leaves out some "
        "of the data, KL(G‖data) a G that produces what is not in the data. A KL is infinite as soon as any of its "
        "first argument lies where the second has no density; then its share is more telling.\n"
        "These are of G itself, from its density. The charts below estimate the same quantities from 2,500 samples "
        "(of G’s average, where the run keeps one), over a few regions, and come out lower or higher."
    ),
    "figure.at": "at x = {x}: data {data}, generator {generator}, D(x) {d}",
    "figure.at_best": "{said}, best D {best}",
    "gauge.term": "this gauge",
    "gauge.help": (
        "What D has reached in this game, and what the best D would reach against this G: between the two lies "
        "all that D could still gain.\n"
        "As G comes closer to the data the best value sinks to its lowest, where the two are the same and D can "
        "only guess.\n"
        "Both are computed from the same two densities on the same points. Where G’s density is estimated with a "
        "kernel, both see G through that kernel."
    ),
    "gauge.negative": "{name} (below 0 it is none: D scores fakes above real samples)",
    "gauge.none": "none (less than the error of these two estimates)",
    "gauge.best": "the best D would reach",
    "gauge.gap": "left for D to gain",
    "gauge.floor": "−ln 4 =",
    "gauge.draw": "at a draw",
    "gauge.low": "−ln 4",
    # the plane
    "field.layer.real": "real points",
    "field.layer.fakes": "fakes",
    "field.layer.average": "those of G’s average",
    "field.layer.manifold": "manifold",
    "field.layer.pull": "pull",
    "field.layer.d": "D",
    "field.layer.best": "best D",
    "field.layer.difference": "D − best D",
    "field.layer.nothing": "nothing",
    "field.about.real": "Points of the data.",
    "field.about.fakes": "What G makes, from the same noise at every step, so that you see where each of them goes.",
    "field.about.average": "The same noise through the moving average of G’s weights.",
    "field.about.manifold": (
        "A lattice of the noise, every cell with the same share of it, carried through G. Where its cells are "
        "small, G puts many of its samples."
    ),
    "field.about.pull": (
        "Which way G’s loss pulls each fake, for the first 200 of them: minus the gradient of the loss. The "
        "arrow in the corner shows the scale."
    ),
    "field.about.d": (
        "The map of D: green where it finds points real, purple where it finds them fake, grey where it cannot "
        "tell. On the blue line it is exactly undecided."
    ),
    "field.about.best": (
        "The best D there could be against this G: p_data / (p_data + p_G). A perfect G makes it 1/2 everywhere, "
        "and the map grey."
    ),
    "field.about.difference": (
        "D less the best D. Green: D finds points there more real than it should, purple: more fake. All grey: D "
        "is as good as can be."
    ),
    "field.about.nothing": "The ground is left plain.",
    "field.sentence": (
        "You see {real}, {fakes}{average}, the ground coloured by {ground}, G’s {manifold}, and the {pull} on "
        "each fake. "
    ),
    "field.real_points": "{count} real points",
    "field.fakes_count": "{count} fakes",
    "field.ground_label": "What the ground shows",
    "field.maps_label": "Maps: press one to make it the ground",
    "field.term": "this picture",
    "field.help": (
        "A layer is switched by its word in this sentence.\n"
        "Circles mark the data’s modes; one is drawn solid as soon as a fake lies within three standard "
        "deviations of its centre."
    ),
    "field.label": "The plane at step {step}: {hits}shown are {names}",
    "field.old": "Pictures of this run do not hold it: it was made by an older version.",
    "field.no_lattice": "There is no lattice to draw: the noise has {dims} dimensions. Take a latent size of 1 or 2.",
    "field.no_lattice_here": (
        "There is no lattice to draw: the numbers of this noise hang together, or G is told classes."
    ),
    "field.no_best": "For this game theory knows no best D point by point.",
    "field.no_average": "This run keeps no average of G.",
    "field.unit": "a pull of {unit}",
    "field.x": "x",
    "field.d_of_x": "D(x)",
    "field.none": "none",
    # the Dirac-GAN
    "dirac.heading": "Two parameters",
    "dirac.term": "this plane",
    "dirac.help": (
        "The smallest GAN there is. The data are one point at 0, G puts its one point at θ, and D is a line of "
        "slope ψ through the data’s point.\n"
        "Each arrow shows where both players want to go from there, G sideways and D up or down; the longer, the "
        "faster. The cross is the equilibrium: G on the data, D flat.\n"
        "Click or drag to set the start; with the keyboard, the arrow keys move it (Shift: further), Space plays."
    ),
    "dirac.values": "Eigenvalues at the equilibrium",
    "dirac.values_term": "eigenvalues",
    "dirac.values_help": (
        "Near the equilibrium the game is a matrix, and its eigenvalues say what becomes of it: in continuous "
        "time the real part is the damping (negative: inwards) and the imaginary part the speed of turning.\n"
        "A step of a finite size multiplies the distance by the modulus of its own eigenvalues: inside the unit "
        "circle the game converges, outside it is thrown out."
    ),
    "dirac.in_time": "in continuous time",
    "dirac.of_step": "of one step",
    "dirac.no_lambda": "λ: none",
    "dirac.no_mu": "μ: none",
    "dirac.flow_label": "Eigenvalues in continuous time: {values}. It {word}.",
    "dirac.circle_label": "Eigenvalues of one step: {values}",
    "dirac.stable": "stable",
    "dirac.re": "Re",
    "dirac.im": "Im",
    "dirac.none": "none",
    "dirac.plane_label": "The plane of θ and ψ: arrow keys move the start",
    "dirac.again": "From the start again",
    "dirac.step": "Step",
    "dirac.where": "step {step} of {steps}",
    "dirac.game": "The game now",
    "dirac.over_steps": "Over the steps",
    "dirac.steps_label": "θ and ψ over the steps",
    "dirac.game_label": "The data at 0, G's point at {theta}, D with slope {psi}",
    "dirac.data": "data",
    "dirac.fake": "fake",
    "dirac.theta": "θ, where G puts its point",
    "dirac.psi": "ψ, the slope of D",
    "dirac.clipped": "clipped: |ψ| ≤ {clip}",
    "dirac.how.alternating": "alternating",
    "dirac.how.simultaneous": "simultaneous",
    "dirac.distance": "{how}, distance",
    "dirac.beyond": "beyond all bounds after {steps} steps",
    "dirac.outside": "out of the picture",
    "dirac.computing": "Computing …",
    "dials.weight": "Weight of the penalty",
    "dials.weight.help": (
        "γ of R1 and R2, λ of WGAN-GP and DRAGAN.\n"
        "Near the equilibrium γ is the damping: too little and the game spirals long, too much and it creeps."
    ),
    "dials.clip": "Clipping of ψ",
    "dials.noise": "Instance noise σ",
    "dials.lr": "Learning rate",
    "dials.lr.help": (
        "Of both players. In the limit of 0 only the eigenvalues in continuous time count.\n"
        "With alternating steps the plain game circles up to a rate of 4/√k (2/√k where the loss is straight), "
        "and is thrown out beyond."
    ),
    "dials.k": "D’s updates a step, k",
    "dials.steps": "Steps shown",
    "dials.steps.help": "How many steps of the game are computed and played.",
    "dials.off": "off",
}
