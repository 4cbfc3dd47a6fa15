// Help in place: what a term is, what to expect, what too large or too small means.

export const HELP = {
  samples:
    'What the generator G makes of the same noise vectors z, drawn again and again while it learns.\nExpect blobs first, then strokes, then shapes you can name. All alike: G has collapsed onto few answers. Flickering: its learning rate is too large.',
  batch:
    'A few real images above a few fakes. The number below each is D, the discriminator’s belief that the image is real: 1 is surely real, 0 surely fake, 0.50 cannot tell.\nA good discriminator puts reals near 1 and fakes near 0; as G learns, both drift to the middle.',
  losses:
    'What each network is minimising: Loss_D how wrong D is about reals and fakes together, Loss_G how easily D spots G’s fakes.\nUnlike other training these need not fall: the two play against each other. Steady, neither near 0 nor exploding, is good. Loss_D near 0 means that D wins and G gets little to learn from. At a draw Loss_D is 2 ln 2 = 1.39 (or half of it if it is averaged) and the non-saturating Loss_G 0.69.',
  scores:
    'D’s average belief that an image is real: on real images D(x), on fakes D(G(z)) before and after D’s update of this step.\nD(x) at 1 and D(G(z)) at 0: D is ahead. Both near 1/2: it can no longer tell. The gap between before and after shows how much one update moves D; a wide gap means that D’s learning rate is large.',
  value:
    'V(G, D) = mean log D(x) + mean log(1 − D(G(z))): the score of the game, which D pushes up and G pushes down.\nNear 0: D tells everything apart. −ln 4 = −1.39 is its value when D answers 1/2 everywhere, and the best G can reach against the best D. Below it D is worse than a coin.',
  gradients:
    'Length of the gradient that each network got in this step, on a logarithmic scale.\nExpect steady bands. G’s falling by powers of ten while D wins is the vanishing gradient: G no longer learns. Sudden spikes: the learning rate is too large.',
  networks:
    'G turns a noise vector z into an image; D turns an image into one number, the logit, whose sigmoid is D(x).\nEach row is one layer: what it does, the shape that comes out of it, and how many numbers it has to learn.',
}
