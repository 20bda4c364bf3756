"""The loop: where data, network and optimizers meet."""
