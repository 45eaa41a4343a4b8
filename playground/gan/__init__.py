"""The GAN room: the game of two networks, and the latent space that one of them fills."""
