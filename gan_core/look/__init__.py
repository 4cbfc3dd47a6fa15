"""Looking at a training without leaving a trace: pictures, scenes, slow motion, walks through latent space."""
