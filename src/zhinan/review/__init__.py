"""From score sheets to an award: totals, official and calibrated scores, the ranking, votes, the ranked walk under a budget."""
