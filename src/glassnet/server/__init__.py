"""The live page: a server for one person on one machine, and the training that it shows."""
