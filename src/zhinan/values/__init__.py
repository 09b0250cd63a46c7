"""The small immutable things everyone speaks: money, dates, quantities, codes, regions, problems."""
