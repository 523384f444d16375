"""Experiments: the scripts beside the questions, run in processes of their own."""
