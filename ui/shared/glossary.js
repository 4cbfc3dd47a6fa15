// Help in place: what a term is, what to expect, what too large or too small means.

export const HELP = {
  samples:
    'What the generator G makes of the same noise vectors z, drawn again and again while it learns.\nExpect blobs first, then strokes, then shapes you can name. All alike: G has collapsed onto few answers. Flickering: its learning rate is too large.',
  batch:
    'A few real samples above a few fakes, with what the discriminator D says of each.\nWhere D is a probability it is D’s belief that the sample is real: 1 is surely real, 0 surely fake, 0.50 cannot tell. A good discriminator puts reals near 1 and fakes near 0; as G learns, both drift to the middle.\nOther objectives (Wasserstein, hinge, least squares, relativistic) have a D that scores: higher means more real, and only comparisons count.',
  losses:
    'What each network is minimising: Loss_D how wrong D is about reals and fakes together, Loss_G how easily D spots G’s fakes.\nUnlike other training these need not fall: the two play against each other. Steady, neither near 0 nor exploding, is good. Loss_D near 0 means that D wins and G gets little to learn from. At a draw Loss_D is 2 ln 2 = 1.39 (or half of it if it is averaged) and the non-saturating Loss_G 0.69.',
  scores:
    'D’s average belief that an image is real: on real images D(x), on fakes D(G(z)) before and after D’s update of this step.\nD(x) at 1 and D(G(z)) at 0: D is ahead. Both near 1/2: it can no longer tell. The gap between before and after shows how much one update moves D; a wide gap means that D’s learning rate is large.',
  value:
    'V(G, D) = mean log D(x) + mean log(1 − D(G(z))): the score of the game, which D pushes up and G pushes down.\nNear 0: D tells everything apart. −ln 4 = −1.39 is its value when D answers 1/2 everywhere, and the best G can reach against the best D. Below it D is worse than a coin.',
  gradients:
    'Length of the gradient that each network got in this step, on a logarithmic scale.\nExpect steady bands. G’s falling by powers of ten while D wins is the vanishing gradient: G no longer learns. Sudden spikes: the learning rate is too large.',
  anyLosses:
    'What each network is minimising, penalties included. Losses of this objective may be negative, and need not fall: the two play against each other. Steady, and not exploding, is good.',
  meanScores:
    'D’s average score: of real samples D(x), of fakes D(G(z)) before and after D’s update of this step. Higher means more real; it is no probability.\nReal ones far above fakes: D is ahead. Close together: it can hardly tell. The gap between before and after shows how much one update moves D.',
  distance:
    'Mean score of real samples minus that of fakes: as long as D’s slope is bounded by 1, an estimate of the Wasserstein distance, the work of carrying G’s samples to the data; otherwise proportional to it.\nIt rises at first, while D learns, then falls as G does. This curve, unlike most, goes with the quality of the samples.',
  gain: 'Minus D’s loss without its penalty. D pushes it up, to 0 at most, G pushes it down.\nThe dotted line is the best that D can do when real and fake are alike.',
  penalty:
    'Penalty: how much D’s slope with respect to its input violates what the penalty asks for, before its weight. It should settle; where it grows without end D gets too steep.',
  modes:
    'The data consist of several clusters, the modes. One counts as found when at least one sample of G lies within three standard deviations of its centre.\nFewer than there are: G has collapsed onto some of them.',
  quality:
    'Share of G’s samples that lie within three standard deviations of the nearest mode. Samples between the modes are none that the data have. Even a perfect sampler misses a few: the dotted line.',
  divergence:
    'Distances between distributions, in nats, on a logarithmic scale; 0 would be a perfect G.\nReverse KL: how unevenly G’s good samples are spread over the modes. JSD and KL compare the distributions themselves: KL(G ‖ data) is large where G has what the data have not, KL(data ‖ G) where it leaves out what they have. Dotted: what a perfect sampler scores with as many samples; nobody gets below it.',
  variety:
    'Mean distance between two of G’s samples, as a share of that between two real ones; images are compared at 8 x 8 pixels. 1: as varied as the data. Near 0: they are all alike, G has collapsed.',
  nearest:
    'Median distance from G’s samples to the nearest training image, as a share of that from one real image to another; compared at 8 x 8 pixels.\nAbout 1: as new as real images are. Near 0: G copies what it has seen. Far above 1: its samples do not look like the data yet.',
  measure:
    'Everything that can be said of a generator in numbers, each with what it was measured with and the best there is to be expected: what a perfect sampler, or real samples in the fakes’ place, score with as many samples.\nThe network whose features were used is named: numbers from different networks, or different numbers of samples, cannot be compared.',
  networks:
    'G turns a noise vector z into a sample; D turns a sample into one number, its score: the logit, whose sigmoid is D(x) where D is a probability.\nEach row is one layer: what it does, the shape that comes out of it, and how many numbers it has to learn.',
}
