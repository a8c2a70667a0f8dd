"""What a network predicts, live: boundary, neurons' responses, fitted curve, targets, confusion."""
