"""Networks to start from that fit themselves to the chosen data."""
