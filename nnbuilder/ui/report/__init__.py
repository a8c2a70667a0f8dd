"""The analysis report as a panel: every layer with what it is, costs and sees."""
