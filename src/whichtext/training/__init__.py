"""Training scripts, `python -m whichtext.training.NAME`. They need PyTorch: `pip install 'whichtext[train]'`."""
