// The dials of the Dirac-GAN, in the sidebar.

export { DiracDials as default } from './dirac.js'
