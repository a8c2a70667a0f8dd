"""Networks from papers as project files, with the counts that were published."""
