"""An independent retriever: it hears a description and sees the scene, and knows nothing of the rules."""
