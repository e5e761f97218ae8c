"""The networks as PyTorch modules, for training and export only: nothing that runs for a user imports this package.

It needs PyTorch: `pip install 'whichtext[train]'`.
"""
