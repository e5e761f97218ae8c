"""What is the text on, and what is around it?

Paper 3.3: colours, carriers, objects and places that a description names.
"""
