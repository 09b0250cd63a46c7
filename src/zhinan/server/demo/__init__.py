"""The demo: real places, invented units and people, half a year of their work; made only by calling actions."""
