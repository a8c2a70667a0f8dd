"""What all panels share: colours, fonts, selection, action values, small widgets."""
