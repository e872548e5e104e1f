"""Parts of scripts/bench accuracy: faces at large, rendered scenes, the rules of others, figures and plots."""
