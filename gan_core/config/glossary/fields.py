"""Words on every field of a configuration: what it is called and what it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldWords:
    """How a form asks for a field.

    `label` a few words; `help` what it is, and what it does when too large or too small; `none` what no value means;
    `brief` the field in the line that sums up what is on, with {} for its value, empty where it has no place there.
    """

    label: str
    help: str
    none: str = "the system's own"
    brief: str = ""


WORDS: dict[str, FieldWords] = {
    "data": FieldWords(
        "Data set",
        "What the generator learns to imitate.",
    ),
    "split": FieldWords(
        "Part",
        "The training part, or the training and test parts together. Data sets without parts are used whole.",
    ),
    "resolution": FieldWords(
        "Resolution",
        "Images are scaled to this many pixels per side. Twice as many pixels per side need about four times the "
        "computation. None for data that are not images.",
        none="none",
    ),
    "batch_size": FieldWords(
        "Batch size",
        "Number of real samples, and of fakes, per update. Larger: smoother gradients, fewer updates per second. Too "
        "small: noisy gradients, and batch normalisation works badly.",
    ),
    "architecture": FieldWords(
        "Architecture",
        "The type of both networks. Fully connected networks are fast and their images blurry; convolutional networks "
        "use the fact that neighbouring pixels belong together.",
    ),
    "width": FieldWords(
        "Width",
        "Base number of channels (convolutional) or units in each hidden layer (fully connected). None: the system's "
        "own layers. Wider networks learn more and run slower. (Maxout: the width of G; D has half as many units. Tiny "
        "Stacked-MNIST networks: the width of D only.)",
    ),
    "depth": FieldWords(
        "Depth",
        "How many times the image size is doubled (convolutional), or the number of hidden layers "
        "(fully connected). None: the system's own.",
    ),
    "width_d": FieldWords(
        "Width of D",
        "Units in each hidden layer of D, where D differs from G. Fully connected networks only.",
        none="as G's",
    ),
    "depth_d": FieldWords(
        "Depth of D",
        "Number of hidden layers of D, where D differs from G. Fully connected networks only.",
        none="as G's",
    ),
    "activation": FieldWords(
        "Activation",
        "The nonlinearity of the hidden layers of both networks; without it G could only stretch and "
        "shift the noise. Fully connected networks only.",
    ),
    "latent_dim": FieldWords(
        "Latent size",
        "Length of the noise vector z. If it is too small, G's samples have little variety; a few dozen are "
        "enough for digits.",
    ),
    "prior": FieldWords(
        "Prior",
        "The distribution that the noise z is drawn from: N(0, 1), uniform on [-1, 1], uniform on [-0.5, 0.5], N(0, 1) "
        "cut at ±2, or the sphere of radius √dim.",
    ),
    "init": FieldWords(
        "Initial weights",
        "The architecture's own (PyTorch's, or the published one), or those of the DCGAN paper: N(0, 0.02) for "
        "weights, N(1, 0.02) for batch norm.",
    ),
    "conditioning": FieldWords(
        "Class label",
        "Tells both networks the class of each sample, so that you can choose the class that G draws. The label is "
        "appended to the inputs of both networks, or D compares the label with its features.",
    ),
    "classes": FieldWords(
        "Classes",
        "How many classes the labels have. None: the data set's own number; for a folder of images enter the number of "
        "its sub-folders.",
        none="the data's own",
    ),
    "objective": FieldWords(
        "Objective",
        "What D and G each minimise: how the score of a real sample and that of a fake become a loss.",
    ),
    "weight_clip": FieldWords(
        "Clip D's weights at",
        "After each update every weight of D is clipped to ± this value. None: 0.01 for Wasserstein, and off where a "
        "penalty or spectral norm bounds D’s slope already. Spectral norm does not bound it in a D with batch norm, "
        "which scales its layers up again; in that case the weights are clipped too. 0: off.",
        none="automatic",
    ),
    "penalty": FieldWords(
        "Gradient penalty",
        "A term on the gradient of D's logit with respect to its input, added to D's loss. It keeps D smooth, so that "
        "G always has a slope to follow.",
    ),
    "penalty_weight": FieldWords(
        "Weight of the penalty",
        "λ or γ in the papers. Larger: D is smoother and weaker, and training is calmer and slower. WGAN-GP "
        "and DRAGAN: 10. R1 and R2: 1 to 10 for images, a few hundredths to 1 for points.",
    ),
    "penalty_every": FieldWords(
        "Penalty every n updates",
        "The penalty is computed only at every n-th update of D, with n times the weight: nearly the same "
        "effect for less work.",
    ),
    "k": FieldWords(
        "k: D updates per G update",
        "How many updates D makes before each update of G. More: D comes closer to its best answer to G, "
        "training is slower, and G's gradient may vanish.",
    ),
    "k_g": FieldWords(
        "G updates per step",
        "How many updates G makes after D's updates. Nearly always 1; some published code uses 2.",
    ),
    "d_loss_scale": FieldWords(
        "D's loss",
        "The sum (1) or the average (0.5) of the loss on real samples and the loss on fakes. Adam hardly depends on "
        "the scale of a loss: training stays almost the same and the curve halves. A gradient penalty is not scaled, "
        "so with 0.5 it counts twice as much.",
    ),
    "reuse_fakes": FieldWords(
        "G re-scores D's fakes",
        "On: in each step the first update of G uses the fakes of D's last update, which saves a pass through G. Off: "
        "every update of G makes new fakes.",
    ),
    "pretrain_d": FieldWords(
        "D's head start",
        "Number of updates of D alone before the first step.",
    ),
    "pretrain_lr": FieldWords(
        "Rate of the head start",
        "Learning rate of D during its head start.",
    ),
    "spectral_norm": FieldWords(
        "Spectral norm in D",
        "Divides each weight matrix of D by its largest singular value, which bounds D's slope, except where batch "
        "norm makes it steeper again.",
        brief="spectral norm",
    ),
    "minibatch_stddev": FieldWords(
        "Minibatch deviation in D",
        "D also sees how much the samples of a batch differ, so that D can tell when G repeats itself.",
        brief="minibatch deviation",
    ),
    "packing": FieldWords(
        "Packing",
        "D scores this many samples together as one input. Lost modes are visible in a pack but not in a "
        "single sample.",
        brief="packing {}",
    ),
    "label_smoothing": FieldWords(
        "Label smoothing",
        "D's target for real samples is 1 minus this value (one-sided), so that D does not become overconfident.",
        brief="label smoothing {}",
    ),
    "instance_noise": FieldWords(
        "Instance noise",
        "Standard deviation of the noise that is added to everything D sees; the noise fades to 0. Real samples and "
        "fakes then overlap from the start.",
        brief="instance noise {}",
    ),
    "instance_noise_steps": FieldWords(
        "Noise gone after",
        "Number of steps over which the instance noise fades linearly to 0.",
    ),
    "augment": FieldWords(
        "Augmentation",
        "Random changes of every image that D sees, real or fake; G's gradient passes through them. Useful with few "
        "images: D then cannot memorise them.",
        brief="{}",
    ),
    "unrolled": FieldWords(
        "Unrolled steps of D",
        "G learns against the D that this many more updates would give, and G's gradient passes through these updates. "
        "Each of them costs at least as much time as an update of D.",
        brief="unrolled {}",
    ),
    "clip_grad": FieldWords(
        "Clip gradients at",
        "A gradient whose norm is larger than this is scaled down to this norm. 0: off.",
        brief="gradients to {}",
    ),
    "ema_half_life": FieldWords(
        "Average of G: half-life",
        "Keeps a moving average of G's weights, in which a weight counts half after this many images. The "
        "samples of the average are more stable and often better. 0: off.",
        brief="average of G",
    ),
    "lr_d": FieldWords(
        "Learning rate of D",
        "Size of D's steps. Too large: D's loss jumps or falls to 0 and G learns nothing. Too small: G learns faster "
        "than D, and any fake fools D.",
    ),
    "lr_g": FieldWords(
        "Learning rate of G",
        "Size of G's steps. Too large: samples flicker or all look alike. Too small: nothing changes.",
    ),
    "optimiser_d": FieldWords(
        "Optimiser of D",
        "How a gradient becomes a step of D. Each optimiser needs different learning rates.",
    ),
    "optimiser_g": FieldWords(
        "Optimiser of G",
        "How a gradient becomes a step of G. Each optimiser needs different learning rates.",
    ),
    "beta1": FieldWords(
        "Adam β₁",
        "Momentum of the gradient's direction. 0.9 is usual; GANs are often more stable with 0.5 or 0.",
    ),
    "beta2": FieldWords(
        "Adam β₂",
        "Over how many steps the squared gradient is averaged; RMSProp uses this value too.",
    ),
    "anneal": FieldWords(
        "Change of rates",
        "How the learning rates (and β₂) change to their final values: not at all, linearly, or along a half cosine.",
    ),
    "anneal_steps": FieldWords(
        "Change over",
        "Steps until the final values are reached. None: the whole run.",
        none="the whole run",
    ),
    "lr_end": FieldWords(
        "Rates end at",
        "Final learning rates, as a share of the initial ones. 0.1: a tenth.",
    ),
    "beta2_end": FieldWords(
        "Adam β₂ ends at",
        "None: β₂ does not change.",
        none="stays as it is",
    ),
    "epochs": FieldWords(
        "Epochs",
        "Length of the run, in passes of D over the data. The number of steps is computed with the k at the start of "
        "the run and then fixed. For a distribution, 100,000 points count as one pass.",
    ),
    "steps": FieldWords(
        "Steps",
        "Length of the run; overrides epochs. One step is k updates of D, then one of G. A single step of D or of G "
        "alone counts as one too.",
        none="by epochs",
    ),
    "seed": FieldWords(
        "Seed",
        "The same seed, settings and machine give the same run.",
    ),
    "samples": FieldWords(
        "Fixed samples",
        "How many noise vectors are fixed at the start; their samples are shown during training.",
    ),
    "precision": FieldWords(
        "Precision",
        "Auto: bfloat16 multiplication where it is fast on this processor, otherwise float32. float64 overflows less "
        "easily but is slow.",
    ),
    "device": FieldWords(
        "Device",
        "Auto: a GPU if there is one, otherwise the processor.",
    ),
}
