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
        "The training part, or training and test part together. Sets without parts are used whole.",
    ),
    "resolution": FieldWords(
        "Resolution",
        "Images are scaled to this many pixels a side. Twice as many cost about four times the work. None for data "
        "that are not images.",
        none="none",
    ),
    "batch_size": FieldWords(
        "Batch size",
        "Real images, and as many fakes, per update. Larger: smoother gradients, fewer updates a second. Too small: "
        "noisy, and batch normalisation suffers.",
    ),
    "architecture": FieldWords(
        "Architecture",
        "The family both networks come from. Fully connected ones are quick and blurry; convolutional ones know that "
        "neighbouring pixels belong together.",
    ),
    "width": FieldWords(
        "Width",
        "Base number of channels (convolutional) or units in each hidden layer (fully connected). None: the system's "
        "own layers. Wider learns more and runs slower. (Maxout: G's, D has half. Tiny Stacked-MNIST networks: D's "
        "alone.)",
    ),
    "depth": FieldWords(
        "Depth",
        "How many times the image size is doubled (convolutional) or how many hidden layers there are "
        "(fully connected). None: the system's own.",
    ),
    "width_d": FieldWords(
        "Width of D",
        "Units in each hidden layer of D, where D differs from G. Fully connected networks only.",
        none="as G's",
    ),
    "depth_d": FieldWords(
        "Depth of D",
        "Hidden layers of D, where D differs from G. Fully connected networks only.",
        none="as G's",
    ),
    "activation": FieldWords(
        "Activation",
        "The nonlinearity of the hidden layers of both networks; without one G could only stretch and "
        "shift. Fully connected networks only.",
    ),
    "latent_dim": FieldWords(
        "Latent size",
        "Length of the noise vector z. If it is too small, G's samples have little variety; a few dozen are "
        "enough for digits.",
    ),
    "prior": FieldWords(
        "Prior",
        "The distribution of z: N(0, 1), uniform on [-1, 1], uniform on [-0.5, 0.5], N(0, 1) cut at ±2, or "
        "the sphere of radius √dim.",
    ),
    "init": FieldWords(
        "Initial weights",
        "The family's own (PyTorch's, or the one it was published with), or the DCGAN paper's: N(0, 0.02) for "
        "weights, N(1, 0.02) for batch norm.",
    ),
    "conditioning": FieldWords(
        "Class label",
        "Tell both networks the class of each sample, so that you can ask G for one: the label joins their inputs, or "
        "D weighs it against its features.",
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
        "How many updates D makes before each update of G. More: D comes closer to its best answer, "
        "training is slower, and G's gradient may vanish.",
    ),
    "k_g": FieldWords(
        "G updates per step",
        "How many updates G makes after D's updates. Nearly always 1; some published code uses 2.",
    ),
    "d_loss_scale": FieldWords(
        "D's loss",
        "D's real and fake terms summed (1) or averaged (0.5). With Adam this makes almost no difference "
        "except that the curve halves. The penalty is not scaled.",
    ),
    "reuse_fakes": FieldWords(
        "G re-scores D's fakes",
        "On: G learns from the fakes that D has just learnt from, which saves a pass through G. Off: G "
        "makes new fakes.",
    ),
    "pretrain_d": FieldWords(
        "D's head start",
        "Updates of D alone before the first step.",
    ),
    "pretrain_lr": FieldWords(
        "Rate of the head start",
        "Learning rate of D during its head start.",
    ),
    "spectral_norm": FieldWords(
        "Spectral norm in D",
        "Divides each weight matrix of D by its largest singular value, which bounds D's slope, except where batch "
        "norm stretches it again.",
        brief="spectral norm",
    ),
    "minibatch_stddev": FieldWords(
        "Minibatch deviation in D",
        "D also sees how much the samples of a batch differ, so that D can tell when G repeats itself.",
        brief="minibatch deviation",
    ),
    "packing": FieldWords(
        "Packing",
        "D judges this many samples together as one input. Lost modes are visible in a pack but not in a "
        "single sample.",
        brief="packing {}",
    ),
    "label_smoothing": FieldWords(
        "Label smoothing",
        "D aims at 1 minus this on real samples (one-sided), so that D does not become overconfident.",
        brief="label smoothing {}",
    ),
    "instance_noise": FieldWords(
        "Instance noise",
        "Standard deviation of noise added to all that D sees; it fades to 0. Real samples and fakes then overlap from "
        "the start.",
        brief="instance noise {}",
    ),
    "instance_noise_steps": FieldWords(
        "Noise gone after",
        "Number of steps over which the instance noise fades linearly to 0.",
    ),
    "augment": FieldWords(
        "Augmentation",
        "Random changes of every image that D sees, real or fake; G's gradient passes through them. Useful with few "
        "images, which D then cannot learn by heart.",
        brief="{}",
    ),
    "unrolled": FieldWords(
        "Unrolled steps of D",
        "G learns against the D that would result from this many more updates. Costs about as many additional passes.",
        brief="unrolled {}",
    ),
    "clip_grad": FieldWords(
        "Clip gradients at",
        "A network's gradient with a larger norm is scaled down to this norm. 0: off.",
        brief="gradients to {}",
    ),
    "ema_half_life": FieldWords(
        "Average of G: half-life",
        "Keep a moving average of G's weights, in which a weight counts half after this many images. The "
        "samples of the average are steadier and often better. 0: off.",
        brief="average of G",
    ),
    "lr_d": FieldWords(
        "Learning rate of D",
        "Size of D's steps. Too large: D's loss jumps or hits 0 and G learns nothing. Too small: G learns faster and "
        "fools D with anything.",
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
        "Momentum of the gradient's direction. 0.9 is usual; GANs are often steadier with 0.5 or 0.",
    ),
    "beta2": FieldWords(
        "Adam β₂",
        "How long the squared gradient is averaged; RMSProp uses it too.",
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
        "Length of the run, in passes of D over the data at the k it begins with. The number of steps that this takes "
        "is then fixed. For a distribution, 100,000 points count as one pass.",
    ),
    "steps": FieldWords(
        "Steps",
        "Length of the run; overrides epochs. One step is k updates of D, then one of G. A single step of D or of G "
        "alone counts as one too.",
        none="by epochs",
    ),
    "seed": FieldWords(
        "Seed",
        "Same seed, same settings, same machine: the same run.",
    ),
    "samples": FieldWords(
        "Fixed samples",
        "How many noise vectors are fixed at the start; their samples are shown during training.",
    ),
    "precision": FieldWords(
        "Precision",
        "Auto: bfloat16 multiplication where this processor is fast at it, else float32. float64 overflows less "
        "easily but is slow.",
    ),
    "device": FieldWords(
        "Device",
        "Auto: a GPU where there is one, else the processor.",
    ),
}
