"""What a network predicts, shown live."""
