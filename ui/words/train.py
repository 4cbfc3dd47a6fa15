"""What the views of the Train page say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "samples.title": "Samples",
    "samples.term": "these samples",
    "samples.help": (
        "What the generator G makes of the same noise vectors z while it learns.\n"
        "Expect blobs first, then strokes, then shapes you can name. If all samples look alike, G has collapsed. "
        "If they flicker, G’s learning rate is too large."
    ),
    "samples.whose": "Whose samples",
    "samples.whose.live": "G",
    "samples.whose.live.title": "The generator as it is",
    "samples.whose.average": "average",
    "samples.whose.average.title": "The moving average of its weights",
    "samples.whose.both": "both",
    "samples.whose.both.title": "Each sample of G beside that of its average",
    "samples.label.tiles": (
        "{n} sample of the generator at step {step}",
        "{n} samples of the generator at step {step}",
    ),
    "samples.label.plane": "Real points, fakes and D’s map in the plane at step {step}",
    "samples.of.live": "G",
    "samples.of.average": "Average of G",
    "samples.alike": "the same noise in both",
    "samples.classes": "each row a class",
    "samples.untrained": "The untrained generator: noise in, noise out",
    "samples.same": "The same noise at every step",
    "samples.then": "As they were at step {step}",
    "samples.key.real": "real",
    "samples.key.fake": "G",
    "samples.key.average": "average",
    "samples.key.half": "D = ½",
    "samples.key.draw": "a draw",
    "batch.title": "Real and fake, as D sees them",
    "batch.term": "D’s score",
    "batch.help": (
        "A few real samples above a few fakes, each with the discriminator D’s answer.\n"
        "Where D gives a probability, the number is the probability that the sample is real: 1 is surely real, 0 "
        "surely fake, 0.50 means that D cannot tell. A good discriminator puts real samples near 1 and fakes near "
        "0; as G learns, both move towards the middle.\n"
        "With other objectives (Wasserstein, hinge, least squares, relativistic) D gives a score: higher means "
        "more real, and only comparisons count."
    ),
    "batch.none": "No data to show yet.",
    "batch.getting": "Getting real images …",
    "batch.label": "Real images score {real} on average, fakes {fake}",
    "batch.why": (
        "On average D rates these real samples {real} and these fakes {fake}, at this step alone. The charts show "
        "{d_real} and {d_fake}: the mean of the last few steps, since D’s scores rise and fall from step to step."
    ),
    "batch.unknown": "unknown",
    "batch.real": "Real",
    "batch.fake": "Fake",
    "batch.height.probability": "height: D(x), {mean} on average",
    "batch.height.score": "height: D’s score, {mean} on average",
    "batch.average": "{mean} on average",
    "measure.title": "Measure",
    "measure.term": "these measures",
    "measure.help": (
        "All measures of a generator, each with the network or space it was measured in and the best value to "
        "expect: the value that a perfect sampler, or real samples in the fakes’ place, reach with as many samples."
        "\n"
        "Numbers from different networks, or from different numbers of samples, cannot be compared."
    ),
    "measure.live": "Measure G",
    "measure.average": "Measure its average",
    "measure.none": (
        "The full evaluation of a generator that has been saved: quality, variety and distance to the data. It "
        "takes from seconds to a minute."
    ),
    "measure.ready": (
        "The generator saved nearest to the step you look at, against the data: quality, variety, distance. It "
        "takes from seconds to a minute."
    ),
    "measure.busy.live": "G is being measured …",
    "measure.busy.average": "The average of G is being measured …",
    "measure.done.live": "G at step {step}: {fake} of its samples against {real} real ones.",
    "measure.done.average": "The average of G at step {step}: {fake} of its samples against {real} real ones.",
    "measure.best.low": "lower is better",
    "measure.best.high": "higher is better",
    "measure.best.reference": "the nearer the better",
    "measure.perfect": "perfect sampler",
    "measure.real": "real against real",
    "measure.column.measure": "Measure",
    "measure.column.network": "In the features of",
    "measure.column.g": "G",
    "measure.column.against": "Compared with",
    "measure.column.samples": "Samples",
    "networks.title": "The two networks",
    "networks.term": "this table",
    "networks.help": (
        "G turns a noise vector z into a sample; D turns a sample into one number, its score: the logit, whose "
        "sigmoid is D(x) where D is a probability.\n"
        "Each row is one layer: what it does, the shape that comes out of it, and how many numbers it has to "
        "learn."
    ),
    "networks.building": "Building both networks …",
    "networks.none": "No networks: the settings need data first.",
    "networks.generator": "Generator G",
    "networks.generator.path": "noise z → sample · {n} parameters",
    "networks.discriminator": "Discriminator D",
    "networks.discriminator.path": "sample → score · {n} parameters",
    "networks.kind.Conv2d": "Convolution",
    "networks.kind.ConvTranspose2d": "Transposed convolution",
    "networks.kind.BatchNorm1d": "Batch norm",
    "networks.kind.BatchNorm2d": "Batch norm",
    "networks.kind.MaxPool2d": "Max pooling",
    "networks.kind.Unflatten": "Reshape",
    "networks.kind.View": "Reshape",
    "networks.stride": "{kernel}×{kernel}, stride {stride}",
    "networks.slope": "slope {slope}",
    "networks.drops": "drops {share}",
    "networks.column.layer": "Layer",
    "networks.column.shape": "Shape out",
    "networks.column.parameters": "Parameters",
}
