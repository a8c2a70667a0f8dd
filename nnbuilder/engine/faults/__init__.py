"""What goes wrong in a training: values that are not finite and memory that does not suffice, explained."""
