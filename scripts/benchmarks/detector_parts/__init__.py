"""Parts of scripts/bench detector: people, turned heads, drawn frames, pictures without faces, posters, second looks, tile plans."""
