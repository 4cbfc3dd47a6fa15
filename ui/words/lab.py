"""What the views of the Lab say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "lab.play": "Play",
    "lab.pause": "Pause",
    "lab.minus": "minus ",
    # slow motion
    "slow.preparing": "Preparing the step …",
    "slow.back": "Previous sub-step",
    "slow.on": "Next sub-step",
    "slow.next": "Next iteration",
    "slow.speed": "Speed",
    "slow.label": "Slow motion of one step of training",
    "slow.heading": "One step in slow motion",
    "slow.term": "slow motion",
    "slow.help": (
        "One step of training: D learns from real samples and fakes (blue), then G learns from D’s output "
        "(orange). The active parts are bright, gradients are pink.\n"
        "The background of the two pictures is D’s map: green where D rates points as real, purple where it rates "
        "them as fake.\n"
        "The numbers are real: the run makes this very step next and ends at the same weights.\n"
        "Arrow keys go from sub-step to sub-step, Space plays."
    ),
    "slow.images": "Slow motion plays points in the plane or on a line; these data are images.",
    "slow.pause_first": "Pause the run to see its next step in slow motion.",
    "slow.over": "This run is over: there is no next step to play.",
    "slow.moved_on": "The run has moved on.",
    "slow.title.draw": "Draw noise and real samples",
    "slow.title.generate": "G makes fakes",
    "slow.title.classify_real": "D rates the real samples",
    "slow.title.classify_fake": "D rates the fakes",
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
    "slow.reals_x": "real x",
    "slow.fakes_g": "fakes G(z)",
    "slow.d_of_x": "D(x)",
    "slow.score_of_x": "score of x",
    "slow.d_on_reals": "D on real x",
    "slow.d_on_fakes": "D on fakes",
    "slow.loss_of_d": "Loss of D",
    "slow.loss_of_g": "Loss of G",
    "slow.weights": "{count} weights",
    "slow.mean": "mean {value}",
    "slow.penalty": "penalty",
    "slow.reals": "real",
    "slow.fakes": "fakes",
    "slow.draw.line": (
        ("{count} noise vectors z of one number each are drawn, and {count} real numbers x are taken from the data."),
        ("{count} noise vectors z of {n} numbers each are drawn, and {count} real numbers x are taken from the data."),
    ),
    "slow.draw.plane": (
        ("{count} noise vectors z of one number each are drawn, and {count} real points x are taken from the data."),
        ("{count} noise vectors z of {n} numbers each are drawn, and {count} real points x are taken from the data."),
    ),
    "slow.drawn.formula": "z from {prior}, x from the data",
    "slow.prior.normal": "N(0, 1)",
    "slow.prior.uniform": "uniform on [−1, 1]",
    "slow.prior.uniform-half": "uniform on [−½, ½]",
    "slow.prior.truncated-normal": "N(0, 1) cut at ±2",
    "slow.prior.sphere": "the sphere of radius √dim",
    "slow.generate": (
        "G turns each noise vector into a fake. The mean of the fakes is at {fakes}, the mean of the real samples "
        "at {reals}."
    ),
    "slow.generate.formula": "fake = G(z)",
    "slow.judged.probability.single.real": "D rates the real samples {mean} on average ({least} to {most}).",
    "slow.judged.probability.single.fake": "D rates the fakes {mean} on average ({least} to {most}).",
    "slow.judged.probability.packs.real": (
        "D rates the packs of {packing} real samples {mean} on average ({least} to {most})."
    ),
    "slow.judged.probability.packs.fake": "D rates the packs of {packing} fakes {mean} on average ({least} to {most}).",
    "slow.judged.score.single.real": "D scores the real samples {mean} on average ({least} to {most}).",
    "slow.judged.score.single.fake": "D scores the fakes {mean} on average ({least} to {most}).",
    "slow.judged.score.packs.real": (
        "D scores the packs of {packing} real samples {mean} on average ({least} to {most})."
    ),
    "slow.judged.score.packs.fake": "D scores the packs of {packing} fakes {mean} on average ({least} to {most}).",
    "slow.takes_for_real": "D recognises {right} of {count} as real.",
    "slow.sees_through": "D recognises {right} of {count} as fake.",
    "slow.above_reals": "On average the fakes score {gap} higher than the real samples.",
    "slow.below_reals": "On average the fakes score {gap} lower than the real samples.",
    "slow.classify_real.formula.probability": "D(x) = 1 / (1 + exp(−score))",
    "slow.classify_real.formula.score": "D(x) = score of x",
    "slow.classify_fake.formula.probability": "D(G(z)) = 1 / (1 + exp(−score))",
    "slow.classify_fake.formula.score": "D(G(z)) = score of a fake",
    "slow.loss_d": "D’s loss is {loss}.",
    "slow.loss_d.terms": "{real} of it comes from the real samples and {fake} from the fakes.",
    "slow.loss_d.terms_penalty": (
        "{real} of it comes from the real samples, {fake} from the fakes and {penalty} from the penalty on D’s slope."
    ),
    "slow.loss_d.compares": "This loss compares real samples with fakes.",
    "slow.loss_d.compares_penalty": (
        "This loss compares real samples with fakes; {penalty} of it is the penalty on D’s slope."
    ),
    "slow.loss_d.meaning": "The smaller the loss, the better D tells real from fake.",
    "slow.smoothed": ", labels smoothed",
    "slow.loss.formula": "loss = {formula} = {loss}",
    "slow.pushes.up.up": ("The loss pushes every score: on average real ones up by {reals} and fakes up by {fakes}."),
    "slow.pushes.up.down": (
        "The loss pushes every score: on average real ones up by {reals} and fakes down by {fakes}."
    ),
    "slow.pushes.down.up": (
        "The loss pushes every score: on average real ones down by {reals} and fakes up by {fakes}."
    ),
    "slow.pushes.down.down": (
        "The loss pushes every score: on average real ones down by {reals} and fakes down by {fakes}."
    ),
    "slow.gradient_d": (
        "Backpropagation gives each of D’s {weights} weights a gradient; the gradient is largest in layer {layer} "
        "of {layers}."
    ),
    "slow.cut": "The gradient is clipped to a norm of {most}.",
    "slow.gradient_d.formula": "|∂ loss / ∂ w| = {norm}",
    "slow.update_d": "D’s weights change by {share} of their norm ({optimiser}).",
    "slow.clipped": "Every weight is clipped to ±{most}.",
    "slow.update_d.verdicts.probability": (
        "D now rates the same real samples {real} (before {realBefore}) and the same fakes {fake} (before "
        "{fakeBefore})."
    ),
    "slow.update_d.verdicts.score": (
        "D now scores the same real samples {real} (before {realBefore}) and the same fakes {fake} (before "
        "{fakeBefore})."
    ),
    "slow.update_d.line": "Along the line D’s output changes by {change} on average.",
    "slow.update_d.plane": "Over the plane D’s output changes by {change} on average.",
    "slow.optimiser.sgd": "gradient descent",
    "slow.optimiser.rmsprop": "RMSProp",
    "slow.optimiser.adam": "Adam",
    "slow.rule.sgd": "w ← w − {lr} · gradient",
    "slow.rule.rmsprop": "w ← w − {lr} · gradient / √(mean of its squares)",
    "slow.rule.adam": "w ← w − {lr} · mean of the gradients / √(mean of their squares)",
    "slow.loss_g.fresh.probability": "G makes new fakes from new noise. The updated D rates them {now} on average.",
    "slow.loss_g.fresh.score": "G makes new fakes from new noise. The updated D scores them {now} on average.",
    "slow.loss_g.same.probability": "The updated D rates the same fakes {now} on average (before its update {then}).",
    "slow.loss_g.same.score": "The updated D scores the same fakes {now} on average (before its update {then}).",
    "slow.loss_g": "G wants D to rate its fakes as real; G’s loss is {loss}.",
    "slow.gradient_g": (
        "The gradient goes back through D, whose weights do not change, and gives for each fake the direction in "
        "which D would rate it as more real: the arrows, {mean} long on average and {most} at most. The gradient "
        "then goes back through G to each of G’s {weights} weights."
    ),
    "slow.gradient_g.formula": "|∂ loss / ∂ w| = |∂ loss / ∂ x · ∂ x / ∂ w| = {norm}",
    "slow.update_g": "G’s weights change by {share} of their norm ({optimiser}).",
    "slow.update_g.verdicts.probability": (
        "From the same noise the fakes now lie {way} from where they were, on average; D rates them {after} "
        "(before {before})."
    ),
    "slow.update_g.verdicts.score": (
        "From the same noise the fakes now lie {way} from where they were, on average; D scores them {after} "
        "(before {before})."
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
        "Draw where the points should be: more ink means more points. The drawing covers the whole square, −2 to 2 "
        "on both axes.\n"
        "With the keyboard: the arrow keys move the brush (with Shift further), Space draws; hold Space while the "
        "brush moves to draw a line. Ctrl+Z undoes a stroke."
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
    "trials.begin": "One click applies all its settings and starts it.",
    "trials.about": ("Each one shows an effect and asks a question that you answer by changing a setting."),
    "trials.race": "race",
    "trials.race_title": "Two runs from one seed, side by side",
    "trials.not_yet": "Not yet: change a setting, then Reset and Start.",
    "trials.solved": "solved",
    "trials.solved_title": "You have answered this question in this browser.",
    "trials.why": "Why it worked: {why}",
    "trials.close": "Close the question",
    # figure 1
    "figure.title_of": "{title} · Figure 1",
    "figure.term": "this figure",
    "figure.far": "From the densities of G and the data:",
    "figure.infinite.kl_data_g": "∞: G leaves out {share} % of the data",
    "figure.infinite.kl_g_data": "∞: {share} % of G lies where there are no data",
    "figure.infinite.least": "less than 0.1",
    "figure.far.jsd": "JSD",
    "figure.far.kl_data_g": "KL(data‖G)",
    "figure.far.kl_g_data": "KL(G‖data)",
    "figure.far_term": "these divergences",
    "figure.far_help": (
        "How far G’s density is from the data’s, in nats; 0 is a perfect G.\n"
        "JSD: the Jensen-Shannon divergence, at most ln 2 = 0.69. KL(data‖G) is large where G leaves out what is "
        "in the data, KL(G‖data) where G produces what is not in the data. A KL is infinite where the second "
        "distribution has no density but the first one has; the share of the first one there is then shown.\n"
        "These values are computed from G’s density. The charts below estimate the same quantities from 2,500 "
        "samples (of G’s average, where the run keeps one), over a few regions, so their values are lower or "
        "higher."
    ),
    "figure.at": "at x = {x}: data {data}, generator {generator}, D(x) {d}",
    "figure.at_best": "{said}, best D {best}",
    "gauge.term": "this gauge",
    "gauge.help": (
        "The value that D has reached in this game, and the value that the best D would reach against this G. The "
        "gap is what D could still gain.\n"
        "As G approaches the data, the best value falls to its minimum, where the two densities are the same and D "
        "can only guess.\n"
        "Both values are computed from the same two densities at the same points. Where G’s density is a kernel "
        "estimate, both values use that estimate."
    ),
    "gauge.negative": "{name} (a negative value is not a distance: D scores fakes above real samples)",
    "gauge.none": "none (less than the error of these two estimates)",
    "gauge.best": "the best D would reach",
    "gauge.gap": "left for D to gain",
    "gauge.floor": "−ln 4 =",
    "gauge.draw": "at a draw",
    "gauge.low": "−ln 4",
    # the plane
    "field.layer.real": "real points",
    "field.layer.fakes": "fakes",
    "field.layer.average": "fakes of G’s average",
    "field.layer.manifold": "manifold",
    "field.layer.pull": "pull",
    "field.layer.d": "D",
    "field.layer.best": "best D",
    "field.layer.difference": "D − best D",
    "field.layer.nothing": "nothing",
    "field.about.real": "Points of the data.",
    "field.about.fakes": ("Samples of G, from the same noise at every step, so that you can follow each of them."),
    "field.about.average": "The same noise through the moving average of G’s weights.",
    "field.about.manifold": (
        "The manifold: the sheet on which all samples of G lie, drawn as a lattice. All cells of the lattice have "
        "the same probability: where the cells are small, G puts many of its samples."
    ),
    "field.about.pull": (
        "The pull: the direction in which G’s loss moves each fake, for the first 200 fakes. It is the negative "
        "gradient of the loss. The arrow in the corner shows the scale."
    ),
    "field.about.d": (
        "The map of D: green where D rates points as real, purple where it rates them as fake, grey where it "
        "cannot tell. On the blue line D is exactly undecided."
    ),
    "field.about.best": (
        "The best D that is possible against this G: p_data / (p_data + p_G). With a perfect G it is 1/2 "
        "everywhere, and the map is grey."
    ),
    "field.about.difference": (
        "D minus the best D. Green: D rates points there as more real than the best D does; purple: as less real. "
        "Grey everywhere: D is the best D."
    ),
    "field.about.nothing": "The background is left plain.",
    "field.sentence": (
        "Shown: {real}, {fakes}{average}, the background coloured by {ground}, G’s {manifold}, and the {pull} on "
        "each fake. "
    ),
    "field.real_points": "{count} real points",
    "field.fakes_count": "{count} fakes",
    "field.ground_label": "What the background shows",
    "field.maps_label": "Maps: press one to show it as the background",
    "field.term": "this picture",
    "field.help": (
        "Each word of this sentence switches its layer on and off.\n"
        "Circles mark the data’s modes; a circle is solid while at least one fake lies within three standard "
        "deviations of its centre."
    ),
    "field.label": "The plane at step {step}: {hits}shown: {names}",
    "field.old": (
        "The pictures of this run do not contain this layer, because an older version of the program made them."
    ),
    "field.no_lattice": ("No lattice can be drawn: the noise has {dims} dimensions. Choose a latent size of 1 or 2."),
    "field.no_lattice_here": (
        "No lattice can be drawn: the numbers of this noise depend on each other, or G is given a class."
    ),
    "field.no_best": "For this objective no formula gives the best D at each point.",
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
        "Each arrow shows how both players move from that point: G sideways, D up or down. A longer arrow means a "
        "faster move. The cross is the equilibrium: G’s point is on the data and D is flat.\n"
        "Click or drag to set the start; with the keyboard, the arrow keys move it (Shift: further), Space plays."
    ),
    "dirac.values": "Eigenvalues at the equilibrium",
    "dirac.values_term": "eigenvalues",
    "dirac.values_help": (
        "Near the equilibrium the game is linear, and the eigenvalues of its matrix show how the game behaves: in "
        "continuous time the real part is the damping (negative: inwards) and the imaginary part the speed of "
        "rotation.\n"
        "A step of finite size multiplies the distance from the equilibrium by the modulus of the step’s own "
        "eigenvalues: inside the unit circle the game converges, outside it diverges."
    ),
    "dirac.in_time": "in continuous time",
    "dirac.of_step": "of one step",
    "dirac.no_lambda": "λ: none",
    "dirac.no_mu": "μ: none",
    "dirac.flow_label": "Eigenvalues in continuous time: {values}. The game {word}.",
    "dirac.circle_label": "Eigenvalues of one step: {values}",
    "dirac.stable": "stable",
    "dirac.re": "Re",
    "dirac.im": "Im",
    "dirac.none": "none",
    "dirac.plane_label": "The plane of θ and ψ: arrow keys move the start",
    "dirac.again": "Play again from the start",
    "dirac.step": "Step",
    "dirac.where": "step {step} of {steps}",
    "dirac.game": "The game now",
    "dirac.over_steps": "Over the steps",
    "dirac.steps_label": "θ and ψ over the steps",
    "dirac.game_label": "The data are at 0, G’s point is at {theta}, and D has slope {psi}",
    "dirac.data": "data",
    "dirac.fake": "fake",
    "dirac.theta": "θ, where G puts its point",
    "dirac.psi": "ψ, the slope of D",
    "dirac.clipped": "clipped: |ψ| ≤ {clip}",
    "dirac.how.alternating": "alternating",
    "dirac.how.simultaneous": "simultaneous",
    "dirac.distance": "{how}, distance",
    "dirac.beyond": "too far to compute after {steps} steps",
    "dirac.outside": "out of the picture",
    "dirac.computing": "Computing …",
    "dials.weight": "Weight of the penalty",
    "dials.weight.help": (
        "γ of R1 and R2, λ of WGAN-GP and DRAGAN.\n"
        "Near the equilibrium γ is the damping: with too little the game spirals for a long time, with too much it "
        "converges slowly."
    ),
    "dials.clip": "Clipping of ψ",
    "dials.noise": "Instance noise σ",
    "dials.lr": "Learning rate",
    "dials.lr.help": (
        "The learning rate of both players. As it goes to 0, only the eigenvalues in continuous time count.\n"
        "With alternating steps the plain game circles up to a rate of 4/√k (2/√k where the loss is linear) and "
        "diverges above it."
    ),
    "dials.k": "D’s updates per step, k",
    "dials.steps": "Steps shown",
    "dials.steps.help": "How many steps of the game are computed and played.",
    "dials.off": "off",
}
