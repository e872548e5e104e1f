"""The stand-in Stash: a real HTTP GraphQL server with Stash's life cycle, in memory, for tests, journeys and the demo."""
